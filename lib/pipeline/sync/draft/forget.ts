import { type Dossier, NOTHING_WRITTEN, type Profile } from '../../../core/contact/contact.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { type Erasing, forget, isReturn } from '../../../core/ledger/fold/erasure.ts';
import type { State } from '../../../core/ledger/fold/order.ts';
import { type Ref, refName } from '../../../core/ledger/snapshot.ts';
import type { Entry, Known } from '../../../core/ports/ledger.ts';
import { forgetItems } from '../items/forget-items.ts';
import type { Lane, SyncParts, WorkParts } from '../parts.ts';
import { MOVED } from '../strangers.ts';
import { DOUBT_MS } from '../verdict.ts';
import { rememberSilence } from './opt-outs.ts';

/** A contact whose person was erased, as it was read. */
export interface Erased {
  readonly lane: Lane;
  readonly profile: Profile;
  readonly dossier: Dossier;
  /** Another request about this contact may still be under way. */
  readonly mayOverlap: boolean;
  /** Whether there is time for another call. */
  readonly goesOn: () => boolean;
}

/** What comes next for such a contact. */
export type Forgotten =
  /** The person ordered since: it goes on with that, and nothing older. */
  | { readonly goesOn: { readonly profile: Profile; readonly dossier: Dossier } }
  | { readonly forgotten: 'in-step' | 'behind' | 'later' }
  | { readonly failed: Failure; readonly profile: Profile };

/** Others may change the same thing at the same time. */
const MAX_TRIES = 20;

/**
 * Forgets a person: what the ledger holds of them from before the erasure loses identity, address and consent, and the
 * contact in Mautic is deleted. Done again whenever the contact is looked at, because what was on its way may bring
 * something back; when there is nothing left to do it costs a read that is made anyway.
 */
export async function forgetPerson(parts: WorkParts, erased: Erased): Promise<Forgotten> {
  const { lane, dossier } = erased;
  const contact = lane.ring.contact;
  const { erasedAt = 0 } = erased.profile;
  const entries = await parts.things.load(dossier.refs);
  const back = [...entries.values()].find(({ state }) => isReturn(state, { contact, erasedAt }));
  const hasReturned = back !== undefined;
  const profile = withAddress(erased.profile, back?.state);
  const erasing = { contact, erasedAt, hasReturned, mauticId: erased.profile.mauticId };
  for (const ref of dossier.refs)
    await forgetThing(parts, ref, { entry: entries.get(refName(ref)), erasing });
  if (profile.forgottenAt !== erasedAt) {
    const removed = await removeFromMautic(parts, erased);
    if (!removed.ok) return { failed: removed.failure, profile };
    const { left } = removed.value;
    if (left !== undefined) return lookAgain(parts, erased, { nextDue: left, inFull: erased.mayOverlap });
    await parts.contacts.saveWritten(contact, NOTHING_WRITTEN);
    if (erased.mayOverlap) return lookAgain(parts, erased, { nextDue: parts.clock.now() + DOUBT_MS });
  }
  if (!hasReturned && !wasBack(erased))
    return { forgotten: await parts.contacts.forget(contact, erasedAt, profile.wanted) };
  if (profile.forgottenAt === erasedAt) return { goesOn: { profile, dossier } };
  await parts.contacts.forget(contact, erasedAt);
  return {
    goesOn: { profile: withoutPast(profile), dossier: { refs: dossier.refs, written: NOTHING_WRITTEN } },
  };
}

/** Nothing was left of the address; whoever takes the order in notes it a moment later. */
function withAddress(profile: Profile, back: State | undefined): Profile {
  const email = back && 'email' in back ? back.email : undefined;
  return profile.email === '' && email !== undefined ? { ...profile, email } : profile;
}

/** The person had come back, and what was theirs is another's now: that is taken back like anybody's. */
function wasBack({ profile, dossier: { written } }: Erased): boolean {
  if (profile.forgottenAt === undefined || profile.forgottenAt !== profile.erasedAt) return false;
  return profile.mauticId !== undefined || Object.keys(written.fields).length + written.tags.length > 0;
}

/** Something is left, or what another request may bring back is looked for when that has ended. */
async function lookAgain(
  { contacts }: SyncParts,
  { lane, profile }: Erased,
  due: Pick<Known, 'nextDue' | 'inFull'>,
): Promise<Forgotten> {
  const state = await contacts.settle(lane.ring.contact, profile.wanted, due);
  return { forgotten: state === 'behind' ? 'behind' : 'later' };
}

/** As it is once its contact in Mautic is gone. */
function withoutPast({ mauticId: _mauticId, removedAt: _removedAt, ...profile }: Profile): Profile {
  return { ...profile, ...(profile.erasedAt !== undefined && { forgottenAt: profile.erasedAt }) };
}

interface Forgetting extends Erasing {
  /** The contact in Mautic, as far as it is known. */
  readonly mauticId: number | undefined;
}

interface Thing {
  readonly entry: Entry | undefined;
  readonly erasing: Forgetting;
}

/** @throws Error when others keep changing it. */
async function forgetThing({ things, clock }: SyncParts, ref: Ref, { entry, erasing }: Thing): Promise<void> {
  let known = entry;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (!known) return;
    const state = forget(known.state, erasing);
    if (state === known.state) return;
    if (await things.save(ref, state, known.revision)) {
      for (const effect of endedBy(erasing, known))
        await things.markEffect(ref, effect, { state: 'skipped', at: clock.now(), reason: 'erased' });
      return;
    }
    known = (await things.load([ref])).get(refName(ref));
  }
  throw new Error(`${refName(ref)} was changed by others ${String(MAX_TRIES)} times in a row`);
}

/**
 * Nobody is told any more, and nobody has to find out whether somebody was. What somebody else has by now goes on for
 * them, but for what may have been done for the one who is forgotten.
 */
function endedBy({ contact, mauticId }: Forgetting, { state: thing, effects }: Entry): readonly string[] {
  const isTheirs = thing.type !== 'product' && thing.contact === contact;
  return Object.entries(effects).flatMap(([effect, { state, contactId }]) => {
    const isOpen = state !== 'done' && state !== 'skipped';
    const isOfThem = isTheirs || (contactId !== undefined && contactId === mauticId);
    return isOpen && isOfThem ? [effect] : [];
  });
}

/** `left`: when to go on with custom items, epoch ms; until then the contact stays, through which they are written. */
type Removed = { readonly left?: number };

/** By exact address and nothing else: a remembered id may be another person's by now. */
async function removeFromMautic(parts: WorkParts, erased: Erased): Promise<Outcome<Removed>> {
  const { mautic } = parts;
  const { profile, goesOn } = erased;
  if (profile.email === '') return succeeded({});
  const found = await mautic.find(profile.email);
  if (!found.ok) return found;
  await rememberSilence(parts, erased.lane.ring.contact, found.value);
  const [first] = found.value;
  if (first) {
    const { due, failure } = await forgetItems(parts, { of: erased, contactId: first.id, goesOn });
    if (failure) return failed(failure);
    if (due !== undefined) return succeeded({ left: due });
  }
  for (const { id } of found.value) {
    const removed = await parts.inOneGo<Outcome<void>>((near) => removeOwn(near, id, profile.email), failed);
    if (!removed.ok) return removed;
  }
  return succeeded({});
}

/** Whoever was merged away since is gone, and by that id the winner would be deleted. */
async function removeOwn({ mautic }: WorkParts, id: number, email: string): Promise<Outcome<void>> {
  const holders = await mautic.holders([id]);
  if (!holders.ok) return holders;
  const holder = holders.value.get(id);
  if (!holder) return succeeded(undefined);
  return holder.email.toLowerCase() === email ? mautic.remove(id) : failed(MOVED);
}
