import type { Profile } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { OrderState } from '../../core/ledger/fold/order.ts';
import { isAnyTime, isOfError, isWithin, type Selection } from '../../core/ledger/selection.ts';
import type { SurveyedContact } from '../../core/ports/ledger.ts';
import { inParallel } from '../in-parallel.ts';
import { add } from '../tally.ts';
import type { Run } from './parts.ts';
import { want } from './want.ts';

/** Every contact that is selected for itself: named, parked for a selected reason, or because all are. */
export async function replayContacts(run: Run, named: OrderState | undefined): Promise<void> {
  const { selection, parts, direct } = run;
  if (!direct) return replaySurveyed(run);
  const { contact, order } = selection;
  if (order === undefined && contact !== undefined) return replayNamed(run, contact);
  for (const key of Object.keys(named?.contacts ?? {}) as ContactKey[]) {
    if (contact !== undefined && contact !== key) continue;
    const profile = await parts.contacts.profile(key);
    if (profile && isParked(selection, profile)) await replayContact(run, key);
  }
}

async function replayNamed(run: Run, contact: ContactKey): Promise<void> {
  const profile = await run.parts.contacts.profile(contact);
  if (!profile) {
    const outcome = 'do nothing: no order or customer ever had this address';
    return run.parts.report({
      kind: 'contact',
      what: contact,
      why: 'unknown',
      outcome,
      acts: false,
      unknown: true,
    });
  }
  const selected = isParked(run.selection, profile) || isAnyTime(run.selection);
  if (selected && (await isInStore(run, contact))) await replayContact(run, contact);
}

async function replaySurveyed(run: Run): Promise<void> {
  const { parts, selection } = run;
  let after: string | undefined;
  do {
    const page = await parts.survey.profiles(after);
    await inParallel(page.items, async ({ contact, profile }: SurveyedContact) => {
      if (profile.parked) add(run.reasons, profile.parked.code);
      if (!isParked(selection, profile) && !isEverything(selection)) return;
      if (await isInStore(run, contact)) await replayContact(run, contact);
    });
    after = page.next;
  } while (after !== undefined);
}

/** Not by orders alone: some contacts have only a customer record. */
function isEverything(selection: Selection): boolean {
  return isAnyTime(selection) && selection.store === undefined;
}

function isParked(selection: Selection, { parked }: Profile): boolean {
  return parked !== undefined && isOfError(selection, parked.code) && isWithin(selection, parked.at);
}

async function isInStore({ parts, selection }: Run, contact: ContactKey): Promise<boolean> {
  const { store } = selection;
  if (store === undefined) return true;
  const { refs } = await parts.contacts.dossier(contact);
  return refs.some((ref) => ref.store === store);
}

/** Wants a contact again, in full, whatever state it is in; once in a replay. */
export async function replayContact(run: Run, contact: ContactKey): Promise<void> {
  if (run.contacts.has(contact)) return;
  run.contacts.add(contact);
  const profile = await run.parts.contacts.profile(contact);
  if (!profile) return;
  const outcome = profile.removedAt === undefined ? 'be written again, in full' : STAYS_DELETED;
  run.parts.report({ kind: 'contact', what: contact, why: standingOf(profile), outcome, acts: true });
  if (!run.dryRun) await want(run, contact, true);
}

const STAYS_DELETED = 'be looked at again; it comes back with an order placed after its deletion';

function standingOf({ parked, work, due, removedAt }: Profile): string {
  if (parked) return `parked (${parked.code}) at ${moment(parked.at)}: ${parked.message}`;
  if (work !== undefined) return `behind, ${work}${due === undefined ? '' : `, due ${moment(due)}`}`;
  return removedAt === undefined ? 'in step' : `deleted in Mautic, noticed at ${moment(removedAt)}`;
}

function moment(at: number): string {
  return new Date(at).toISOString();
}
