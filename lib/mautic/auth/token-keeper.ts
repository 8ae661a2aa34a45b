import { failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type {
  Authorised,
  Authorization,
  AuthorizationOptions,
  Renewal,
  StoredToken,
} from './authorization.ts';
import type { Stop } from './stop.ts';
import { createTokenRefusal } from './token-refusal.ts';
import { createTokenRenewal } from './token-renewal.ts';
import { serves } from './token-validity.ts';

/** How often a stop may be tried against Mautic again. */
const RETRY_STOP_MS = 180_000;
/**
 * A refresh token lasts 14 days by default, counted anew at each renewal, and no answer says how long. So a pair
 * never grows old, however long an administrator lets access tokens live.
 */
const MAX_GRANT_AGE_MS = 43_200_000;

interface Flight {
  readonly bad: string | undefined;
  readonly brought: Promise<Outcome<StoredToken>>;
}

/** OAuth2: one token for all instances, renewed by one of them, with whatever grant the credentials are for. */
export function createTokenKeeper(options: AuthorizationOptions, stop: Stop): Authorization {
  const { tokens, clock } = options;
  const renewal = createTokenRenewal(options, stop);
  const refusal = createTokenRefusal(options, stop);
  let memory: StoredToken | undefined;
  let flight: Flight | undefined;
  let triedStopAt = Number.NEGATIVE_INFINITY;

  /** However many callers found the same token bad: one of them goes, the others get what it brings. */
  async function obtain(bad: string | undefined, despiteStop = false): Promise<Outcome<StoredToken>> {
    for (;;) {
      if (serves(memory, bad, clock.now())) return succeeded(memory);
      flight ??= { bad, brought: bring(bad, despiteStop) };
      const { brought, bad: sharedBad } = flight;
      const outcome = await brought;
      // A flight for another bad token may end with the very one this caller found bad.
      if (!outcome.ok || sharedBad === bad || outcome.value.accessToken !== bad) return outcome;
    }
  }

  async function bring(bad: string | undefined, despiteStop: boolean): Promise<Outcome<StoredToken>> {
    try {
      const outcome = await renewal.bring(bad, despiteStop);
      if (outcome.ok) memory = outcome.value;
      return outcome;
    } finally {
      flight = undefined;
    }
  }

  async function header(): Promise<Outcome<Authorised>> {
    const recent = stop.recent();
    return recent ? failed(recent) : authorised(await obtain(undefined));
  }

  async function refused(token: string): Promise<boolean> {
    const ended = await refusal(token);
    if (ended) memory = undefined;
    return ended;
  }

  async function renewIfDue(withinMs: number): Promise<Outcome<Renewal>> {
    const stored = await tokens.read();
    const now = clock.now();
    if (stored?.stopped) {
      const standing = await stop.standing(stored);
      if (standing && now - triedStopAt < RETRY_STOP_MS) return failed(standing);
      triedStopAt = now;
    } else if (stored && lasts(stored, now, withinMs)) {
      show(stored);
      return succeeded('valid');
    }
    const renewed = await obtain(stored?.accessToken, true);
    if (!renewed.ok) return renewed;
    show(renewed.value);
    return succeeded('renewed');
  }

  function show({ expiresAt }: StoredToken): void {
    options.gauges?.show('TokenMinutesLeft', Math.floor((expiresAt - clock.now()) / 60_000));
  }

  return { header, renew: async (bad) => authorised(await obtain(bad)), refused, renewIfDue };
}

function lasts(stored: StoredToken, now: number, withinMs: number): boolean {
  const isOld = stored.refreshToken !== undefined && now - stored.obtainedAt > MAX_GRANT_AGE_MS;
  return !isOld && stored.expiresAt - now > withinMs;
}

function authorised(obtained: Outcome<StoredToken>): Outcome<Authorised> {
  if (!obtained.ok) return failed(obtained.failure);
  const { accessToken } = obtained.value;
  return succeeded({ header: `Bearer ${accessToken}`, token: accessToken });
}
