import * as v from 'valibot';
import type { ItemWrite } from '../../core/contact/items/item-write.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticClient } from '../client.ts';
import { sendAll } from '../contacts/contact-batch.ts';
import { customObjectsOf, unsendable } from './payload.ts';
import { type ContactWithItems, contactWithItemsOf } from './reading.ts';

/** A contact and items to write with it. */
interface ContactAndItems {
  /** Alias → value of the contact's own fields. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly items: readonly ItemWrite[];
}

type New = ContactAndItems & { readonly email: string };
type Known = ContactAndItems & { readonly id: number };
type Written = Outcome<ContactWithItems>;

/**
 * Custom items in the payload of contacts, as the plugin takes them. Every call asks for the items back. An item without
 * id is new, unless its object has a unique field whose value says which it is; one with an id is updated. A call never
 * throws; what the plugin refuses is `repair` and names it (`refusal.ts`), and a server error may have saved the contact.
 */
export interface CustomObjects {
  /** `POST contacts/new`: upsert by e-mail. */
  create(contact: New): Promise<Written>;
  /** `PATCH contacts/{id}/edit`. */
  edit(contact: Known): Promise<Written>;
  /** `POST contacts/batch/new`; results stand in the order of the contacts. */
  createAll(contacts: readonly New[]): Promise<readonly Written[]>;
  /** `PATCH contacts/batch/edit`; a contact may be among them once. */
  editAll(contacts: readonly Known[]): Promise<readonly Written[]>;
  /** `GET contacts/{id}`. */
  read(id: number): Promise<Written>;
}

/** Any value but "" and 0 asks for them, also `false` (recordings 510-512). */
const WITH_ITEMS = '?includeCustomObjects=true';

const One = v.object({ contact: v.unknown() });

/** Custom items over one client. */
export function createCustomObjects(client: MauticClient): CustomObjects {
  async function single(call: Parameters<MauticClient['call']>[0]): Promise<Written> {
    const answer = await client.call(call);
    if (!answer.ok) return answer;
    const body = v.safeParse(One, answer.value.body);
    const read = body.success ? contactWithItemsOf(body.output.contact) : undefined;
    return read ? succeeded(read) : failed(unreadable(call.method));
  }
  return {
    create: (contact) =>
      checked(contact, () =>
        single({ method: 'POST', path: `/api/contacts/new${WITH_ITEMS}`, body: newContact(contact) }),
      ),
    edit: (contact) =>
      checked(contact, () => {
        const path = `/api/contacts/${String(contact.id)}/edit${WITH_ITEMS}`;
        return single({ method: 'PATCH', path, body: payloadOf(contact) });
      }),
    createAll: (contacts) => {
      const call = {
        method: 'POST',
        path: `/api/contacts/batch/new${WITH_ITEMS}`,
        read: contactWithItemsOf,
      } as const;
      return inOrder(contacts, (some) => sendAll(client, call, some.map(newContact)));
    },
    editAll: (contacts) => {
      const call = {
        method: 'PATCH',
        path: `/api/contacts/batch/edit${WITH_ITEMS}`,
        read: contactWithItemsOf,
      } as const;
      return inOrder(contacts, (some) =>
        sendAll(
          client,
          call,
          some.map((contact) => ({ ...payloadOf(contact), id: contact.id })),
        ),
      );
    },
    read: (id) => single({ method: 'GET', path: `/api/contacts/${String(id)}${WITH_ITEMS}` }),
  };
}

function newContact(contact: New): Record<string, unknown> {
  return { ...payloadOf(contact), email: contact.email };
}

function payloadOf({ fields, items }: ContactAndItems): Record<string, unknown> {
  return { ...fields, ...(items.length > 0 ? { customObjects: customObjectsOf(items) } : {}) };
}

/** What the plugin breaks on halfway is not sent at all. */
async function checked(contact: ContactAndItems, send: () => Promise<Written>): Promise<Written> {
  const unfit = unsendable(contact.items);
  return unfit.length === 0 ? send() : failed(unfitValues(unfit));
}

/** Contacts whose items can be sent, in one go; the others are answered without. */
async function inOrder<Contact extends ContactAndItems>(
  contacts: readonly Contact[],
  send: (some: readonly Contact[]) => Promise<readonly Written[]>,
): Promise<readonly Written[]> {
  const unfit = contacts.map(({ items }) => unsendable(items));
  const fit = contacts.filter((_contact, index) => unfit[index]?.length === 0);
  const answers = fit.length === 0 ? [] : [...(await send(fit))];
  return unfit.map((aliases) =>
    aliases.length > 0 ? failed(unfitValues(aliases)) : (answers.shift() ?? failed(unreadable('batch'))),
  );
}

function unfitValues(aliases: readonly string[]): Failure {
  const message = `A custom item has values that Mautic's plugin breaks on: ${aliases.join(', ')}. Nothing was sent.`;
  return { kind: 'park', code: 'unsendable-item', message };
}

function unreadable(what: string): Failure {
  const message = `Mautic answered no contact to a ${what} with custom items. Check the version of Mautic.`;
  return { kind: what === 'GET' ? 'retry' : 'unknown', code: 'unreadable', message };
}
