import type { Quota } from '../../../core/effects/effect-kinds.ts';
import { quotaRegister, withPlaceTaken } from '../../../core/effects/quota.ts';
import type { SyncParts } from '../parts.ts';

/** Instances that send at once take turns. */
const MAX_TRIES = 10;

/**
 * Takes one of the day's places. Whoever dies with one has used it up: there are never more. `false`: there is none, or
 * nobody could tell.
 */
export async function takePlace(
  { registers, clock }: Pick<SyncParts, 'registers' | 'clock'>,
  quota: Quota,
): Promise<boolean> {
  const register = quotaRegister(quota);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const known = await registers.read(register);
    const text = withPlaceTaken(known?.text, quota, clock.now());
    if (text === undefined) return false;
    if (await registers.write(register, text, known?.revision)) return true;
  }
  return false;
}
