import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { AuthorizationOptions, StoredToken } from './authorization.ts';
import type { Stop } from './stop.ts';
import { askForToken } from './token-grant.ts';
import { isRefusal } from './token-request.ts';
import { serves } from './token-validity.ts';

/** Puts a new token into the store; whoever calls holds the lease. */
export interface TokenReplacement {
  /** Asks Mautic, stores what it gives and only then hands it out; a refusal is a persisted stop. */
  replace(bad: string | undefined): Promise<Outcome<StoredToken>>;
  /** Whether a pair is kept here that the store did not take. */
  isOwing(): boolean;
  /** Stores such a pair; `undefined` when there is none, or none that serves. */
  catchUp(): Promise<StoredToken | undefined>;
}

/** A pair that Mautic gave for this refresh token. */
interface Owed {
  readonly pair: StoredToken;
  readonly replaced: string | undefined;
}

/** A token that only one instance knows would be requested again by all others, so it is stored before it is used. */
export function createTokenReplacement(options: AuthorizationOptions, stop: Stop): TokenReplacement {
  const { tokens, clock } = options;
  let owed: Owed | undefined;

  async function replace(bad: string | undefined): Promise<Outcome<StoredToken>> {
    const before = await tokens.read();
    const asked = await askForToken(options, before);
    if (asked.ok) {
      await store(asked.value, before);
      return asked;
    }
    if (!isRefusal(asked.failure)) return asked;
    const latest = await tokens.read();
    // A lease can lapse: then somebody else has used the refresh token first, and nothing is lost.
    if (latest?.refreshToken !== before?.refreshToken) {
      return serves(latest, bad, clock.now()) ? succeeded(latest) : failed(overtaken());
    }
    const needs = asked.failure.code === 'grant-refused' ? 'authorisation' : undefined;
    return failed(await stop.impose(asked.failure.message, latest, needs));
  }

  async function store(token: StoredToken, before: StoredToken | undefined): Promise<void> {
    if (token.refreshToken !== undefined) owed = { pair: token, replaced: before?.refreshToken };
    await tokens.write(token);
    owed = undefined;
    stop.forget();
  }

  /** The old refresh token is used up, so a pair that could not be stored is all that is left of the grant. */
  async function catchUp(): Promise<StoredToken | undefined> {
    if (!owed) return undefined;
    const { pair, replaced } = owed;
    const isNext = (await tokens.read())?.refreshToken === replaced;
    if (isNext) await tokens.write(pair);
    owed = undefined;
    return isNext && serves(pair, undefined, clock.now()) ? pair : undefined;
  }

  return { replace, isOwing: () => owed !== undefined, catchUp };
}

function overtaken(): Failure {
  const message = 'Another instance renewed the token at the same time. The next attempt reads it.';
  return { kind: 'retry', code: 'token-busy', message };
}
