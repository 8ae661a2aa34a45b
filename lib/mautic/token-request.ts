import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../core/failure.ts';
import type { HttpResponse } from '../http.ts';
import {
  type AuthorizationOptions,
  type ClientCredentials,
  isUser,
  type StoredToken,
} from './authorization.ts';
import { classify } from './classify.ts';
import { errorOf } from './error-body.ts';
import { fingerprint } from './stop.ts';

const PATH = '/oauth/v2/token';
/** Mautic's default; an administrator may change it, so the answer decides (recording 008). */
const DEFAULT_LIFETIME_S = 3600;

const TokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  expires_in: v.optional(v.nullable(v.number())),
});

type Asking = Pick<AuthorizationOptions, 'http' | 'credentials' | 'clock'>;

/**
 * A token, or a failure with code `credentials-refused`. Credentials may have been replaced since they were
 * cached: refused ones are read again, once.
 */
export async function askForToken(asking: Asking): Promise<Outcome<StoredToken>> {
  const first = await clientCredentials(asking, false);
  if (!first.ok) return first;
  const asked = await requestToken(asking, first.value);
  if (asked.ok || asked.failure.code !== 'credentials-refused') return asked;
  const second = await clientCredentials(asking, true);
  if (!second.ok || fingerprint(second.value) === fingerprint(first.value)) return asked;
  return requestToken(asking, second.value);
}

async function clientCredentials(asking: Asking, fresh: boolean): Promise<Outcome<ClientCredentials>> {
  const credentials = await asking.credentials.read(fresh);
  if (!isUser(credentials)) return succeeded(credentials);
  const message = 'The credentials were changed to Basic just now. The next attempt uses them.';
  return failed({ kind: 'retry', code: 'credentials-changed', message });
}

async function requestToken(
  { http, clock }: Asking,
  { clientId, clientSecret }: ClientCredentials,
): Promise<Outcome<StoredToken>> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await http.request({
    method: 'POST',
    path: PATH,
    headers: { Accept: 'application/json' },
    body,
  });
  if (!response.ok) return failed(withoutDoubt(response.failure));
  const refused = refusalOf(response.value);
  if (refused) return failed(refused);
  const answer = classify(response.value, { endpoint: `POST ${PATH}`, now: clock.now() });
  if (!answer.ok) return failed(withoutDoubt(answer.failure));
  return tokenOf(answer.value.body, clock.now());
}

function tokenOf(body: object, now: number): Outcome<StoredToken> {
  const parsed = v.safeParse(TokenAnswer, body);
  if (!parsed.success) {
    const message = `POST ${PATH} answered no token. Check that the base URL is Mautic's.`;
    return failed({ kind: 'retry', code: 'not-mautic', message });
  }
  const { access_token: accessToken, expires_in: lifetime } = parsed.output;
  return succeeded({
    accessToken,
    obtainedAt: now,
    expiresAt: now + (lifetime ?? DEFAULT_LIFETIME_S) * 1000,
  });
}

/** The token endpoint refuses with 400, never 401, in either shape (recordings 012-017); a later server may use 401. */
function refusalOf({ status, body }: HttpResponse): Failure | undefined {
  const error = status === 400 || status === 401 ? errorOf(body) : undefined;
  if (!error) return undefined;
  const message = `the token endpoint answers ${String(status)} ${reasonOf(error.type)}`;
  return { kind: 'authorise', code: 'credentials-refused', message };
}

/** Only the words of the protocol are repeated. */
function reasonOf(type: string | null | undefined): string {
  return type && /^[a-z_]{1,40}$/.test(type) ? type : 'and names no reason';
}

/** Asking for a token twice does no harm. */
function withoutDoubt(failure: Failure): Failure {
  return failure.kind === 'unknown' || failure.kind === 'park' ? { ...failure, kind: 'retry' } : failure;
}
