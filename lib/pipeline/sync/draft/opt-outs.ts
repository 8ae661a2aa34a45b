import type { Profile, Written } from '../../../core/contact/contact.ts';
import type { ContactKey } from '../../../core/ledger/email.ts';
import { type Failure, failed, type Outcome } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import { optOutOf, silencedOf } from '../../../core/stores/opt-out.ts';
import type { Draft, Ending, SyncParts, WorkParts } from '../parts.ts';
import { saveWritten } from '../save-written.ts';
import { MOVED, strangerFor } from '../strangers.ts';
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
  const contactId = ending.end === 'written' ? ending.contactId : draft.mauticId;
  const written = ending.end === 'written' ? ending.written : draft.written;
  if (contactId === undefined || written.optedOut) return ending;
  const failure = await tell(parts, optOuts, { contactId, email: draft.profile.email });
  if (failure === MOVED) return { end: 'failed', failure, contactId };
  if (failure) {
    dues.set(draft, clock.now() + RETRY_MS);
    return ending;
  }
  const told = { ...written, optedOut: true as const };
  if (ending.end === 'written') return { ...ending, written: told };
  try {
    await saveWritten(parts, draft.lane, told);
    return ending;
  } catch (error) {
    return { end: 'crashed', error };
  }
}

/** Answers why Mautic could not be told. */
async function tell(
  parts: WorkParts,
  optOuts: NonNullable<WorkParts['optOuts']>,
  somebody: Parameters<typeof strangerFor>[1],
): Promise<Failure | undefined> {
  const told = await parts.inOneGo<Outcome<void>>(
    async (near) => (await strangerFor(near, somebody)) ?? (near.optOuts ?? optOuts).add(somebody.contactId),
    failed,
  );
  return told.ok ? undefined : told.failure;
}
