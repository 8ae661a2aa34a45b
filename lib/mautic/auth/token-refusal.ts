import type { AuthorizationOptions } from './authorization.ts';
import type { Stop } from './stop.ts';
import { createTokenLease } from './token-lease.ts';

/** A token refused this soon after it was obtained was never good. */
const FRESH_MS = 300_000;

/** Decides what a refused token means: true when Mautic refuses us for good, false when the token was old. */
export function createTokenRefusal(
  options: AuthorizationOptions,
  stop: Stop,
): (token: string) => Promise<boolean> {
  const { tokens, clock } = options;
  const lease = createTokenLease(options);
  let ending: Promise<boolean> | undefined;

  /** Under the lease: a stop written over a pair that was renewed meanwhile would lose its refresh token. */
  async function end(token: string): Promise<boolean> {
    const ended = await lease.hold(() => endUnderLease(token));
    return ended === 'held' ? false : ended;
  }

  async function endUnderLease(token: string): Promise<boolean> {
    const stored = await tokens.read();
    if (stored?.accessToken !== token) return false;
    if (stored.stopped) return true;
    if (clock.now() - stored.obtainedAt > FRESH_MS) return false;
    await stop.impose('it answers 401 to a token it has just given', stored);
    return true;
  }

  /** Many calls may find the same token refused at once: one of them stops. */
  return (token) => {
    ending ??= end(token).finally(() => {
      ending = undefined;
    });
    return ending;
  };
}
