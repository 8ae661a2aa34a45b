import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import { type AuthorizationOptions, type GrantCredentials, isGrant } from './authorization.ts';
import { authorizeUrl } from './authorize-url.ts';
import { guardStores } from './store-failure.ts';
import { createTokenLease } from './token-lease.ts';
import { isRefusal, requestToken } from './token-request.ts';

const WAIT_MS = 20_000;
const POLL_MS = 250;

/**
 * Turns the code that Mautic sent to the redirect URI into the first pair of tokens and stores it, which also lifts a
 * stop. A code serves once and for 30 seconds (recordings 025, 026), so whatever fails ends with the address to
 * open again.
 */
export function exchangeCode(options: AuthorizationOptions, code: string): Promise<Outcome<void>> {
  return guardStores(async () => {
    const credentials = await options.credentials.read(true);
    if (!isGrant(credentials)) return failed(otherGrant());
    const { clock } = options;
    const lease = createTokenLease(options);
    const giveUpAt = clock.now() + WAIT_MS;
    for (;;) {
      const exchanged = await lease.hold(() => exchange(options, credentials, code));
      if (exchanged !== 'held') return exchanged;
      if (clock.now() >= giveUpAt) return failed(busy());
      await clock.sleep(POLL_MS);
    }
  }, options.log);
}

async function exchange(
  options: AuthorizationOptions,
  credentials: GrantCredentials,
  code: string,
): Promise<Outcome<void>> {
  const { clientId, clientSecret, grant, redirectUri } = credentials;
  const asked = await requestToken(options, {
    grant_type: grant,
    code,
    redirect_uri: redirectUri,
    client_id: clientId,
    client_secret: clientSecret,
  });
  const url = authorizeUrl(credentials, options.baseUrl);
  if (!asked.ok) return failed(withRemedy(asked.failure, url));
  if (asked.value.refreshToken === undefined) return failed(withoutRefresh());
  await options.tokens.write(asked.value);
  return succeeded(undefined);
}

function withRemedy(failure: Failure, url: string): Failure {
  if (failure.code === 'grant-refused') {
    const message = `Mautic refuses the code: it was used, is older than 30 seconds or belongs to another client. Open ${url} for a new one.`;
    return { kind: 'authorise', code: 'code-refused', message };
  }
  if (failure.code === 'redirect-refused') {
    const message = `Mautic knows another redirect URI for this client. Put that one into the secret, then open ${url} for a new code.`;
    return { kind: 'authorise', code: 'redirect-refused', message };
  }
  if (isRefusal(failure)) {
    const message = `Mautic refuses the client (${failure.message}). Correct clientId and clientSecret in the secret, then open ${url} for a new code.`;
    return { kind: 'authorise', code: 'credentials-refused', message };
  }
  return { ...failure, message: `${failure.message} Then open ${url} for a new code.` };
}

function otherGrant(): Failure {
  const message =
    'The secret holds no credentials that a person authorises. Add "grant":"authorization_code" and "redirectUri" to them.';
  return { kind: 'park', code: 'other-grant', message };
}

function withoutRefresh(): Failure {
  const message =
    'Mautic gave a token that cannot be renewed. Allow the grant refresh_token to the client in Mautic.';
  return { kind: 'park', code: 'no-refresh-token', message };
}

function busy(): Failure {
  const message = 'The bridge is renewing its token just now. Try again with a new code in two minutes.';
  return { kind: 'retry', code: 'token-busy', message };
}
