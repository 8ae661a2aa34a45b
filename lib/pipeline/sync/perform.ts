import type { Effect, EmailEffect, NoteEffect } from '../../core/effect.ts';
import type { EffectState } from '../../core/effect-state.ts';
import { type Failure, failed, type Outcome } from '../../core/failure.ts';
import { emailTokens, noteMarker, noteText } from '../../core/order-text.ts';
import type { SyncParts } from './parts.ts';

/** An effect that is ours to perform now. */
export interface Taken<Kind extends Effect = Effect> {
  readonly effect: Kind;
  readonly contactId: number;
  /** What was known of it when it was taken: it may have been done already. */
  readonly before: EffectState | undefined;
}

/** How performing one ended; `there`: it had been done, `unfound`: nobody could look. */
export type Ended = Outcome<void> | 'there' | 'skipped' | 'unfound';

/** Notes of all contacts in one call, e-mails one by one. */
export async function performTaken(
  parts: SyncParts,
  taken: readonly Taken[],
): Promise<ReadonlyMap<Taken, Ended>> {
  const ended = new Map<Taken, Ended>();
  const missing: Taken<NoteEffect>[] = [];
  for (const item of taken.filter(isNote)) {
    const found = item.before && (await lookUp(parts, item));
    if (found) ended.set(item, found);
    else missing.push(item);
  }
  for (const [item, outcome] of await addNotes(parts, missing)) ended.set(item, outcome);
  for (const item of taken.filter(isEmail)) ended.set(item, await sendEmail(parts, item));
  return ended;
}

/** The contact for which it may have been done: an order may have gone to another one since. */
export function whereabouts({ before, contactId }: Taken): number {
  return before?.contactId ?? contactId;
}

function isNote(item: Taken): item is Taken<NoteEffect> {
  return item.effect.kind === 'note';
}

function isEmail(item: Taken): item is Taken<EmailEffect> {
  return item.effect.kind === 'email';
}

/** `there`: Mautic has the note; undefined: it has not, and the claim says for whom it may be added now. */
async function lookUp(parts: SyncParts, item: Taken<NoteEffect>): Promise<'there' | 'unfound' | undefined> {
  const { effect, contactId } = item;
  const found = await parts.notes.has(whereabouts(item), noteMarker(effect.order, effect.status));
  if (!found.ok && !isGone(found.failure)) return 'unfound';
  if (found.ok && found.value) return 'there';
  const claimed = { state: 'claimed', at: parts.clock.now(), contactId } as const;
  if (whereabouts(item) !== contactId) await parts.things.markEffect(effect.order.ref, effect.id, claimed);
  return undefined;
}

/** A note on a contact that is gone is gone with it. */
function isGone({ code }: Failure): boolean {
  return code === 'not-found';
}

async function addNotes(
  { notes }: SyncParts,
  items: readonly Taken<NoteEffect>[],
): Promise<readonly (readonly [Taken, Outcome<void>])[]> {
  if (items.length === 0) return [];
  const outcomes = await notes.add(
    items.map(({ effect, contactId }) => ({ contactId, text: noteText(effect.order, effect.status) })),
  );
  return items.flatMap((item, index) => {
    const outcome = outcomes[index];
    return outcome ? [[item, outcome] as const] : [];
  });
}

async function sendEmail(
  { emails }: SyncParts,
  { effect, contactId, before }: Taken<EmailEffect>,
): Promise<Ended> {
  if (before) return failed(UNDECIDABLE);
  if (!effect.transactional) {
    const allowed = await emails.mayBeMailed(contactId);
    // Nothing was sent yet, so what could not be asked may be asked again.
    if (!allowed.ok)
      return failed(
        allowed.failure.kind === 'unknown' ? { ...allowed.failure, kind: 'retry' } : allowed.failure,
      );
    if (!allowed.value) return 'skipped';
  }
  return emails.send({ emailId: effect.template, contactId, tokens: emailTokens(effect.order) });
}

const UNDECIDABLE: Failure = {
  kind: 'park',
  code: 'email-in-doubt',
  message:
    'Nobody can tell whether Mautic sent this e-mail; look at the contact in Mautic, and send it by hand if it was not',
};
