import { forgotten } from '../../core/contact/plan.ts';
import type { Failure, Outcome } from '../../core/ledger/failure.ts';
import type { MauticContact } from '../../core/ports/mautic.ts';
import { hasOrderAfter, planDraft } from './draft.ts';
import { mend } from './mend.ts';
import type { Draft, Ending, FieldInfos, SyncParts } from './parts.ts';
import { MISSING_ANSWER, prepare, send } from './send.ts';
import { verifyAnswer } from './verify.ts';

/**
 * Writes a batch of drafts to Mautic, then looks at every answer alone: what goes wrong with one costs no other.
 * Endings stand in the order of the drafts.
 */
export async function writeDrafts(
  parts: SyncParts,
  drafts: readonly Draft[],
  fields: FieldInfos,
): Promise<readonly Ending[]> {
  const early = new Map(
    await Promise.all(drafts.map(async (draft) => [draft, await begin(parts, draft, fields)] as const)),
  );
  const answers = await send(
    parts,
    drafts.filter((draft) => early.get(draft) === undefined),
  );
  return Promise.all(
    drafts.map(async (draft): Promise<Ending> => {
      const answer = answers.get(draft);
      if (!answer) return early.get(draft) ?? UNCHANGED;
      return orCrash(() => judge(parts, { draft, answer, fields, mended: false }));
    }),
  );
}

/** What has to be done before a draft can go out with the batch; its ending if it cannot, or need not. */
async function begin(parts: SyncParts, draft: Draft, fields: FieldInfos): Promise<Ending | undefined> {
  if (!needsWrite(draft)) return UNCHANGED;
  return orCrash(async () => {
    if (draft.withdrawn && draft.mauticId === undefined) return withdraw(parts, draft, fields);
    // Before it comes back: whoever dies on the way must not leave a contact that nobody looks at any more.
    if (draft.profile.removedAt !== undefined) await parts.contacts.forgetMauticId(draft.lane.ring.contact);
    const prepared = await prepare(parts, draft);
    return prepared.ok ? undefined : failing(prepared.failure);
  });
}

/** The ledger failing one contact brings back only that one's message. */
export async function orCrash<Result extends Ending | undefined>(
  work: () => Promise<Result>,
): Promise<Result | Ending> {
  try {
    return await work();
  } catch (error) {
    return { end: 'crashed', error };
  }
}

/** Taking back what may have been written must not create the contact: it is looked for first. */
async function withdraw(parts: SyncParts, draft: Draft, fields: FieldInfos): Promise<Ending> {
  const found = await parts.mautic.find(draft.profile.email);
  if (!found.ok) return failing(found.failure);
  const [only, ...others] = found.value;
  if (others.length > 0) return failing(duplicates(found.value.length));
  if (!only) return { end: 'absent' };
  return again(parts, { ...draft, profile: { ...draft.profile, mauticId: only.id } }, fields);
}

const UNCHANGED: Ending = { end: 'unchanged' };

function needsWrite(draft: Draft): boolean {
  return draft.change !== undefined || draft.mustExist || mails(draft);
}

/** An e-mail goes to whoever the contact is now: its address is looked at first, even if nothing has changed. */
function mails({ effects }: Draft): boolean {
  return effects.some(({ kind, id, order }) => {
    const state = order.effects[id]?.state;
    return kind === 'email' && (state === undefined || state === 'refused');
  });
}

function failing(failure: Failure): Ending {
  return { end: 'failed', failure };
}

interface Judgement {
  readonly draft: Draft;
  readonly answer: Outcome<MauticContact>;
  readonly fields: FieldInfos;
  /** A mended request that fails again is parked: mend once, at once. */
  readonly mended: boolean;
}

async function judge(parts: SyncParts, judgement: Judgement): Promise<Ending> {
  const { draft, answer, mended } = judgement;
  if (answer.ok) return accept(parts, judgement, answer.value);
  const { failure } = answer;
  if (mended) return failing(failure.kind === 'repair' ? parked(failure) : failure);
  if (failure.kind === 'park' && failure.code === 'not-found' && draft.mauticId !== undefined)
    return findAgain(parts, judgement);
  if (failure.kind !== 'repair') return failing(failure);
  if (Object.values(failure.rejected).some(({ why }) => why === 'not-unique'))
    return findAgain(parts, judgement);
  return mendAndWrite(parts, judgement, failure);
}

/** An answer is about our contact only while it carries our e-mail: people rename and merge in Mautic. */
async function accept(
  parts: SyncParts,
  { draft, fields, mended }: Judgement,
  contact: MauticContact,
): Promise<Ending> {
  if (contact.email.toLowerCase() !== draft.profile.email) {
    if (draft.mauticId === undefined || mended) return failing(ADDRESS_CHANGED);
    parts.log.info('A remembered contact has another address now; writing by e-mail', {
      contact: draft.lane.ring.contact,
    });
    await parts.contacts.forgetMauticId(draft.lane.ring.contact);
    return again(parts, { ...draft, written: forgotten(draft.written), profile: withoutId(draft) }, fields);
  }
  const written = await verifyAnswer(parts, draft, contact);
  return written.ok
    ? { end: 'written', contactId: contact.id, written: written.value }
    : failing(written.failure);
}

const ADDRESS_CHANGED: Failure = {
  kind: 'park',
  code: 'address-changed',
  message:
    'Mautic stored this contact under another address than the one sent; correct it in Mautic, then replay',
};

/** The remembered id is gone, or the address is in use: find the contact by its exact e-mail. */
async function findAgain(parts: SyncParts, { draft, fields }: Judgement): Promise<Ending> {
  const found = await parts.mautic.find(draft.profile.email);
  if (!found.ok) return failing(found.failure);
  const [only, ...others] = found.value;
  if (others.length > 0) return failing(duplicates(found.value.length));
  if (only) return again(parts, { ...draft, profile: { ...draft.profile, mauticId: only.id } }, fields);
  const seenAt = draft.written.seenAt ?? 0;
  if (hasOrderAfter(parts, draft.facts, seenAt)) {
    return again(parts, { ...draft, written: forgotten(draft.written), profile: withoutId(draft) }, fields);
  }
  parts.log.info('A contact was deleted in Mautic; it stays deleted until its next order', {
    contact: draft.lane.ring.contact,
  });
  return { end: 'removed', seenAt };
}

function duplicates(count: number): Failure {
  return {
    kind: 'park',
    code: 'duplicate-contacts',
    message: `Mautic holds ${String(count)} contacts with this address and refuses every change to them; delete or merge all but one, then replay`,
  };
}

function withoutId({ profile }: Draft): Draft['profile'] {
  const { mauticId: _mauticId, ...rest } = profile;
  return rest;
}

async function mendAndWrite(
  parts: SyncParts,
  { draft, fields }: Judgement,
  failure: Failure & { kind: 'repair' },
): Promise<Ending> {
  const mending = await mend(parts, { draft, fields, failure });
  if (!mending.ok) return failing(mending.failure);
  return again(parts, mending.value.draft, mending.value.fields);
}

/** The second and last try of a mended request: alone, and in full. */
async function again(parts: SyncParts, draft: Draft, fields: FieldInfos): Promise<Ending> {
  const full = planDraft(parts, { ...draft, profile: { ...draft.profile, doubt: true } }, fields);
  const prepared = await prepare(parts, full);
  if (!prepared.ok) return failing(prepared.failure);
  const answer = (await send(parts, [full])).get(full) ?? { ok: false, failure: MISSING_ANSWER };
  return judge(parts, { draft: full, answer, fields, mended: true });
}

function parked(failure: Failure): Failure {
  return { kind: 'park', code: failure.code, message: failure.message };
}
