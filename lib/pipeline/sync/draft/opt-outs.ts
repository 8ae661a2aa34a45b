import type { Profile, Written } from '../../../core/contact/contact.ts';
import type { ContactKey } from '../../../core/ledger/email.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import { optOutOf, silencedOf } from '../../../core/stores/opt-out.ts';
import type { Draft, Ending, SyncParts, WorkParts } from '../parts.ts';
import { saveWritten } from '../save-written.ts';
import { MOVED, whileTheirs } from '../strangers.ts';
import { RETRY_MS } from '../verdict.ts';

type Parts = Pick<SyncParts, 'optOuts' | 'registers'>;

interface OfWhom {
  readonly contact: ContactKey;
  readonly profile: Pick<Profile, 'erasedAt'>;
  readonly written: Pick<Written, 'optedOut'>;
}

/**
 * Whether Mautic has to be told, or everybody be careful, because somebody asked for no more e-mails: a plugin of one of
 * the stores, or Mautic before they were erased. Asked only where there is such a plugin, and of who was erased.
 */
export async function isOptedOut(parts: Parts, { contact, profile, written }: OfWhom): Promise<boolean> {
  const { optOuts, registers } = parts;
  for (const store of optOuts?.stores ?? []) if (await registers.read(optOutOf(store, contact))) return true;
  // Once the new contact says so itself, Mautic knows, and whoever changes it there decides it.
  if (!optOuts || profile.erasedAt === undefined || written.optedOut) return false;
  return (await registers.read(silencedOf(contact))) !== undefined;
}

/** Notes, before the contact goes, that it was not to be mailed. */
export async function rememberSilence(
  { registers, clock }: Pick<SyncParts, 'registers' | 'clock'>,
  contact: ContactKey,
  found: readonly MauticContact[],
): Promise<void> {
  if (found.every(({ mayBeMailed }) => mayBeMailed !== false)) return;
  // It says the same however often, so whoever wrote it first has said it.
  await registers.write(silencedOf(contact), JSON.stringify({ at: clock.now() }), undefined);
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
  parts: WorkParts,
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
  parts: WorkParts,
  { draft, ending }: One,
  dues: Map<Draft, number>,
): Promise<Ending> {
  const { optOuts, clock } = parts;
  if (!draft.optedOut || !optOuts) return ending;
  if (ending.end !== 'written' && ending.end !== 'unchanged') return ending;
  const { contactId, written } = ending.end === 'written' ? ending : { ...draft, contactId: draft.mauticId };
  if (contactId === undefined || written.optedOut) return ending;
  const somebody = { contactId, email: draft.profile.email };
  const told = await whileTheirs(parts, somebody, (near) => (near.optOuts ?? optOuts).add(contactId));
  if (!told.ok && told.failure === MOVED) return { end: 'failed', failure: MOVED, contactId };
  if (!told.ok) {
    dues.set(draft, clock.now() + RETRY_MS);
    return ending;
  }
  const silenced = { ...written, optedOut: true as const };
  if (ending.end === 'written') return { ...ending, written: silenced };
  try {
    await saveWritten(parts, draft.lane, silenced);
    return ending;
  } catch (error) {
    return { end: 'crashed', error };
  }
}
