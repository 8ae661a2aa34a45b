import type { ContactWrite, NeededField } from '../../../lib/core/contact/contact-write.ts';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import { cleanText } from '../../../lib/simulators/mautic/database/text-cleaning.ts';
import type { MemoryMautic } from '../../support/memory-mautic.ts';
import type { Findings } from './findings.ts';

type MauticParts = Pick<SyncParts, 'mautic' | 'fields' | 'tags' | 'notes' | 'emails' | 'segments'>;

/** Mautic's own limits for texts in one line and for tags. */
const TEXT_LIMIT = 191;
const ORDER_DATA = 'mautic_woo_order_data';

export interface WatchOptions {
  readonly findings: () => Findings;
  /** Order data lies in a text field of one line, as the WooCommerce plugin makes it. */
  readonly isShort: boolean;
}

/** The ports of Mautic, each looking at what is sent before it passes it on. */
export function watchedMautic(mautic: MemoryMautic, options: WatchOptions): MauticParts {
  const watch = new Watch(mautic, options);
  return {
    mautic: {
      create: (items) => {
        for (const item of items) watch.write(item, item.email);
        return mautic.create(items);
      },
      edit: (items) => {
        for (const item of items) watch.write(item);
        return mautic.edit(items);
      },
      rewrite: (id, fields) => {
        watch.write({ fields, addTags: [], removeTags: [] });
        return mautic.rewrite(id, fields);
      },
      find: (email) => mautic.find(email),
      holders: (ids) => mautic.holders(ids),
      heir: (id) => mautic.heir(id),
      remove: (id) => mautic.remove(id),
      takesWrites: () => mautic.takesWrites(),
      findAll: (emails) => mautic.findAll(emails),
    },
    fields: {
      ready: async (needed) => {
        const type = (field: NeededField) =>
          options.isShort && field.alias === ORDER_DATA ? 'text' : field.type;
        return succeeded(new Map(needed.map((field) => [field.alias, { type: type(field) }])));
      },
      recheck: () => mautic.recheck(),
      learnLimit: () => mautic.learnLimit(),
    },
    tags: {
      ready: (tags) => {
        for (const tag of tags) watch.tag(tag);
        return mautic.tags.ready(tags);
      },
    },
    notes: {
      add: (items) => {
        for (const { contactId, text } of items) watch.note(contactId, text);
        return mautic.noteBook.add(items);
      },
      has: (contactId, marker) => mautic.noteBook.has(contactId, marker),
    },
    emails: {
      send: (email) => {
        watch.email(email.emailId, email.tokens);
        return mautic.mailer.send(email);
      },
      stateOf: (id) => mautic.mailer.stateOf(id),
      mayBeMailed: (id) => mautic.mailer.mayBeMailed(id),
    },
    segments: mautic.lists,
  };
}

class Watch {
  readonly #mautic: MemoryMautic;
  readonly #options: WatchOptions;

  constructor(mautic: MemoryMautic, options: WatchOptions) {
    this.#mautic = mautic;
    this.#options = options;
  }

  write({ fields, addTags, removeTags }: ContactWrite, email?: string): void {
    if (email !== undefined && !/^[\x21-\x7e]{3,254}$/.test(email)) this.#wrong('an address', email);
    for (const [alias, value] of Object.entries(fields)) {
      if (value === null) continue;
      this.text(`the field ${alias}`, value);
      if (alias === ORDER_DATA) this.orderData(value);
      else this.line(`the field ${alias}`, value);
    }
    for (const tag of [...addTags, ...removeTags]) this.tag(tag);
  }

  orderData(json: string): void {
    const fits = !this.#options.isShort || json.length <= TEXT_LIMIT;
    if (!fits || /[^\x20-\x7e]|[<>&]/.test(json) || !isJson(json)) this.#wrong('order data', json);
  }

  tag(tag: string): void {
    this.text('a tag', tag);
    this.line('a tag', tag);
    if (tag.trim() !== tag || tag === '' || tag.startsWith('-') || tag !== tag.toLowerCase())
      this.#wrong('a tag', tag);
  }

  note(contactId: number, text: string): void {
    this.text('a note', text);
    if (/[<>]/.test(text)) this.#wrong('a note', text);
    const marker = text.slice(text.lastIndexOf('\n'));
    const twin = this.#mautic.notes.some(
      (note) => note.contactId === contactId && note.text.endsWith(marker),
    );
    if (twin) this.#wrong('the same note again', marker);
  }

  email(emailId: number, tokens: Readonly<Record<string, string>>): void {
    for (const [token, value] of Object.entries(tokens)) this.text(`the token ${token}`, value);
    const twin = this.#mautic.sent.some(
      (sent) => sent.emailId === emailId && sent.order === tokens['order_id'],
    );
    if (twin) this.#wrong('the same e-mail again', tokens['order_id'] ?? '');
  }

  text(what: string, value: unknown): void {
    if (typeof value !== 'string' || !value.isWellFormed()) this.#wrong(what, value);
  }

  /** One line that fits and that Mautic keeps as it is. */
  line(what: string, value: string): void {
    const fits = Array.from(value).length <= TEXT_LIMIT && !/[\p{Cc}<>]/u.test(value);
    if (!fits || cleanText(value) !== value) this.#wrong(what, value);
  }

  #wrong(what: string, value: unknown): void {
    this.#options.findings().add('sent', `${what}: ${JSON.stringify(value)}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
