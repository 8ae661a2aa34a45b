import { type Failure, failed, type Outcome } from '../../../core/ledger/failure.ts';
import { classify, type StoreAnswer } from './classify.ts';
import { readOnly } from './refusal.ts';
import { API, createSignedHttp, type SignedHttpOptions, type StoreCall } from './signed-http.ts';

/** A store's REST API: authorised calls whose answers are values or typed failures. A call never throws. */
export interface StoreClient {
  call(request: StoreCall): Promise<Outcome<StoreAnswer>>;
}

/** A key that may change webhooks at all can read this list. */
const PROBE: StoreCall = { method: 'GET', path: '/webhooks', query: { per_page: '1' } };

/** A client for one store. */
export function createStoreClient(options: SignedHttpOptions): StoreClient {
  const http = createSignedHttp(options);
  const { host } = new URL(options.baseUrl);

  async function judged(request: StoreCall): Promise<Outcome<StoreAnswer>> {
    const response = await http.send(request);
    if (!response.ok) return response;
    const endpoint = `${host} (${request.method} ${API}${request.path})`;
    return classify(response.value, { endpoint, way: http.way(), now: options.clock.now() });
  }
  async function call(request: StoreCall): Promise<Outcome<StoreAnswer>> {
    const outcome = await judged(request);
    if (outcome.ok) return outcome;
    if (request.method === 'GET') return failed(withoutDoubt(outcome.failure));
    return outcome.failure.code === 'unauthorised' ? failed(await refusedWrite(outcome.failure)) : outcome;
  }
  /** A read-only key is refused like a wrong secret, in a text that depends on the language: reading tells them apart. */
  async function refusedWrite(failure: Failure): Promise<Failure> {
    const read = await judged(PROBE);
    return read.ok ? readOnly(host) : failure;
  }
  return { call };
}

/** A call that only reads has done nothing, whatever became of its answer. */
function withoutDoubt(failure: Failure): Failure {
  return failure.kind === 'unknown' ? { ...failure, kind: 'retry' } : failure;
}
