import type { Profile } from '../../core/contact/contact.ts';
import type { ItemRow } from '../../core/contact/items/items-plan.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { Expiry } from '../../core/ports/ledger.ts';

/** What the memory ledger holds of contacts; profiles are replaced, never altered. */
export interface ContactShelf {
  readonly profiles: Map<ContactKey, Profile>;
  /** Contact → JSON text of what was written, and its edition. */
  readonly written: Map<ContactKey, string>;
  /** Contact → when it was wanted last, epoch ms. */
  readonly lastWanted: Map<ContactKey, number>;
  /** Contact → when it was written to Mautic last, epoch ms. */
  readonly lastWritten: Map<ContactKey, number>;
  /** Contact → rows of its custom items, by name. */
  readonly items: Map<ContactKey, Map<string, ItemRow>>;
  /** Contact → tries alone that have not ended. */
  readonly unfinished: Map<ContactKey, number>;
  /** Contact → when it is to be forgotten; `lapse` of the ledger does that. */
  readonly expiries: Map<ContactKey, Expiry>;
}

export function emptyContactShelf(): ContactShelf {
  return {
    profiles: new Map(),
    written: new Map(),
    lastWanted: new Map(),
    lastWritten: new Map(),
    items: new Map(),
    unfinished: new Map(),
    expiries: new Map(),
  };
}

/** A profile of whom nothing is to be done. */
export function offTheList({
  work: _work,
  due: _due,
  parked: _parked,
  notBefore: _notBefore,
  waiting: _waiting,
  serverErrors: _serverErrors,
  ...rest
}: Profile): Profile {
  return rest;
}
