import type { Written } from '../../../core/contact/contact.ts';
import type { Facts } from '../../../core/contact/facts/facts.ts';
import { withRefusal } from '../../../core/contact/plan.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import type { Draft, SyncParts, WorkParts } from '../parts.ts';
import { whileTheirs } from '../strangers.ts';
import { editOwn } from './edit-own.ts';
import { settleTags } from './settle-tags.ts';

/**
 * Compares an answer with what was sent, because Mautic says 200 to what it drops: numbers between -1 and 1 are
 * written again in the one way that stores them, fields it does not have are noted. Resolves to what is written now.
 */
export async function verifyAnswer(
  parts: WorkParts,
  draft: Draft,
  contact: MauticContact,
): Promise<Outcome<Written>> {
  const tags = await settleTags(parts, draft, contact);
  if (!tags.ok) return tags;
  const noted = { ...(await noteMissing(parts, draft, contact)), tags: tags.value };
  const dropped = droppedNumbers(draft, contact);
  if (Object.keys(dropped).length === 0) return succeeded(noted);
  const somebody = { contactId: contact.id, email: contact.email.toLowerCase() };
  const rewritten = await whileTheirs(parts, somebody, ({ mautic }) => mautic.rewrite(contact.id, dropped));
  if (rewritten.ok) return succeeded(noted);
  if (rewritten.failure.kind !== 'repair') return failed(rewritten.failure);
  const blanked = await blankStanding(parts, contact, dropped);
  if (!blanked.ok) return failed(blanked.failure);
  return succeeded(noteRefused(parts, { draft, written: noted, dropped, failure: rewritten.failure }));
}

/** What cannot be stored must not leave the value before it standing (a required field refuses PUT, 5.2.1: 132). */
async function blankStanding(
  parts: WorkParts,
  { id, email, fields }: MauticContact,
  dropped: Readonly<Record<string, string>>,
): Promise<Outcome<void>> {
  const standing = Object.keys(dropped).filter((alias) => !isBlank(fields[alias]));
  if (standing.length === 0) return succeeded(undefined);
  const blanks = Object.fromEntries(standing.map((alias) => [alias, null]));
  const somebody = { contactId: id, email: email.toLowerCase() };
  const blanked = await editOwn(parts, somebody, { fields: blanks, addTags: [], removeTags: [] });
  return blanked.ok ? succeeded(undefined) : blanked;
}

function isBlank(stored: unknown): boolean {
  return stored === null || stored === undefined || stored === '';
}

/**
 * What PATCH drops in silence: numbers between -1 and 1, and text that looks like the number zero (recordings
 * 343, 359, 705–708). Only PUT stores them.
 */
function droppedNumbers({ change }: Draft, contact: MauticContact): Record<string, string> {
  const dropped = Object.entries(change?.fields ?? {}).filter((entry): entry is [string, string] => {
    const [alias, value] = entry;
    return value !== null && looksLikeZero(value) && !holds(contact.fields[alias], value);
  });
  return Object.fromEntries(dropped);
}

/** As PHP's `is_numeric` and `(int)` see it. */
function looksLikeZero(value: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) && Math.trunc(Number(value)) === 0;
}

function holds(stored: unknown, value: string): boolean {
  return typeof stored === 'number' ? stored === Number(value) : stored === value;
}

/** Not before any order that is known: the store's clock may be ahead of ours. */
function seenAt({ clock }: SyncParts, { orders }: Facts): number {
  return Math.max(clock.now(), ...orders.map(({ data }) => data.createdAt));
}

/** Mautic ignores a field it does not have, without a word (recording 057). Its list says what became of that field. */
async function noteMissing(
  parts: SyncParts,
  { change, written, facts }: Draft,
  contact: MauticContact,
): Promise<Written> {
  let noted = { ...(change?.result ?? written), seenAt: seenAt(parts, facts) };
  const missing = Object.entries(change?.fields ?? {}).filter(([alias]) => !(alias in contact.fields));
  if (missing.length > 0) await parts.fields.recheck();
  for (const [alias, value] of missing) {
    const { [alias]: _nothing, ...fields } = noted.fields;
    const kept = { ...noted, fields };
    noted = { ...withRefusal(kept, alias, { value, reason: 'no-such-field' }), seenAt: noted.seenAt };
  }
  return noted;
}

interface RefusedRewrite {
  readonly draft: Draft;
  readonly written: Written;
  readonly dropped: Readonly<Record<string, string>>;
  readonly failure: Failure;
}

/** The rest of the contact is written; only these values cannot be had. */
function noteRefused(parts: SyncParts, { draft, written, dropped, failure }: RefusedRewrite): Written {
  let noted = written;
  for (const [alias, value] of Object.entries(dropped)) {
    const fields = { contact: draft.lane.ring.contact, field: alias, reason: failure.code };
    parts.log.warn('Mautic refused a value; the rest is written', fields);
    noted = withRefusal(noted, alias, { value, reason: failure.code });
  }
  return noted;
}
