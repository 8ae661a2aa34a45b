import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { HttpResponse } from '../../http.ts';
import { classify } from '../classify.ts';
import { errorOf } from '../error-body.ts';
import type { AuthorizationOptions, StoredToken } from './authorization.ts';

/** What is asked of the token endpoint: `grant_type` and what belongs to it, the client's credentials included. */
export type TokenForm = Readonly<Record<string, string>>;

const PATH = '/oauth/v2/token';
/** Mautic's default; an administrator may change it, so the answer decides (recording 008). */
const DEFAULT_LIFETIME_S = 3600;

/** Only a grant by a person comes with a refresh token (recordings 008, 025). */
const TokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  expires_in: v.optional(v.nullable(v.number())),
  refresh_token: v.optional(v.nullable(v.string())),
});

/** Error types of the endpoint that say more than that the client is refused (recordings 024, 026, 029). */
const REFUSALS: Readonly<Record<string, string>> = {
  invalid_grant: 'grant-refused',
  redirect_uri_mismatch: 'redirect-refused',
};

/**
 * One request of a token. Refusals are of kind `authorise` with the code `grant-refused`, `redirect-refused` or
 * `credentials-refused`. A failure in doubt stays `unknown`.
 */
export async function requestToken(
  { http, clock }: Pick<AuthorizationOptions, 'http' | 'clock'>,
  form: TokenForm,
): Promise<Outcome<StoredToken>> {
  const response = await http.request({
    method: 'POST',
    path: PATH,
    headers: { Accept: 'application/json' },
    body: new URLSearchParams(form),
  });
  if (!response.ok) return response;
  const refused = refusalOf(response.value);
  if (refused) return failed(refused);
  const answer = classify(response.value, { endpoint: `POST ${PATH}`, now: clock.now() });
  return answer.ok ? tokenOf(answer.value.body, clock.now()) : answer;
}

/** Whether the endpoint refused what it was asked, rather than failed. */
export function isRefusal({ kind, code }: Failure): boolean {
  return kind === 'authorise' && code.endsWith('-refused');
}

function tokenOf(body: object, now: number): Outcome<StoredToken> {
  const parsed = v.safeParse(TokenAnswer, body);
  if (!parsed.success) {
    const message = `POST ${PATH} answered no token. Check that the base URL is Mautic's.`;
    return failed({ kind: 'retry', code: 'not-mautic', message });
  }
  const { access_token: accessToken, expires_in: lifetime, refresh_token: refreshToken } = parsed.output;
  return succeeded({
    accessToken,
    obtainedAt: now,
    expiresAt: now + (lifetime ?? DEFAULT_LIFETIME_S) * 1000,
    ...(refreshToken ? { refreshToken } : {}),
  });
}

/** The token endpoint refuses with 400, never 401, in either shape (recordings 012-017); a later server may use 401. */
function refusalOf({ status, body }: HttpResponse): Failure | undefined {
  const error = status === 400 || status === 401 ? errorOf(body) : undefined;
  if (!error) return undefined;
  const message = `the token endpoint answers ${String(status)} ${reasonOf(error.type)}`;
  return { kind: 'authorise', code: REFUSALS[error.type ?? ''] ?? 'credentials-refused', message };
}

/** Only the words of the protocol are repeated. */
function reasonOf(type: string | null | undefined): string {
  return type && /^[a-z_]{1,40}$/.test(type) ? type : 'and names no reason';
}
