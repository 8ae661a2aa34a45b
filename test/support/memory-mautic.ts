import type { ContactWrite, FieldInfo, NeededField } from '../../lib/core/contact/contact-write.ts';
import { failed, type Outcome, succeeded } from '../../lib/core/ledger/failure.ts';
import type {
  MauticCampaigns,
  MauticContact,
  MauticContacts,
  MauticEmails,
  MauticFields,
  MauticItems,
  MauticNotes,
  MauticSegments,
  MauticTags,
} from '../../lib/core/ports/mautic.ts';

import { ItemTable } from './item-table.ts';
import { UNIQUES } from './shop-objects.ts';

interface Row {
  readonly id: number;
  email: string;
  readonly fields: Map<string, string | number | null>;
  readonly tags: Set<string>;
}

/** As much of Mautic as the sync pipeline sees, with the traps that decide what must be sent. */
export class MemoryMautic implements MauticContacts, MauticFields {
  readonly rows = new Map<number, Row>();
  calls = 0;

  readonly notes: { contactId: number; text: string }[] = [];

  readonly sent: { emailId: number; contactId: number; order: string }[] = [];

  readonly members = new Map<number, Set<number>>();

  readonly items = new ItemTable(UNIQUES);

  readonly shelf: MauticItems = {
    write: async (entries) =>
      entries.map(({ contactId, items }) => {
        const row = this.rows.get(contactId);
        if (!row) return failed({ kind: 'park', code: 'not-found', message: 'gone' });
        for (const item of items) this.items.write(contactId, item);
        return succeeded({ email: row.email, hasItems: items.length > 0 });
      }),
  };

  readonly noteBook: MauticNotes = {
    add: async (items) => {
      this.notes.push(...items);
      return items.map(() => succeeded(undefined));
    },
    has: async (contactId, marker) =>
      succeeded(this.notes.some((note) => note.contactId === contactId && note.text.includes(marker))),
  };

  readonly mailer: MauticEmails = {
    send: async ({ emailId, contactId, tokens }) => {
      this.sent.push({ emailId, contactId, order: tokens.order_id ?? '' });
      return succeeded(undefined);
    },
    stateOf: async () => succeeded('usable'),
    mayBeMailed: async () => succeeded(true),
  };

  readonly lists: MauticSegments = {
    add: async (segment, contacts) => {
      for (const contact of contacts) this.membersOf(segment).add(contact);
      return succeeded(new Set(contacts));
    },
    remove: async (segment, contacts) => {
      for (const contact of contacts) this.membersOf(segment).delete(contact);
      return succeeded(undefined);
    },
  };

  /** Campaign → who was put in, each time. */
  readonly entered = new Map<number, number[]>();

  readonly campaigns: MauticCampaigns = {
    add: async (campaign, contact) => {
      this.entered.set(campaign, [...(this.entered.get(campaign) ?? []), contact]);
      return succeeded(undefined);
    },
    remove: async (campaign, contact) => {
      this.entered.set(
        campaign,
        (this.entered.get(campaign) ?? []).filter((one) => one !== contact),
      );
      return succeeded(undefined);
    },
    has: async (campaign, contact) => succeeded(this.entered.get(campaign)?.includes(contact) === true),
  };

  readonly tags: MauticTags = {
    ready: async (tags) => ({ spellings: new Map(tags.map((tag) => [tag, tag])), failures: new Map() }),
  };

  async ready(needed: readonly NeededField[]): Promise<Outcome<ReadonlyMap<string, FieldInfo>>> {
    return succeeded(new Map(needed.map(({ alias, type }) => [alias, { type }])));
  }

  async recheck(): Promise<Outcome<void>> {
    return succeeded(undefined);
  }

  async learnLimit(): Promise<void> {}

  async create(
    items: readonly (ContactWrite & { readonly email: string })[],
  ): Promise<readonly Outcome<MauticContact>[]> {
    this.calls += 1;
    return items.map((item) => {
      const row = this.byEmail(item.email) ?? this.insert(item.email);
      return succeeded(this.write(row, item));
    });
  }

  async edit(
    items: readonly (ContactWrite & { readonly id: number })[],
  ): Promise<readonly Outcome<MauticContact>[]> {
    this.calls += 1;
    return items.map((item) => {
      const row = this.rows.get(item.id);
      return row
        ? succeeded(this.write(row, item))
        : failed({ kind: 'park', code: 'not-found', message: 'gone' });
    });
  }

  async rewrite(id: number, fields: Readonly<Record<string, string>>): Promise<Outcome<MauticContact>> {
    this.calls += 1;
    const row = this.rows.get(id);
    if (!row) return failed({ kind: 'park', code: 'not-found', message: 'gone' });
    for (const [alias, value] of Object.entries(fields)) row.fields.set(alias, asNumber(value));
    return succeeded(read(row));
  }

  async find(email: string): Promise<Outcome<readonly MauticContact[]>> {
    this.calls += 1;
    return succeeded([...this.rows.values()].filter((row) => row.email === email).map(read));
  }

  async holders(ids: readonly number[]): Promise<Outcome<ReadonlyMap<number, MauticContact>>> {
    this.calls += 1;
    const rows = ids.flatMap((id) => this.rows.get(id) ?? []);
    return succeeded(new Map(rows.map((row) => [row.id, read(row)])));
  }

  async heir(id: number): Promise<Outcome<MauticContact | undefined>> {
    this.calls += 1;
    const row = this.rows.get(id);
    return succeeded(row && read(row));
  }

  async remove(id: number): Promise<Outcome<void>> {
    this.calls += 1;
    this.rows.delete(id);
    for (const members of this.members.values()) members.delete(id);
    return succeeded(undefined);
  }

  async takesWrites(): Promise<Outcome<void>> {
    this.calls += 1;
    return succeeded(undefined);
  }

  async findAll(emails: readonly string[]): Promise<Outcome<readonly MauticContact[]>> {
    this.calls += 1;
    return succeeded(emails.flatMap((email) => this.byEmail(email) ?? []).map(read));
  }

  membersOf(segment: number): Set<number> {
    const members = this.members.get(segment) ?? new Set<number>();
    this.members.set(segment, members);
    return members;
  }

  byEmail(email: string): Row | undefined {
    return [...this.rows.values()].find((row) => row.email === email);
  }

  private insert(email: string): Row {
    const row: Row = { id: Math.max(0, ...this.rows.keys()) + 1, email, fields: new Map(), tags: new Set() };
    this.rows.set(row.id, row);
    return row;
  }

  /** PATCH semantics: what looks like zero is dropped in silence, `null` blanks. */
  private write(row: Row, { fields, addTags, removeTags }: ContactWrite): MauticContact {
    for (const [alias, value] of Object.entries(fields)) {
      if (value === null) row.fields.set(alias, null);
      else if (Number.isNaN(Number(value)) || Math.trunc(Number(value)) !== 0)
        row.fields.set(alias, asNumber(value));
    }
    for (const tag of removeTags) row.tags.delete(tag);
    for (const tag of addTags) row.tags.add(tag);
    return read(row);
  }
}

function asNumber(value: string): string | number {
  return /^-?\d+\.\d+$/.test(value) ? Number(value) : value;
}

function read({ id, email, fields, tags }: Row): MauticContact {
  return { id, email, fields: Object.fromEntries(fields), tags: [...tags] };
}
