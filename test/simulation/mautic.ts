import { type Failure, failed, type Outcome, succeeded } from '../../lib/core/ledger/failure.ts';
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
import { FEED_IDS } from '../support/feed-orders.ts';
import { ItemTable } from '../support/item-table.ts';
import { UNIQUES } from '../support/shop-objects.ts';
import type { Dice, Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Instance } from './instance.ts';
import { CampaignTable } from './mautic-campaigns.ts';
import { asNumber, MauticContactTable, type Row, read } from './mautic-contacts.ts';
import { LIMITED, NOT_FOUND, NOT_UNIQUE, REFUSED, RETRY, unknown } from './mautic-failures.ts';
import { SegmentTable } from './mautic-segments.ts';

/** A note or an e-mail, and whom it reached. */
interface Reached {
  readonly contactId: number;
  /** The address that stood under this id then. */
  readonly email: string;
  /** How long the id had been somebody else's when it was asked for, in ms; undefined: it was not. */
  readonly strayedMs: number | undefined;
  /** Epoch ms. */
  readonly askedAt: number;
  /** How long the contact had asked for no mail when this was asked for, in ms; undefined: it had not. */
  readonly silencedMs: number | undefined;
}

type Note = Reached & { readonly text: string };
type EditItem = Parameters<MauticContacts['edit']>[0][number];

/** A request on its way: what it does when Mautic gets to it, and how many things it is about. */
interface Request<Value> {
  readonly size: number;
  /** A lost answer of one that only reads leaves nothing in doubt. */
  readonly reads?: boolean;
  /** Does the first `upTo` of what was asked and answers it. */
  readonly commit: (upTo: number) => Value;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** PHP gives up long after its caller did. */
const LONGEST_MS = 110_000;
const CALLER_GIVES_UP_MS = 60_000;

/**
 * Mautic as `sync` sees it: nothing is unique, an answer may be lost, a request goes on when its caller is dead, a
 * batch that fails may have done its first half, and people change things.
 */
export class Mautic {
  readonly contacts: MauticContactTable;
  notes: Note[] = [];
  /** Of contacts that were deleted. */
  readonly lostNotes: Note[] = [];
  readonly sent: (Reached & { emailId: number; order: string; code: string })[] = [];
  readonly segments: SegmentTable;
  readonly campaigns = new CampaignTable();
  readonly outages: Window[] = [];
  readonly items = new ItemTable(UNIQUES);
  /** Orders with an e-mail whose sending had no certain end, by `<template>/<order>`. */
  readonly uncertain = new Set<string>();
  calls = 0;
  /** Told of each call, while the bridge waits for its answer. */
  meanwhile: (() => void) | undefined;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #faults: Faults;
  /** 7.0 writes by an id that was merged away into the winner; 5.2.1 does not know it in a batch, nor one twice (§12). */
  readonly #isSeven: boolean;

  constructor(engine: Engine, dice: Dice, faults: Faults) {
    this.contacts = new MauticContactTable(engine);
    this.segments = new SegmentTable(this.contacts);
    this.#isSeven = dice.chance(0.5);
    this.#engine = engine;
    this.#dice = dice;
    this.#faults = faults;
  }

  /** What one instance calls. */
  portsFor(instance: Instance): {
    mautic: MauticContacts;
    fields: MauticFields;
    tags: MauticTags;
    notes: MauticNotes;
    emails: MauticEmails;
    segments: MauticSegments;
    campaigns: MauticCampaigns;
    items: MauticItems;
  } {
    return {
      mautic: this.#contacts(instance),
      fields: {
        ready: async (needed) => succeeded(new Map(needed.map(({ alias, type }) => [alias, { type }]))),
        recheck: async () => succeeded(undefined),
        learnLimit: async () => undefined,
      },
      tags: {
        ready: async (tags) => {
          const spellings = new Map(tags.map((tag) => [tag, tag]));
          if (tags.length === 0) return { spellings, failures: new Map() };
          const asked = await this.#ask(instance, { size: 1, commit: () => undefined });
          if (asked.ok) return { spellings, failures: new Map() };
          return { spellings: new Map(), failures: new Map(tags.map((tag) => [tag, asked.failure])) };
        },
      },
      notes: this.#notes(instance),
      items: this.#items(instance),
      emails: this.#emails(instance),
      segments: {
        add: (segment, ids) =>
          this.#ask(instance, { size: 1, commit: () => this.segments.join(segment, ids, this.#engine.now) }),
        remove: (segment, ids) =>
          this.#ask(instance, {
            size: 1,
            commit: () => {
              for (const id of ids) this.segments.leave(segment, { id });
            },
          }),
      },
      campaigns: this.#campaigns(instance),
    };
  }

  /** A contact with totals that somebody else wrote before the bridge came. */
  hold(email: string, totals: Readonly<Record<string, number>>): number {
    const row = this.contacts.insert(email);
    for (const [alias, value] of Object.entries(totals)) row.fields.set(alias, value);
    return row.id;
  }

  /** A merge also moves notes and memberships. */
  merge(ids: { readonly loser: Row; readonly winner: Row }): void {
    this.contacts.merge(ids);
    const [from, contactId] = [ids.loser.id, ids.winner.id];
    this.segments.merge(ids.loser, ids.winner);
    this.campaigns.merge(ids.loser, ids.winner);
    this.notes = this.notes.map((note) => (note.contactId === from ? { ...note, contactId } : note));
  }

  /** Its notes go with it. */
  delete({ id }: Row): void {
    this.contacts.rows.delete(id);
    const isLost = ({ contactId }: Note) => contactId === id;
    this.lostNotes.push(...this.notes.filter(isLost));
    this.notes = this.notes.filter((note) => !isLost(note));
  }

  #contacts(instance: Instance): MauticContacts {
    const { contacts } = this;
    return {
      create: (items) => {
        const there = items.map(({ email }) => contacts.byEmail(email));
        return this.#askForEach(instance, items.length, (index) => {
          const item = items[index];
          const rows = there[index];
          if (!item || !rows) throw new Error('asked for an item that was not sent');
          if (rows.length > 1) return failed(NOT_UNIQUE);
          return succeeded(contacts.write(rows[0] ?? contacts.insert(item.email), item));
        });
      },
      edit: (items) => {
        const done = new Set<number>();
        return this.#askForEach(instance, items.length, (index) => this.#edit(items[index], done));
      },
      rewrite: async (id, fields) => {
        const answer = await this.#ask(instance, {
          size: 1,
          commit: () => {
            const row = contacts.rows.get(id);
            if (!row) return failed<MauticContact>(NOT_FOUND);
            for (const [alias, value] of Object.entries(fields)) row.fields.set(alias, asNumber(value));
            return succeeded(read(row));
          },
        });
        return answer.ok ? answer.value : answer;
      },
      remove: async (id) => {
        const answer = await this.#ask(instance, {
          size: 1,
          commit: () => {
            // Of an id that was merged away it deletes the winner (facts/mautic-observed, "Merged id").
            const row = contacts.behind(id);
            if (row) this.delete(row);
          },
        });
        return answer;
      },
      find: (email) => this.#look(instance, () => contacts.byEmail(email).map(read)),
      takesWrites: () => this.#ask(instance, { size: 1, commit: () => undefined }),
      findAll: (emails) =>
        this.#look(instance, () => emails.flatMap((email) => contacts.byEmail(email)).map(read)),
      holders: (ids) =>
        this.#look(instance, () => {
          const rows = ids.flatMap((id) => contacts.rows.get(id) ?? []);
          return new Map(rows.map((row) => [row.id, read(row)]));
        }),
      heir: (id) =>
        this.#look(instance, () => {
          const row = contacts.behind(id);
          return row && read(row);
        }),
    };
  }

  #edit(item: EditItem | undefined, done: Set<number>): Outcome<MauticContact> {
    const { contacts } = this;
    const row = item && (this.#isSeven ? contacts.behind(item.id) : contacts.rows.get(item.id));
    if (!item || !row) return failed(NOT_FOUND);
    if (contacts.byEmail(row.email).length > 1) return failed(NOT_UNIQUE);
    const isAgain = done.has(row.id) && !this.#isSeven;
    done.add(row.id);
    return succeeded(contacts.write(isAgain ? contacts.insert(row.email) : row, item));
  }

  /** Items of a contact that fails half-way may be there all the same. */
  #items(instance: Instance): MauticItems {
    return {
      write: (entries) =>
        this.#askForEach(instance, entries.length, (index) => {
          const { contactId = 0, items = [] } = entries[index] ?? {};
          const row = this.#isSeven ? this.contacts.behind(contactId) : this.contacts.rows.get(contactId);
          if (!row) return failed(NOT_FOUND);
          for (const item of items) this.items.write(row.id, item);
          return succeeded({ email: row.email, hasItems: items.length > 0 });
        }),
    };
  }

  #notes(instance: Instance): MauticNotes {
    return {
      add: (items) => {
        const asked = this.#engine.now;
        return this.#askForEach(instance, items.length, (index) => {
          const item = items[index];
          const reached = item && this.#reached(item.contactId, asked);
          if (!reached) return failed<void>(NOT_FOUND);
          this.notes.push({ ...reached, text: item.text });
          return succeeded(undefined);
        });
      },
      has: async (id, marker) => {
        const answer = await this.#look(instance, () => {
          const row = this.contacts.behind(id);
          if (!row) return failed<boolean>(NOT_FOUND);
          return succeeded(
            this.notes.some((note) => note.contactId === row.id && note.text.includes(marker)),
          );
        });
        return answer.ok ? answer.value : answer;
      },
    };
  }

  #emails(instance: Instance): MauticEmails {
    return {
      send: async ({ emailId, contactId, tokens }) => {
        const order = tokens['order_id'] === undefined ? cartOf(tokens) : String(orderOf(tokens));
        const asked = this.#engine.now;
        const answer = await this.#ask(instance, {
          size: 1,
          commit: () => {
            const reached = this.#reached(contactId, asked);
            if (!reached) return failed<void>(NOT_FOUND);
            this.sent.push({ ...reached, emailId, order, code: tokens['coupon_code'] ?? '' });
            return succeeded(undefined);
          },
        });
        if (!answer.ok && answer.failure.kind === 'unknown')
          this.uncertain.add(`${String(emailId)}/${order}`);
        return answer.ok ? answer.value : answer;
      },
      stateOf: () => this.#look(instance, () => 'usable' as const),
      mayBeMailed: (id) => this.#look(instance, () => this.contacts.behind(id)?.silencedAt === undefined),
    };
  }

  /** Who is taken out of one may be taken out again; who is put in may not. */
  #campaigns(instance: Instance): MauticCampaigns {
    const single = async (id: number, change: (reached: Reached) => void, asked = this.#engine.now) => {
      const answer = await this.#ask(instance, {
        size: 1,
        commit: () => {
          const reached = this.#reached(id, asked);
          if (!reached) return failed<void>(NOT_FOUND);
          return succeeded(change(reached));
        },
      });
      return answer.ok ? answer.value : answer;
    };
    return {
      add: (campaign, id) =>
        single(id, (reached) => this.campaigns.enter({ id: reached.contactId }, { campaign, ...reached })),
      remove: async (campaign, id) => {
        const left = await single(id, ({ contactId }) => this.campaigns.leave(campaign, { id: contactId }));
        return left.ok || left.failure.kind !== 'unknown' ? left : failed({ ...left.failure, kind: 'retry' });
      },
      has: async (campaign, id) => {
        const answer = await this.#look(instance, () => {
          const row = this.contacts.behind(id);
          return row ? succeeded(this.campaigns.isIn(campaign, row)) : failed<boolean>(NOT_FOUND);
        });
        return answer.ok ? answer.value : answer;
      },
    };
  }

  /** Whom a call by this id, made at `asked`, reaches. */
  #reached(id: number, asked: number): Reached | undefined {
    const row = this.contacts.behind(id);
    const movedAt = this.contacts.movedAt.get(id);
    return (
      row && {
        contactId: row.id,
        email: row.email,
        askedAt: asked,
        strayedMs: movedAt === undefined ? undefined : asked - movedAt,
        silencedMs: row.silencedAt === undefined ? undefined : asked - row.silencedAt,
      }
    );
  }

  #look<Value>(instance: Instance, commit: () => Value): Promise<Outcome<Value>> {
    return this.#ask(instance, { size: 1, reads: true, commit });
  }

  /** One request about several things, each with an outcome of its own. */
  async #askForEach<Value>(
    instance: Instance,
    size: number,
    commit: (index: number) => Outcome<Value>,
  ): Promise<readonly Outcome<Value>[]> {
    const indices = Array.from({ length: size }, (_, index) => index);
    const answer = await this.#ask(instance, {
      size,
      commit: (upTo) => indices.slice(0, upTo).map(commit),
    });
    return answer.ok ? answer.value : indices.map(() => answer);
  }

  async #ask<Value>(instance: Instance, request: Request<Value>): Promise<Outcome<Value>> {
    this.calls += 1;
    this.meanwhile?.();
    await instance.current.pass(this.#dice.between(1, 10));
    const outcome = await this.#fateOf(request);
    await instance.current.pass(this.#dice.between(1, 10));
    return outcome;
  }

  /** From here on it is in Mautic's hands, whatever becomes of the caller. */
  async #fateOf<Value>(request: Request<Value>): Promise<Outcome<Value>> {
    const { size, reads = false } = request;
    const ms = (57 + 21 * size) * (this.#faults.happens('mautic slow') ? this.#dice.between(5, 60) : 1);
    if (this.#isAway()) return this.#away(reads);
    const refusal = this.#refusal();
    if (refusal) return this.#after(40, () => failed(refusal));
    const lost = this.#lost(reads ? READ_LOSSES : WRITE_LOSSES);
    if (lost === undefined) return this.#after(ms, () => succeeded(request.commit(size)));
    if (reads) return this.#after(ms, () => failed(RETRY));
    return this.#lose(request, lost, ms);
  }

  /** The request has an effect, or half of one, or none, and the caller learns nothing. */
  #lose<Value>({ size, commit }: Request<Value>, lost: Loss, ms: number): Promise<Outcome<Value>> {
    const losses: Readonly<Record<Loss, () => Promise<Outcome<Value>>>> = {
      'mautic late commit': () => {
        this.#engine.after(this.#dice.between(CALLER_GIVES_UP_MS, LONGEST_MS), () => commit(size));
        return this.#after(CALLER_GIVES_UP_MS, () => failed(unknown('timeout')));
      },
      'mautic answer lost': () =>
        this.#after(ms, () => {
          commit(size);
          return failed(unknown('connection-lost'));
        }),
      'mautic server error': () =>
        this.#after(ms, () => {
          commit(this.#dice.between(0, size));
          return failed(unknown('server-error'));
        }),
      'mautic request lost': () => this.#after(ms, () => failed(unknown('connection-lost'))),
    };
    return losses[lost]();
  }

  #isAway(): boolean {
    return this.outages.some(({ from, to }) => this.#engine.now >= from && this.#engine.now < to);
  }

  /** Down: it refuses, or takes the request and is never heard of again. */
  #away<Value>(reads: boolean): Promise<Outcome<Value>> {
    if (this.#dice.chance(0.7)) return this.#after(30, () => failed(RETRY));
    return this.#after(CALLER_GIVES_UP_MS, () => failed(reads ? RETRY : unknown('timeout')));
  }

  #refusal(): Failure | undefined {
    if (this.#faults.happens('mautic refused')) return RETRY;
    if (this.#faults.happens('mautic refuses the credentials')) return REFUSED;
    if (!this.#faults.happens('mautic rate limit')) return undefined;
    const retryAfterMs = this.#dice.chance(0.5) ? this.#dice.between(1, 120) * 1000 : undefined;
    return { ...LIMITED, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  #lost(kinds: readonly Loss[]): Loss | undefined {
    return kinds.find((kind) => this.#faults.happens(kind));
  }

  async #after<Value>(ms: number, what: () => Value): Promise<Value> {
    return new Promise((resolve) => {
      this.#engine.after(ms, () => resolve(what()));
    });
  }
}

type Loss = 'mautic answer lost' | 'mautic request lost' | 'mautic late commit' | 'mautic server error';

const WRITE_LOSSES: readonly Loss[] = [
  'mautic answer lost',
  'mautic request lost',
  'mautic late commit',
  'mautic server error',
];
const READ_LOSSES: readonly Loss[] = ['mautic answer lost', 'mautic request lost'];

/** Which cart, or which order that nobody paid, an e-mail is about: its link says so, if there is one. */
function cartOf({ cart_url: url = '' }: Readonly<Record<string, string>>): string {
  const [, cart] = /[?&]mcb=([\w-]{36})/.exec(url) ?? [];
  const [, order] = /\/order-pay\/(\d+)\//.exec(url) ?? [];
  return cart ?? order ?? '';
}

/** Ids of two stores are the same numbers: how it was paid tells them apart here. */
function orderOf(tokens: Readonly<Record<string, string>>): number {
  const isFeed = ['Cash', 'offline_payment'].includes(tokens['payment_method'] ?? '');
  return Number(tokens['order_id'] ?? 0) + (isFeed ? FEED_IDS : 0);
}
