import type { ContactKey } from '../../core/ledger/email.ts';
import { optOutOf } from '../../core/stores/opt-out.ts';
import type { Draft, Ending, SyncParts } from './parts.ts';
import { RETRY_MS } from './verdict.ts';

/** Whether somebody asked a plugin of one of the stores for no more e-mails; asked only where there is such a plugin. */
export async function isOptedOut(
  { optOuts, registers }: Pick<SyncParts, 'optOuts' | 'registers'>,
  contact: ContactKey,
): Promise<boolean> {
  for (const store of optOuts?.stores ?? []) if (await registers.read(optOutOf(store, contact))) return true;
  return false;
}

interface Settled {
  readonly endings: readonly Ending[];
  /** When to try again. */
  readonly dues: ReadonlyMap<Draft, number>;
}

/**
 * Tells Mautic, once for each contact and before anything is sent, that somebody is not to be mailed. Nothing ever takes
 * it away again; whoever does so in Mautic decides it.
 */
export async function settleOptOuts(
  parts: SyncParts,
  drafts: readonly Draft[],
  endings: readonly Ending[],
): Promise<Settled> {
  const dues = new Map<Draft, number>();
  const settled = await Promise.all(
    drafts.map((draft, index) => settleOne(parts, { draft, ending: endings[index] as Ending }, dues)),
  );
  return { endings: settled, dues };
}

interface One {
  readonly draft: Draft;
  readonly ending: Ending;
}

async function settleOne(
  parts: SyncParts,
  { draft, ending }: One,
  dues: Map<Draft, number>,
): Promise<Ending> {
  const { optOuts, contacts, clock } = parts;
  if (!draft.optedOut || !optOuts) return ending;
  if (ending.end !== 'written' && ending.end !== 'unchanged') return ending;
  const contactId = ending.end === 'written' ? ending.contactId : draft.mauticId;
  const written = ending.end === 'written' ? ending.written : draft.written;
  if (contactId === undefined || written.optedOut) return ending;
  const outcome = await optOuts.add(contactId);
  if (!outcome.ok) {
    dues.set(draft, clock.now() + RETRY_MS);
    return ending;
  }
  const told = { ...written, optedOut: true as const };
  if (ending.end === 'written') return { ...ending, written: told };
  try {
    await contacts.saveWritten(draft.lane.ring.contact, told);
    return ending;
  } catch (error) {
    return { end: 'crashed', error };
  }
}
