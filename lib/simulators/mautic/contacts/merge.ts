import type { Identity } from '../auth/identity.ts';
import type { Contact } from '../database/rows.ts';
import { modifiedBy, type World } from '../world.ts';

/** Two contacts that are one person: the one that stays, and the one whose id will lead to it. */
export type Merge = { readonly winner: Contact; readonly loser: Contact };

/**
 * Merges two contacts as a person does in Mautic's pages (recordings 147-153 of 5.2.1): the id of the winner stays,
 * the values of the contact that was changed last do, the e-mail too (read in `ContactMerger` of 5 and 7).
 */
export function mergeContacts(world: World, { winner, loser }: Merge, identity: Identity): Contact {
  const newest = changedAt(loser) > changedAt(winner) ? loser : winner;
  const oldest = newest === winner ? loser : winner;
  const merged: Contact = {
    ...winner,
    ...modifiedBy(identity, world.now()),
    values: { ...oldest.values, ...newest.values },
    points: winner.points + loser.points,
    owner: winner.owner ?? loser.owner,
    ips: [...new Set([...winner.ips, ...loser.ips])],
    tags: [...new Set([...winner.tags, ...loser.tags])],
    lastActive: later(winner.lastActive, loser.lastActive),
    dateIdentified: earlier(winner.dateIdentified, loser.dateIdentified),
  };
  retire(world, { winner, loser });
  return world.db.contacts.put(merged);
}

/** Deletes the loser: its id, and the ids that led to it, lead to the winner, who gets its notes and segments. */
export function retire({ db }: World, { winner, loser }: Merge): void {
  for (const one of db.redirects.all()) if (one.to === loser.id) db.redirects.put({ ...one, to: winner.id });
  db.redirects.put({ id: loser.id, to: winner.id });
  for (const note of db.lookups.notesOf(loser.id)) db.notes.put({ ...note, contact: winner.id });
  for (const one of db.memberships.all().filter(({ contact }) => contact === loser.id)) {
    db.memberships.delete(one.id);
    const isMember = db.lookups.membership(one.segment, winner.id) !== undefined;
    if (!isMember) db.memberships.put({ ...one, contact: winner.id });
  }
  // The plugin knows nothing of merging (derived): the rows of its links go with the contact.
  for (const link of db.items.linksOf(loser.id)) db.customLinks.delete(link.id);
  db.contacts.delete(loser.id);
}

function changedAt({ dateModified, dateAdded }: Contact): string {
  return dateModified ?? dateAdded ?? '';
}

function later(one: string | null, other: string | null): string | null {
  return (one ?? '') > (other ?? '') ? one : other;
}

function earlier(one: string | null, other: string | null): string | null {
  return one === null || other === null ? (one ?? other) : one < other ? one : other;
}
