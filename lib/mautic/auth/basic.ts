import { failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import { classify } from '../classify.ts';
import {
  type Authorised,
  type Authorization,
  type AuthorizationOptions,
  isUser,
  type Renewal,
} from './authorization.ts';
import { fingerprint, type Stop } from './stop.ts';

const PATH = '/api/users/self';

/** Basic authentication: nothing to renew, but other credentials may be in the secret by now. */
export function createBasic(options: AuthorizationOptions, stop: Stop): Authorization {
  const { http, credentials, tokens, clock } = options;
  let checked = false;

  async function header(): Promise<Outcome<Authorised>> {
    const recent = stop.recent();
    if (recent) return failed(recent);
    if (checked) return authorised(false);
    const standing = await stop.standing(await tokens.read());
    checked = standing === undefined;
    return standing ? failed(standing) : authorised(false);
  }

  async function authorised(fresh: boolean): Promise<Outcome<Authorised>> {
    const current = await credentials.read(fresh);
    if (!isUser(current)) {
      const message = 'The credentials were changed to OAuth2 just now. The next attempt uses them.';
      return failed({ kind: 'retry', code: 'credentials-changed', message });
    }
    const encoded = Buffer.from(`${current.username}:${current.password}`).toString('base64');
    return succeeded({ header: `Basic ${encoded}`, token: fingerprint(current) });
  }

  async function refused(): Promise<boolean> {
    checked = false;
    if (!stop.recent())
      await stop.impose('it answers 401 to the user name and password', await tokens.read());
    return true;
  }

  /** Lifts a stop by the cheapest call that needs authorisation (recording 020). */
  async function renewIfDue(): Promise<Outcome<Renewal>> {
    const stored = await tokens.read();
    if (!stored?.stopped) return succeeded('not-needed');
    const current = await authorised(true);
    if (!current.ok) return current;
    const headers = { Accept: 'application/json', Authorization: current.value.header };
    const response = await http.request({ method: 'GET', path: PATH, headers });
    if (!response.ok) return response;
    const answer = classify(response.value, { endpoint: `GET ${PATH}`, now: clock.now() });
    // Only Mautic itself can say that it lets us in, or that it does not.
    if (!answer.ok) {
      if (answer.failure.kind !== 'authorise') return answer;
      return failed(await stop.impose(stored.stopped.reason, stored));
    }
    const { stopped: _lifted, ...rest } = stored;
    await tokens.write(rest);
    stop.forget();
    return succeeded('renewed');
  }

  return { header, renew: () => authorised(true), refused, renewIfDue };
}
