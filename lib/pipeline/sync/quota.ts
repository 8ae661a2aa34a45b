import * as v from 'valibot';
import type { Quota } from '../../core/effects/effect-kinds.ts';
import type { Register } from '../../core/ledger/register.ts';
import type { SyncParts } from './parts.ts';

const DAY_MS = 86_400_000;
/** Instances that send at once take turns. */
const MAX_TRIES = 10;

/** Of how many somebody has taken a place on a day. */
const Taken = v.object({
  /** Days since 1970, in UTC. */
  day: v.number(),
  count: v.number(),
});

function quotaRegister({ rule }: Quota): Register {
  return { of: 'mautic', name: `REACH#${rule}` };
}

/**
 * Takes one of the day's places. Whoever dies with one has used it up: there are never more. `false`: there is none, or
 * nobody could tell.
 */
export async function takePlace(
  { registers, clock }: Pick<SyncParts, 'registers' | 'clock'>,
  quota: Quota,
): Promise<boolean> {
  const register = quotaRegister(quota);
  const day = Math.floor(clock.now() / DAY_MS);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const known = await registers.read(register);
    const count = countOn(day, known?.text);
    if (count >= quota.perDay) return false;
    const text = JSON.stringify({ day, count: count + 1 } satisfies v.InferOutput<typeof Taken>);
    if (await registers.write(register, text, known?.revision)) return true;
  }
  return false;
}

function countOn(day: number, text: string | undefined): number {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Taken), text);
  return read.success && read.output.day === day ? read.output.count : 0;
}

/** Tomorrow at the same time, so that nobody is written to at night for it; epoch ms. */
export function nextPlaceAt(now: number): number {
  return now + DAY_MS;
}
