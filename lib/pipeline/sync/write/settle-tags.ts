import { tagKey } from '../../../core/contact/text/tag-key.ts';
import { type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import type { Draft, SyncParts, WorkParts } from '../parts.ts';
import type { Somebody } from '../strangers.ts';
import { editOwn } from './edit-own.ts';

/**
 * What of the bridge's tags is in Mautic after a write, as its answer spells it: so it is taken away one day. A tag
 * that was taken away and is there all the same is taken away again: it is spelt otherwise by now, or there are two rows
 * of its text, of which `-x` means the newer, `x` puts that one in the place of the older, and then `-x` clears it
 * (5.2.1: 195 to 199).
 */
export async function settleTags(
  parts: WorkParts,
  draft: Draft,
  contact: MauticContact,
): Promise<Outcome<readonly string[]>> {
  const { change, written } = draft;
  if (!change) return succeeded(written.tags);
  const kept = change.result.tags.flatMap((tag) => shownAs(tag, contact) ?? unseen(tag, change.addTags));
  const gone = goneKeys(draft, kept);
  const left = contact.tags.filter((tag) => gone.has(tagKey(tag)));
  if (left.length === 0) return succeeded(kept);
  const stubborn = await takeAway(parts, {
    contactId: contact.id,
    email: contact.email.toLowerCase(),
    left,
    tried: change.removeTags,
  });
  if (!stubborn.ok) return stubborn;
  const there = stubborn.value.filter((tag) => gone.has(tagKey(tag)));
  if (there.length > 0) tell(parts, draft);
  return succeeded([...kept, ...there].sort());
}

function shownAs(tag: string, { tags }: MauticContact): string | undefined {
  return tags.includes(tag) ? tag : tags.find((shown) => tagKey(shown) === tagKey(tag));
}

/** One that was to be added and is not there was not; one that was there before was taken off by a person. */
function unseen(tag: string, added: readonly string[]): readonly string[] {
  return added.includes(tag) ? [] : [tag];
}

function goneKeys({ change }: Draft, kept: readonly string[]): ReadonlySet<string> {
  const keys = new Set((change?.removeTags ?? []).map(tagKey));
  for (const tag of [...kept, ...(change?.addTags ?? [])]) keys.delete(tagKey(tag));
  return keys;
}

interface Leftover extends Somebody {
  readonly left: readonly string[];
  /** Spellings that `-x` was sent for already. */
  readonly tried: readonly string[];
}

/** Resolves to all tags that the contact has then. */
async function takeAway(
  parts: WorkParts,
  { left, tried, ...somebody }: Leftover,
): Promise<Outcome<readonly string[]>> {
  const doubled = left.filter((tag) => tried.includes(tag));
  const steps = [
    { addTags: doubled, removeTags: left.filter((tag) => !tried.includes(tag)) },
    { addTags: [], removeTags: doubled },
  ].filter(({ addTags, removeTags }) => addTags.length + removeTags.length > 0);
  let tags = left;
  for (const step of steps) {
    const edited = await editOwn(parts, somebody, { fields: {}, ...step });
    if (!edited.ok) return edited;
    tags = edited.value.tags;
  }
  return succeeded(tags);
}

function tell({ log }: SyncParts, { lane }: Draft): void {
  log.warn(
    'A tag cannot be taken away from a contact; Mautic has it more than once: delete all but one of its rows',
    { contact: lane.ring.contact },
  );
}
