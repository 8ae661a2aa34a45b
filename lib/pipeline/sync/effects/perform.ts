import type { ChosenCoupon } from '../../../core/effects/coupon.ts';
import {
  type Effect,
  type EmailEffect,
  NOTES_A_CALL,
  type NoteEffect,
} from '../../../core/effects/effect-kinds.ts';
import type { About } from '../../../core/effects/follow-up/about.ts';
import type { LapsedEffect } from '../../../core/effects/lapsed.ts';
import { noteMarker, noteText, ownNoteText } from '../../../core/effects/order-text.ts';
import type { EffectState } from '../../../core/ledger/effect-state.ts';
import type { ContactKey } from '../../../core/ledger/email.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { isOpaque, saysNothing } from '../../../core/pace/evidence.ts';
import { isUp } from '../pace/is-up.ts';
import type { SyncParts, WorkParts } from '../parts.ts';
import { strangerFor, strangersAmong } from '../strangers.ts';
import { contentOf, tokensFor } from './email-content.ts';
import { stillOpen } from './still-open.ts';

/** An effect that is ours to perform now. */
export interface Taken<Kind extends Effect = Effect> {
  readonly effect: Kind;
  /** The contact it is of, in the ledger. */
  readonly key: ContactKey;
  readonly contactId: number;
  /** The address it is for. */
  readonly email: string;
  /** What was known of it when it was taken: it may have been done already. */
  readonly before: EffectState | undefined;
  /** Of a coupon: what is written into its claim. */
  readonly chosen?: ChosenCoupon | undefined;
}

/**
 * How performing one ended; `there`: it had been done, `unfound`: nobody could look, `away`: nor at anything else,
 * `lapsed`: it had not been done, and nobody asks for it any more, `unwanted`: nobody said yes to it, `unsupported`: the
 * store cannot, `bought`: what it was to remind of was, as the shop says.
 */
export type Ended =
  | Outcome<void>
  | 'there'
  | 'skipped'
  | 'lapsed'
  | 'unwanted'
  | 'unsupported'
  | 'bought'
  | 'unfound'
  | 'away';

/** The contact for which it may have been done: an order may have gone to another one since. */
export function whereabouts({ before, contactId }: Taken): number {
  return before?.contactId ?? contactId;
}

/** `there`: Mautic has the note; undefined: it has not, and the claim says for whom it may be added now. */
export async function lookUp(
  parts: SyncParts,
  item: Taken<NoteEffect>,
): Promise<'there' | 'unfound' | 'away' | 'lapsed' | undefined> {
  const { effect, contactId, before } = item;
  if (!before) return effect.tooLate ? 'lapsed' : undefined;
  const found = await lookFor(parts, item, markerOf(effect));
  if (found !== 'missing') return found;
  const claimed = { state: 'claimed', at: parts.clock.now(), contactId } as const;
  if (whereabouts(item) !== contactId) await parts.things.markEffect(effect.thing, effect.id, claimed);
  return undefined;
}

/** What stands behind `note:` tells it from the other notes of its thing. */
function markerOf({ about, id }: NoteEffect): string {
  return noteMarker(about, id.slice(id.indexOf(':') + 1));
}

function textOf(parts: SyncParts, effect: NoteEffect): string {
  const { about, text } = effect;
  const status = effect.id.slice(effect.id.indexOf(':') + 1);
  if (text === undefined && about.of === 'order') return noteText(about.order, status);
  return ownNoteText(text ?? '', tokensFor(parts, effect), markerOf(effect));
}

/** Whether the note is where it may have been added. */
async function lookFor(
  parts: SyncParts,
  item: Taken,
  marker: string,
): Promise<'there' | 'missing' | 'unfound' | 'away'> {
  const found = await parts.notes.has(whereabouts(item), marker);
  if (found.ok) return found.value ? 'there' : 'missing';
  if (isGone(found.failure)) return 'missing';
  return (await isAway(parts, found.failure, item.email)) ? 'away' : 'unfound';
}

/** Whether it was done, where anybody can tell; it is not done now. */
export async function endLapsed(parts: SyncParts, item: Taken<LapsedEffect>): Promise<Ended> {
  const { marker, harmless } = item.effect;
  if (harmless) return 'lapsed';
  if (marker === undefined) return failed(UNDECIDABLE);
  const found = await lookFor(parts, item, marker);
  return found === 'missing' ? 'lapsed' : found;
}

/** However long Mautic is away, that says nothing about the note. */
export async function isAway(parts: SyncParts, failure: Failure, email: string): Promise<boolean> {
  return saysNothing(failure) || (isOpaque(failure) && !(await isUp(parts, email)));
}

/** A note on a contact that is gone is gone with it. */
function isGone({ code }: Failure): boolean {
  return code === 'not-found';
}

/**
 * What was in doubt goes alone: one that Mautic can never take keeps no other from being added. One call at a time: what
 * is made again after a limit was met would add again what the call before it has added.
 */
export async function addNotes(
  parts: WorkParts,
  items: readonly Taken<NoteEffect>[],
): Promise<ReadonlyMap<Taken, Ended>> {
  const strangers = await strangersAmong(parts, items);
  const ended = new Map<Taken, Ended>([...strangers].map(([item, failure]) => [item, failed(failure)]));
  const left = items.filter((item) => !strangers.has(item));
  const fresh = left.filter(({ before }) => !before);
  const doubted = left.filter(({ before }) => before).map((item) => [item]);
  for (const batch of [...inCalls(fresh), ...doubted]) {
    const added = await parts.inOneGo(
      (near) => addBatch(near, batch),
      (failure) => new Map(batch.map((item) => [item, failed<void>(failure)])),
    );
    for (const [item, outcome] of added) ended.set(item, outcome);
  }
  return ended;
}

function inCalls<One>(items: readonly One[]): readonly (readonly One[])[] {
  const calls = Math.ceil(items.length / NOTES_A_CALL);
  return Array.from({ length: calls }, (_call, index) =>
    items.slice(index * NOTES_A_CALL, (index + 1) * NOTES_A_CALL),
  );
}

async function addBatch(
  parts: WorkParts,
  batch: readonly Taken<NoteEffect>[],
): Promise<ReadonlyMap<Taken, Outcome<void>>> {
  const strangers = await strangersAmong(parts, batch);
  const own = batch.filter((item) => !strangers.has(item));
  const ended = new Map<Taken, Outcome<void>>(
    [...strangers].map(([item, failure]) => [item, failed(failure)]),
  );
  if (own.length === 0) return ended;
  const outcomes = await parts.notes.add(
    own.map(({ effect, contactId }) => ({ contactId, text: textOf(parts, effect) })),
  );
  for (const [index, item] of own.entries()) {
    const outcome = outcomes[index];
    if (outcome) ended.set(item, outcome);
  }
  return ended;
}

/** Whether it is of this kind. */
export function isOf<Kind extends Effect['kind']>(
  item: Taken,
  kind: Kind,
): item is Taken<Effect & { kind: Kind }> {
  return item.effect.kind === kind;
}

/** Sends an e-mail unless it may have been sent before, or the contact asked for none. */
export async function sendEmail(parts: WorkParts, item: Taken<EmailEffect>): Promise<Ended> {
  const { effect, before } = item;
  if (before) return failed(UNDECIDABLE);
  if (effect.tooLate) return 'lapsed';
  if (effect.unwanted) return 'unwanted';
  const ended = await parts.inOneGo<Ended>((near) => sendNow(near, item), failed);
  if (typeof ended === 'string' || ended.ok || ended.failure.code !== 'email-not-found') return ended;
  // Deleted since somebody looked.
  const missing = await parts.targets.note({ kind: 'email', id: effect.template }, 'missing');
  return failed(missing ?? ended.failure);
}

/** The shop first, which takes its time; between whose the id is and the e-mail nothing waits. */
async function sendNow(parts: WorkParts, item: Taken<EmailEffect>): Promise<Ended> {
  const { effect, contactId } = item;
  const about = await aboutNow(parts, item);
  if (!about.ok) return about;
  if (!about.value) return 'bought';
  const content = await contentOf(parts, { ...effect, about: about.value });
  const refusal = await whyNot(parts, item);
  if (refusal) return refusal;
  if (effect.isSpaced && parts.policy.perContact !== undefined) await noteMailed(parts, item);
  return parts.emails.send({ emailId: effect.template, contactId, ...content });
}

/** Why it is not sent, as far as Mautic says. */
async function whyNot(parts: WorkParts, item: Taken<EmailEffect>): Promise<Ended | undefined> {
  const stranger = await strangerFor(parts, item);
  return stranger ?? (item.effect.transactional ? undefined : askFirst(parts, item.contactId));
}

/** What it tells of, by what a shop says of a cart now; `undefined`: it was bought. */
async function aboutNow(
  parts: WorkParts,
  { effect, email }: Taken<EmailEffect>,
): Promise<Outcome<About | undefined>> {
  const { about } = effect;
  if (about.of !== 'cart') return succeeded(about);
  const open = await stillOpen(parts, { effect, checkout: about.checkout, email });
  if (!open.ok) return open;
  return succeeded(open.value && { ...about, checkout: open.value });
}

/** Before it is sent: a process that dies in between costs a day and no second e-mail. */
function noteMailed({ contacts, clock }: SyncParts, { key }: Taken<EmailEffect>): Promise<void> {
  return contacts.noteMailed(key, clock.now());
}

/** Not asked where an answer of this run has just said it. */
async function mayBeMailed({ emails, mautic }: SyncParts, contactId: number): Promise<Outcome<boolean>> {
  const holders = await mautic.holders([contactId]);
  const said = holders.ok ? holders.value.get(contactId)?.mayBeMailed : undefined;
  return said === undefined ? emails.mayBeMailed(contactId) : succeeded(said);
}

/** Why somebody is not mailed what is not transactional. */
async function askFirst(parts: SyncParts, contactId: number): Promise<Ended | undefined> {
  const allowed = await mayBeMailed(parts, contactId);
  if (allowed.ok) return allowed.value ? undefined : 'skipped';
  const { failure } = allowed;
  // Nothing was sent yet, so what could not be asked may be asked again.
  return failed(failure.kind === 'unknown' ? { ...failure, kind: 'retry' } : failure);
}

const UNDECIDABLE: Failure = {
  kind: 'park',
  code: 'email-in-doubt',
  message:
    'Nobody can tell whether Mautic sent this e-mail; look at the contact in Mautic, and send it by hand if it was not',
};
