import { UNKNOWN, type Written } from '../../../core/contact/contact.ts';
import type { Failure, Outcome } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import type { Draft, FieldInfos } from '../parts.ts';

/** A draft whose contact was made somebody else's within the same batch, and the draft that got it. */
export interface Overtaken {
  readonly loser: Draft;
  readonly winner: Draft;
}

/**
 * Whoever was answered under an id under which a later one of the batch was answered, too: Mautic took the two for one
 * because they share the value of a unique field, and the row carries the later address now (5.2.1: 059).
 */
export function overtakenIn(answers: ReadonlyMap<Draft, Outcome<MauticContact>>): readonly Overtaken[] {
  const holders = new Map<number, Draft>();
  // An answer with another address says for itself that the contact is somebody else's.
  const own = [...answers].filter(([draft, answer]) => answer.ok && isOf(draft, answer.value));
  for (const [draft, answer] of own) if (answer.ok) holders.set(answer.value.id, draft);
  return own.flatMap(([loser, answer]) => {
    const winner = answer.ok ? holders.get(answer.value.id) : undefined;
    return winner && winner !== loser ? [{ loser, winner }] : [];
  });
}

function isOf({ profile }: Draft, { email }: MauticContact): boolean {
  return email.toLowerCase() === profile.email;
}

/** Whether it is known by now which field of this draft must not be written, so that writing it again ends otherwise. */
export function isExplained({ change }: Draft, fields: FieldInfos): boolean {
  return Object.keys(change?.fields ?? {}).some((alias) => fields.get(alias)?.leftOut);
}

/** What may be in the contact of the one that got it: its own, and all that was written for the other. */
export function mixed({ winner, loser }: Overtaken): Written {
  const values = Object.entries(loser.change?.fields ?? {}).filter(([, value]) => value !== null);
  const foreign = Object.fromEntries(values.map(([alias]) => [alias, UNKNOWN]));
  const fields = { ...foreign, ...loser.written.fields, ...winner.written.fields };
  const tags = new Set([...winner.written.tags, ...loser.written.tags, ...(loser.change?.addTags ?? [])]);
  return { ...winner.written, fields, tags: [...tags] };
}

export const TAKEN_OVER: Failure = {
  kind: 'park',
  code: 'taken-over',
  message:
    'Mautic answered this contact and another one of the same batch under one id, and none of its unique fields explains that; look at both in Mautic, then replay',
};
