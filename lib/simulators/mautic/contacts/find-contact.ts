import type { Contact } from '../database/rows.ts';
import type { World } from '../world.ts';

/** The contact of an id; a merged contact's id leads to the one it was merged into. */
export function findContact({ db }: World, id: number): Contact | undefined {
  const redirect = db.redirects.get(id);
  return db.contacts.get(redirect?.to ?? id);
}

/** The contact an id in a batch means: by version, a merged contact's id is unknown there. */
export function findInBatch(world: World, id: number): Contact | undefined {
  return world.traits.mergedIdInBatch === 'winner' ? findContact(world, id) : world.db.contacts.get(id);
}
