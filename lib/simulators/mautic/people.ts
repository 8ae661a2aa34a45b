import type { Identity } from './auth/identity.ts';
import { mergeContacts } from './contacts/merge.ts';
import { type CustomObjectForm, makeCustomObject, removeCustomObject } from './custom-objects/object-form.ts';
import type { Contact } from './database/rows.ts';
import { createdBy, modifiedBy, type World } from './world.ts';

/** What people do in Mautic's own pages, and no endpoint does; contacts by id. Each throws when there is no such contact. */
export type People = {
  /** The loser's id leads to the winner from now on. */
  readonly merge: (ids: { readonly loser: number; readonly winner: number }) => void;
  /** Another address, which nobody else has. */
  readonly rename: (id: number, email: string) => void;
  /** A second row of a tag that exists, as two writers at once leave it (5.2.1: 194). */
  readonly doubleTag: (tag: string) => void;
  /** Makes a Custom Object, or changes its fields. */
  readonly makeCustomObject: (form: CustomObjectForm) => void;
  /** Makes a campaign, and answers its id. */
  readonly makeCampaign: (form: { readonly name: string; readonly allowRestart?: boolean }) => number;
  /** Deletes a Custom Object and its items. */
  readonly removeCustomObject: (alias: string) => void;
  /** Installs the plugin of Custom Objects, or takes it away; its rows stay. */
  readonly installCustomObjects: (areInstalled: boolean) => void;
};

/** The people of a simulated Mautic, all signed in as one user. */
export function makePeople(world: World, identity: Identity): People {
  function contactOf(id: number): Contact {
    const contact = world.db.contacts.get(id);
    if (contact === undefined) throw new Error(`There is no contact ${id}.`);
    return contact;
  }
  return {
    merge({ loser, winner }) {
      mergeContacts(world, { winner: contactOf(winner), loser: contactOf(loser) }, identity);
      world.db.flush();
    },
    rename(id, email) {
      const contact = contactOf(id);
      if (world.db.uniques.holders('email', email).size > 0)
        throw new Error(`Contact ${id} cannot take an address that is in use.`);
      world.db.contacts.put({
        ...contact,
        ...modifiedBy(identity, world.now()),
        values: { ...contact.values, email },
      });
      world.db.flush();
    },
    doubleTag(tag) {
      if (world.db.lookups.tag(tag) === undefined) throw new Error(`There is no tag ${tag}.`);
      world.db.tags.insert((id) => ({ id, tag }));
      world.db.flush();
    },
    makeCustomObject(form) {
      makeCustomObject(world, form);
      world.db.flush();
    },
    makeCampaign({ name, allowRestart = false }) {
      const made = world.db.campaigns.insert((id) => ({
        id,
        ...createdBy(world, identity),
        name,
        allowRestart,
      }));
      world.db.flush();
      return made.id;
    },
    removeCustomObject(alias) {
      removeCustomObject(world, alias);
      world.db.flush();
    },
    installCustomObjects(areInstalled) {
      world.customObjects.areInstalled = areInstalled;
    },
  };
}
