import * as v from 'valibot';
import type { Register } from '../ledger/register.ts';
import type { Quota } from './effect-kinds.ts';

const DAY_MS = 86_400_000;

/** Of how many somebody has taken a place on a day. */
const Taken = v.object({
  /** Days since 1970, in UTC. */
  day: v.number(),
  count: v.number(),
});

/** Where all instances share how many places of a rule's day are taken. */
export function quotaRegister({ rule }: Quota): Register {
  return { of: 'mautic', name: `REACH#${rule}` };
}

/** The register's text once one more place is taken at this moment (epoch ms); `undefined`: there is none left today. */
export function withPlaceTaken(text: string | undefined, quota: Quota, now: number): string | undefined {
  const day = Math.floor(now / DAY_MS);
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Taken), text);
  const count = read.success && read.output.day === day ? read.output.count : 0;
  return count < quota.perDay ? JSON.stringify({ day, count: count + 1 }) : undefined;
}

/** Tomorrow at the same time, so that nobody is written to at night for it; epoch ms. */
export function nextPlaceAt(now: number): number {
  return now + DAY_MS;
}
