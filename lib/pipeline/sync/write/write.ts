import { identityAliases, neededFields } from '../../../core/contact/desired.ts';
import { isKeptGone, withoutKept } from '../../../core/contact/held-totals.ts';
import { forgotten } from '../../../core/contact/plan.ts';
import { type Failure, failed, type Outcome, sharedBy } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import { planDraft } from '../draft/draft.ts';
import { MISSING_ANSWER, prepare, send } from '../pace/send.ts';
import type { Draft, Ending, FieldInfos, SyncParts, WorkParts } from '../parts.ts';
import { MOVED } from '../strangers.ts';
import { lookAtTotals } from './look-at-totals.ts';
import { mend } from './mend.ts';
import { type Course, findAgain, gone, isOf, renamed } from './moved.ts';
import { isExplained, mixed, type Overtaken, overtakenIn, TAKEN_OVER } from './overtaken.ts';
import { verifyAnswer } from './verify.ts';
import { checkIds } from './whose.ts';

/**
 * Writes a batch of drafts to Mautic, then looks at every answer alone: what goes wrong with one costs no other.
 * Endings stand in the order of the drafts.
 */
export async function writeDrafts(
  parts: WorkParts,
  drafts: readonly Draft[],
  fields: FieldInfos,
): Promise<readonly Ending[]> {
  const checked = await checkIds(parts, drafts, fields);
  const looked = await lookAll(parts, checked, fields);
  const courses = await Promise.all(looked.map((course) => begin(parts, course, fields)));
  const answers = await send(parts, draftsOf(courses));
  const overtaken = overtakenIn(answers);
  const known = overtaken.length > 0 ? await fieldsAnew(parts, fields) : fields;
  return Promise.all(
    courses.map(async (course): Promise<Ending> => {
      if ('ending' in course) return course.ending;
      const { draft } = course;
      const answer = answers.get(draft) ?? failed(MISSING_ANSWER);
      return orCrash(
        async () =>
          (await untangle(parts, { draft, overtaken, fields: known })) ??
          judge(parts, { draft, answer, fields, mended: false }),
      );
    }),
  );
}

/** Totals that somebody else may have written are looked at before they are written over, for all in one go. */
async function lookAll(
  parts: SyncParts,
  courses: readonly Course[],
  fields: FieldInfos,
): Promise<readonly Course[]> {
  const outcomes = await lookAtTotals(parts, draftsOf(courses), fields);
  let next = 0;
  return courses.map((course): Course => {
    if ('ending' in course) return course;
    const outcome = outcomes[next];
    next += 1;
    if (outcome?.ok === false) return { ending: failing(outcome.failure) };
    return outcome ? { draft: outcome.value } : course;
  });
}

function draftsOf(courses: readonly Course[]): readonly Draft[] {
  return courses.flatMap((course) => ('draft' in course ? [course.draft] : []));
}

/** After answers that do not fit: with what Mautic's list says about them. */
async function fieldsAnew({ fields, policy }: SyncParts, before: FieldInfos): Promise<FieldInfos> {
  await fields.recheck();
  const ready = await fields.ready(neededFields(policy), identityAliases(policy));
  return ready.ok ? ready.value : before;
}

interface Tangle {
  readonly draft: Draft;
  readonly overtaken: readonly Overtaken[];
  readonly fields: FieldInfos;
}

/** Two people that Mautic took for one become two again: each is written once more, without what they share. */
async function untangle(parts: WorkParts, { draft, overtaken, fields }: Tangle): Promise<Ending | undefined> {
  if (overtaken.some(({ loser }) => loser === draft)) {
    if (!isExplained(draft, fields)) return failing(TAKEN_OVER);
    await parts.contacts.forgetMauticId(draft.lane.ring.contact);
    return again(parts, { ...draft, written: forgotten(draft.written), profile: withoutId(draft) }, fields);
  }
  const others = overtaken.filter(({ winner }) => winner === draft);
  if (others.length === 0) return undefined;
  const written = others.reduce(
    (sum, { loser }) => mixed({ loser, winner: { ...draft, written: sum } }),
    draft.written,
  );
  return again(parts, { ...draft, written }, fields);
}

function withoutId({ profile }: Draft): Draft['profile'] {
  const { mauticId: _mauticId, ...rest } = profile;
  return rest;
}

/** What has to be done before a draft can go out with the batch; its ending if it cannot, or need not. */
async function begin(parts: WorkParts, course: Course, fields: FieldInfos): Promise<Course> {
  if ('ending' in course) return course;
  const { draft } = course;
  if (draft.change === undefined && !draft.mustExist) return { ending: unchanged(draft) };
  const ending = await orCrash(async () => {
    if (draft.withdrawn && draft.mauticId === undefined) return withdraw(parts, draft, fields);
    // Before it comes back: whoever dies on the way must not leave a contact that nobody looks at any more.
    if (draft.profile.removedAt !== undefined) await parts.contacts.forgetMauticId(draft.lane.ring.contact);
    const prepared = await prepare(parts, draft);
    return prepared.ok ? undefined : failing(sharedBy(prepared.failure));
  });
  return ending ? { ending } : course;
}

function unchanged({ mauticId }: Draft): Ending {
  return { end: 'unchanged', ...(mauticId !== undefined && { contactId: mauticId }) };
}

/** The ledger failing one contact brings back only that one's message. */
async function orCrash<Result extends Ending | undefined>(
  work: () => Promise<Result>,
): Promise<Result | Ending> {
  try {
    return await work();
  } catch (error) {
    return { end: 'crashed', error };
  }
}

/** Taking back what may have been written must not create the contact: it is looked for first. */
async function withdraw(parts: WorkParts, draft: Draft, fields: FieldInfos): Promise<Ending> {
  const course = await findAgain(parts, { draft, fields });
  return 'ending' in course ? course.ending : again(parts, course.draft, fields);
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

async function judge(parts: WorkParts, judgement: Judgement): Promise<Ending> {
  const { draft, answer, mended } = judgement;
  if (answer.ok) return accept(parts, judgement, answer.value);
  const { failure } = answer;
  const hasMoved = isGone(failure) && draft.mauticId !== undefined;
  if (mended) return failing(hasMoved ? MOVED : failure.kind === 'repair' ? parked(failure) : failure);
  if (hasMoved) return follow(parts, judgement, await gone(parts, judgement));
  if (failure.kind !== 'repair') return failing(failure);
  if (Object.values(failure.rejected).some(({ why }) => why === 'not-unique'))
    return follow(parts, judgement, await findAgain(parts, judgement));
  return mendAndWrite(parts, judgement, failure);
}

/** An answer is about our contact only while it carries our e-mail: people rename and merge in Mautic. */
async function accept(parts: WorkParts, judgement: Judgement, contact: MauticContact): Promise<Ending> {
  const { draft, fields } = judgement;
  if (!isOf(draft, contact)) {
    if (draft.mauticId === undefined) return failing(ADDRESS_CHANGED);
    const moved = { draft, fields, raced: contact };
    const isSame = contact.id === draft.mauticId;
    return follow(parts, judgement, await (isSame ? renamed(parts, moved, contact) : gone(parts, moved)));
  }
  if (!judgement.mended && isKeptGone(draft.written, contact.fields))
    return again(parts, { ...draft, written: withoutKept(draft.written) }, fields);
  const written = await verifyAnswer(parts, draft, contact);
  if (!written.ok) return failing(isGone(written.failure) ? MOVED : written.failure);
  return { end: 'written', contactId: contact.id, written: written.value, full: draft.full };
}

function isGone({ code }: Failure): boolean {
  return code === 'not-found';
}

const ADDRESS_CHANGED: Failure = {
  kind: 'park',
  code: 'address-changed',
  message:
    'Mautic stored this contact under another address than the one sent; correct it in Mautic, then replay',
};

/** Once more, where the contact stands now; one that moves twice in a row is looked for later. */
async function follow(parts: WorkParts, { fields, mended }: Judgement, course: Course): Promise<Ending> {
  if ('ending' in course) return course.ending;
  return mended ? failing(MOVED) : again(parts, course.draft, fields);
}

async function mendAndWrite(
  parts: WorkParts,
  { draft, fields }: Judgement,
  failure: Failure & { kind: 'repair' },
): Promise<Ending> {
  const mending = await mend(parts, { draft, fields, failure });
  if (!mending.ok) return failing(mending.failure);
  return again(parts, mending.value.draft, mending.value.fields);
}

/** The second and last try of a mended request: alone, and in full. */
async function again(parts: WorkParts, draft: Draft, fields: FieldInfos): Promise<Ending> {
  const planned = planDraft(parts, { ...draft, profile: { ...draft.profile, doubt: true } }, fields);
  const [looked] = await lookAtTotals(parts, [planned], fields);
  if (looked?.ok === false) return failing(looked.failure);
  const full = looked?.value ?? planned;
  const prepared = await prepare(parts, full);
  if (!prepared.ok) return failing(sharedBy(prepared.failure));
  const answer = (await send(parts, [full])).get(full) ?? { ok: false, failure: MISSING_ANSWER };
  return judge(parts, { draft: full, answer, fields, mended: true });
}

function parked(failure: Failure): Failure {
  return { kind: 'park', code: failure.code, message: failure.message };
}
