import { type Failure, failed, type Outcome, sharedBy } from '../core/ledger/failure.ts';
import { type Budget, laterBudget } from '../core/pace/budget.ts';
import type { Clock, Log, Metrics } from '../core/ports/telemetry.ts';
import type { Http, HttpRequest, HttpResponse } from '../http.ts';
import type { Authorization } from './auth/authorization.ts';
import { classify, isBareRefusal, type MauticAnswer } from './classify.ts';
import { budgetOf } from './rate-limit.ts';

/** Mautic's REST API: authorised calls whose answers are values or typed failures. A call never throws. */
export interface MauticClient {
  call(request: MauticCall): Promise<Outcome<MauticAnswer>>;
  /** What its rate limiter leaves, as the last answers said it; `undefined` where there is none. */
  budget(): Budget | undefined;
}

type MauticCall = Pick<HttpRequest, 'method' | 'path' | 'body'>;

export interface MauticClientOptions {
  readonly http: Http;
  readonly authorization: Authorization;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Sent with every call, with or without a body. */
const JSON_HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json' };

const MAX_RENEWALS = 2;

/** A client for one Mautic. */
export function createMauticClient(options: MauticClientOptions): MauticClient {
  const { authorization, clock } = options;
  let budget: Budget | undefined;

  /**
   * A 401 is answered by a renewal and a repetition. A new token that is refused too ends it: a person must act;
   * a renewal that only brought an older token of another instance may be followed by one more.
   */
  async function authorised(request: MauticCall): Promise<Outcome<HttpResponse>> {
    let current = await authorization.header();
    for (let renewals = 0; current.ok; renewals += 1) {
      const response = await send(request, current.value.header);
      if (!response.ok || !isRefusal(response.value)) return response;
      const ended = renewals > 0 && (await authorization.refused(current.value.token));
      if (ended || renewals === MAX_RENEWALS) return response;
      current = await authorization.renew(current.value.token);
    }
    return failed(sharedBy(current.failure));
  }

  async function send(request: MauticCall, header: string): Promise<Outcome<HttpResponse>> {
    options.metrics.count('MauticCall');
    const headers = { ...JSON_HEADERS, Authorization: header };
    const began = clock.now();
    const response = await options.http.request({ ...request, headers });
    options.metrics.count('MauticMilliseconds', clock.now() - began);
    const seen = response.ok ? budgetOf(response.value.headers, clock.now()) : undefined;
    if (seen) budget = laterBudget(budget, seen);
    return response;
  }

  async function call(request: MauticCall): Promise<Outcome<MauticAnswer>> {
    const endpoint = endpointOf(request);
    const response = await authorised(request);
    if (response.ok && response.value.cluttered) tellClutter(endpoint);
    const outcome = response.ok
      ? classify(response.value, { endpoint, sent: request.body, now: clock.now() })
      : response;
    if (outcome.ok) return outcome;
    const failure = request.method === 'GET' ? withoutDoubt(outcome.failure) : outcome.failure;
    report(options, endpoint, failure);
    return failed(failure);
  }

  let told = false;
  function tellClutter(endpoint: string): void {
    if (!told) options.log.warn(CLUTTERED, { endpoint });
    told = true;
  }

  return { call, budget: () => budget };
}

const CLUTTERED =
  'Text stands beside the JSON of Mautic; turn display_errors off in the php.ini that serves it';

/** Only a 401 of Mautic itself: one with another body comes from something before it. */
function isRefusal(response: HttpResponse): boolean {
  return isBareRefusal(response) || (response.status === 401 && response.body !== undefined);
}

/** A call that only reads has done nothing, whatever became of its answer. */
function withoutDoubt(failure: Failure): Failure {
  return failure.kind === 'unknown' ? { ...failure, kind: 'retry' } : failure;
}

/** Refused values and missing contacts are everyday; the rest is worth a line, with the remedy if a person must act. */
function report(
  { log, metrics }: MauticClientOptions,
  endpoint: string,
  { kind, code, message }: Failure,
): void {
  if (kind === 'repair' || kind === 'park') return;
  metrics.count('MauticFailed');
  const remedy = kind === 'authorise' ? { remedy: message } : {};
  log.warn('A call to Mautic failed', { endpoint, kind, code, ...remedy });
}

/** Method and path without the query, which may hold an address. */
function endpointOf({ method, path }: MauticCall): string {
  return `${method} ${path.split('?')[0] ?? ''}`;
}
