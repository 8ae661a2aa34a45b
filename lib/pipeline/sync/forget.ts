import { type Dossier, NOTHING_WRITTEN, type Profile } from '../../core/contact/contact.ts';
import type { EffectStates } from '../../core/ledger/effect-state.ts';
import { type Erasing, forget, isReturn } from '../../core/ledger/erasure.ts';
import { type Failure, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import type { Lane, SyncParts } from './parts.ts';
import { DOUBT_MS } from './verdict.ts';

/** A contact whose person was erased, as it was read. */
interface Erased {
  readonly lane: Lane;
  readonly profile: Profile;
  readonly dossier: Dossier;
  /** Another request about this contact may still be under way. */
  readonly mayOverlap: boolean;
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
export async function forgetPerson(parts: SyncParts, erased: Erased): Promise<Forgotten> {
  const { lane, profile, dossier } = erased;
  const contact = lane.ring.contact;
  const { erasedAt = 0 } = profile;
  const entries = await parts.things.load(dossier.refs);
  const hasReturned = [...entries.values()].some(({ state }) => isReturn(state, { contact, erasedAt }));
  const erasing = { contact, erasedAt, hasReturned };
  for (const ref of dossier.refs)
    await forgetThing(parts, ref, { entry: entries.get(refName(ref)), erasing });
  if (profile.forgottenAt !== erasedAt) {
    const removed = await removeFromMautic(parts, profile.email);
    if (!removed.ok) return { failed: removed.failure, profile };
    await parts.contacts.saveWritten(contact, NOTHING_WRITTEN);
    if (erased.mayOverlap) return lookAgain(parts, erased);
  }
  if (!hasReturned) return { forgotten: await parts.contacts.forget(contact, erasedAt, profile.wanted) };
  if (profile.forgottenAt === erasedAt) return { goesOn: { profile, dossier } };
  await parts.contacts.forget(contact, erasedAt);
  return { goesOn: { profile: withoutPast(profile), dossier: { ...dossier, written: NOTHING_WRITTEN } } };
}

/** What another request may bring back is looked for when that has ended. */
async function lookAgain({ contacts, clock }: SyncParts, { lane, profile }: Erased): Promise<Forgotten> {
  const nextDue = clock.now() + DOUBT_MS;
  const state = await contacts.settle(lane.ring.contact, profile.wanted, { nextDue });
  return { forgotten: state === 'behind' ? 'behind' : 'later' };
}

/** As it is once its contact in Mautic is gone. */
function withoutPast({ mauticId: _mauticId, removedAt: _removedAt, ...profile }: Profile): Profile {
  return { ...profile, ...(profile.erasedAt !== undefined && { forgottenAt: profile.erasedAt }) };
}

interface Thing {
  readonly entry: Entry | undefined;
  readonly erasing: Erasing;
}

/** @throws Error when others keep changing it. */
async function forgetThing({ things, clock }: SyncParts, ref: Ref, { entry, erasing }: Thing): Promise<void> {
  let known = entry;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (!known) return;
    const state = forget(known.state, erasing);
    if (state === known.state) return;
    if (await things.save(ref, state, known.revision)) {
      for (const effect of open(known.effects))
        await things.markEffect(ref, effect, { state: 'skipped', at: clock.now(), reason: 'erased' });
      return;
    }
    known = (await things.load([ref])).get(refName(ref));
  }
  throw new Error(`${refName(ref)} was changed by others ${String(MAX_TRIES)} times in a row`);
}

/** Nobody is told any more, and nobody has to find out whether somebody was. */
function open(effects: EffectStates): readonly string[] {
  return Object.entries(effects).flatMap(([effect, { state }]) =>
    state === 'done' || state === 'skipped' ? [] : [effect],
  );
}

/** By exact address and nothing else: a remembered id may be another person's by now. */
async function removeFromMautic({ mautic }: SyncParts, email: string): Promise<Outcome<void>> {
  if (email === '') return succeeded(undefined);
  const found = await mautic.find(email);
  if (!found.ok) return found;
  for (const { id } of found.value) {
    const removed = await mautic.remove(id);
    if (!removed.ok) return removed;
  }
  return succeeded(undefined);
}
