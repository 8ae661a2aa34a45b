import { complaintAbout, DEAD_LETTER, isDirect, type Selection } from '../core/ledger/selection.ts';
import { replayContacts } from './replay/contacts.ts';
import { replayDeliveries } from './replay/deliveries.ts';
import { namedOrder, replayOrders } from './replay/orders.ts';
import type { ReplayOptions, ReplayParts, Run } from './replay/parts.ts';
import { replayRings } from './replay/rings.ts';
import { listOf } from './tally.ts';

/**
 * Tries again what was put aside, and on request what was not: deliveries and rings in dead-letter queues, parked
 * effects, parked contacts, and contacts that somebody wants to be written again in full. Says of each thing what it
 * does, or with `dryRun` what it would do. Any number of replays at once do no harm.
 * @throws RangeError when nothing is selected; `complaintAbout` says why.
 */
export function createReplay(
  parts: ReplayParts,
): (selection: Selection, options?: ReplayOptions) => Promise<void> {
  return async function replay(selection, { dryRun = false, resend = false } = {}) {
    const complaint = complaintAbout(selection);
    if (complaint !== undefined) throw new RangeError(complaint);
    const run: Run = {
      parts,
      selection,
      dryRun,
      resend,
      direct: isDirect(selection),
      contacts: new Set(),
      reasons: new Map(),
    };
    // First what changes the ledger: the rest follows from what it then holds.
    await replayDeliveries(run);
    if (selection.error !== DEAD_LETTER) {
      const named = await namedOrder(run);
      await replayContacts(run, named?.state);
      await replayOrders(run, named);
    }
    await replayRings(run);
    sayUnknownReason(run);
  };
}

/** A reason is known by what is parked for it. Somebody may have typed anything instead of one, an address too. */
function sayUnknownReason({ selection, direct, reasons, parts }: Run): void {
  const { error } = selection;
  if (error === undefined || error === DEAD_LETTER || direct || reasons.has(error)) return;
  const parked = reasons.size === 0 ? 'and nothing is parked at all' : `parked are: ${listOf(reasons)}`;
  const outcome = `do nothing: nothing is parked for it; ${parked}`;
  const what = /^[\w-]{1,40}$/.test(error) ? error : '(no code)';
  parts.report({ kind: 'reason', what, why: 'unknown', outcome, acts: false, unknown: true });
}
