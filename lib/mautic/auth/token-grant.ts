import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import {
  type AuthorizationOptions,
  type ClientCredentials,
  type GrantCredentials,
  isGrant,
  isUser,
  type StoredToken,
} from './authorization.ts';
import { fingerprint } from './stop.ts';
import { isRefusal, requestToken } from './token-request.ts';

type OAuthCredentials = ClientCredentials | GrantCredentials;
type Asking = Pick<AuthorizationOptions, 'http' | 'credentials' | 'clock'>;

/**
 * A new token in place of the stored one, or a refusal: `grant-refused` when a person must authorise the bridge,
 * else `credentials-refused`. Credentials may have been replaced since they were cached: refused ones are read
 * again, once. A refusal of the client does not use up a refresh token (recordings 032, 033, 036).
 */
export async function askForToken(
  asking: Asking,
  stored: StoredToken | undefined,
): Promise<Outcome<StoredToken>> {
  const first = await oauthCredentials(asking, false);
  if (!first.ok) return first;
  const asked = await ask(asking, first.value, stored);
  if (asked.ok || !isRefusal(asked.failure)) return asked;
  const second = await oauthCredentials(asking, true);
  if (!second.ok || fingerprint(second.value) === fingerprint(first.value)) return asked;
  return ask(asking, second.value, stored);
}

async function oauthCredentials(asking: Asking, fresh: boolean): Promise<Outcome<OAuthCredentials>> {
  const credentials = await asking.credentials.read(fresh);
  if (!isUser(credentials)) return succeeded(credentials);
  const message = 'The credentials were changed to Basic just now. The next attempt uses them.';
  return failed({ kind: 'retry', code: 'credentials-changed', message });
}

async function ask(
  asking: Asking,
  credentials: OAuthCredentials,
  stored: StoredToken | undefined,
): Promise<Outcome<StoredToken>> {
  const client = { client_id: credentials.clientId, client_secret: credentials.clientSecret };
  if (!isGrant(credentials)) {
    const asked = await requestToken(asking, { grant_type: 'client_credentials', ...client });
    return asked.ok ? asked : failed(asCredentials(withoutDoubt(asked.failure)));
  }
  const { refreshToken } = stored ?? {};
  if (refreshToken === undefined) return failed(grantRefused('nobody has authorised it yet'));
  if (isKnownLost(credentials, stored)) return failed(grantRefused(stored?.stopped?.reason ?? ''));
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken, ...client };
  const asked = await requestToken(asking, form);
  // RFC 6749 allows an answer without a new one, which leaves the old one good.
  return asked.ok ? succeeded({ refreshToken, ...asked.value }) : failed(withoutDoubt(asked.failure));
}

/** Mautic refused this very grant to these very credentials: asking again changes nothing. */
function isKnownLost(credentials: GrantCredentials, stored: StoredToken | undefined): boolean {
  const { needs, credentials: refused } = stored?.stopped ?? {};
  return needs === 'authorisation' && refused === fingerprint(credentials);
}

function grantRefused(message: string): Failure {
  return { kind: 'authorise', code: 'grant-refused', message };
}

function asCredentials(failure: Failure): Failure {
  return isRefusal(failure) ? { ...failure, code: 'credentials-refused' } : failure;
}

/**
 * Asking again does no harm, and tells: if the lost answer was a new pair, the old refresh token is refused by
 * now (recording 029) and the grant is lost; if Mautic never saw the request, the old one still works.
 */
function withoutDoubt(failure: Failure): Failure {
  return failure.kind === 'unknown' || failure.kind === 'park' ? { ...failure, kind: 'retry' } : failure;
}
