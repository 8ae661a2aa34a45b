import { normaliseEmail } from '../../core/ledger/email.ts';
import { optOutOf } from '../../core/stores/opt-out.ts';
import { inParallel } from '../in-parallel.ts';
import type { TakeoverParts } from './parts.ts';
import { all } from './reading.ts';

/** Who asked Follow-Up Emails for no more. */
export interface OptedOut {
  readonly people: number;
  /** Those of them of whom the ledger does not know it yet: they could be written to. */
  readonly unknown: number;
}

/**
 * Reads the whole list and looks for each of it in the ledger, where `reconcile` notes them.
 * @throws TakeoverStopped when the shop does not answer.
 */
export async function optedOut({
  old,
  registers,
  store,
}: Pick<TakeoverParts, 'old' | 'registers' | 'store'>): Promise<OptedOut> {
  const list = await all((page) => old.optOuts({ page }));
  const keys = new Set(
    list.flatMap(({ email }) => {
      const address = normaliseEmail(email);
      return address.usable ? [address.key] : [];
    }),
  );
  let unknown = 0;
  await inParallel([...keys], async (key) => {
    if ((await registers.read(optOutOf(store.id, key))) === undefined) unknown += 1;
  });
  return { people: keys.size, unknown };
}

/** Why nothing may be moved yet; the remedy is in it. */
export function obstacleOf({ unknown }: OptedOut, store: string): readonly string[] {
  if (unknown === 0) return [];
  return [
    `${String(unknown)} people opted out there of whom the ledger does not know it yet: say followUpEmails: true at the store ${store} in bridge.config.ts, deploy, and wait until the list was read, in the night after at the latest.`,
  ];
}
