import type { ContactWrite } from '../../lib/core/contact/contact-write.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../lib/core/ledger/failure.ts';
import type {
  MauticContact,
  MauticContacts,
  MauticEmails,
  MauticFields,
  MauticNotes,
  MauticSegments,
  MauticTags,
} from '../../lib/core/ports/mautic.ts';
import type { Dice, Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Instance } from './instance.ts';

interface Row {
  readonly id: number;
  email: string;
  readonly fields: Map<string, string | number | null>;
  readonly tags: Set<string>;
}

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
 * batch that fails may have done its first half, and people change things. Only `null` and what is not about zero is
 * stored by a PATCH (facts/mautic-observed §3).
 */
export class Mautic {
  readonly rows = new Map<number, Row>();
  readonly notes: { contactId: number; text: string }[] = [];
  readonly sent: { emailId: number; contactId: number; order: string }[] = [];
  readonly members = new Map<number, Set<number>>();
  readonly outages: Window[] = [];
  /** Orders with an e-mail whose sending had no certain end, by `<template>/<order>`. */
  readonly uncertain = new Set<string>();
  calls = 0;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #faults: Faults;
  #lastId = 0;

  constructor(engine: Engine, dice: Dice, faults: Faults) {
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
      emails: this.#emails(instance),
      segments: {
        add: (segment, ids) => this.#join(instance, segment, (members) => ids.map((id) => members.add(id))),
        remove: (segment, ids) =>
          this.#join(instance, segment, (members) => ids.map((id) => members.delete(id))),
      },
    };
  }

  /** A contact with totals that somebody else wrote before the bridge came. */
  hold(email: string, totals: Readonly<Record<string, number>>): number {
    const row = this.#insert(email);
    for (const [alias, value] of Object.entries(totals)) row.fields.set(alias, value);
    return row.id;
  }

  byEmail(email: string): Row[] {
    return [...this.rows.values()].filter((row) => row.email === email);
  }

  membersOf(segment: number): Set<number> {
    const members = this.members.get(segment) ?? new Set<number>();
    this.members.set(segment, members);
    return members;
  }

  #contacts(instance: Instance): MauticContacts {
    return {
      create: (items) => {
        const there = items.map(({ email }) => this.byEmail(email));
        return this.#askForEach(instance, items.length, (index) => {
          const item = items[index];
          const rows = there[index];
          if (!item || !rows) throw new Error('asked for an item that was not sent');
          if (rows.length > 1) return failed(NOT_UNIQUE);
          return succeeded(this.#write(rows[0] ?? this.#insert(item.email), item));
        });
      },
      edit: (items) =>
        this.#askForEach(instance, items.length, (index) => {
          const item = items[index];
          const row = item && this.rows.get(item.id);
          if (!row) return failed(NOT_FOUND);
          if (this.byEmail(row.email).length > 1) return failed(NOT_UNIQUE);
          return succeeded(this.#write(row, item));
        }),
      rewrite: async (id, fields) => {
        const answer = await this.#ask(instance, {
          size: 1,
          commit: () => {
            const row = this.rows.get(id);
            if (!row) return failed<MauticContact>(NOT_FOUND);
            for (const [alias, value] of Object.entries(fields)) row.fields.set(alias, asNumber(value));
            return succeeded(read(row));
          },
        });
        return answer.ok ? answer.value : answer;
      },
      find: (email) =>
        this.#ask(instance, { size: 1, reads: true, commit: () => this.byEmail(email).map(read) }),
      takesWrites: () => this.#ask(instance, { size: 1, commit: () => undefined }),
      findAll: (emails) =>
        this.#ask(instance, {
          size: 1,
          reads: true,
          commit: () => emails.flatMap((email) => this.byEmail(email)).map(read),
        }),
    };
  }

  #notes(instance: Instance): MauticNotes {
    return {
      add: (items) =>
        this.#askForEach(instance, items.length, (index) => {
          const item = items[index];
          if (!item || !this.rows.has(item.contactId)) return failed<void>(NOT_FOUND);
          this.notes.push(item);
          return succeeded(undefined);
        }),
      has: (contactId, marker) =>
        this.#ask(instance, {
          size: 1,
          reads: true,
          commit: () => this.notes.some((note) => note.contactId === contactId && note.text.includes(marker)),
        }),
    };
  }

  #emails(instance: Instance): MauticEmails {
    return {
      send: async ({ emailId, contactId, tokens }) => {
        const order = tokens['order_id'] ?? '';
        const answer = await this.#ask(instance, {
          size: 1,
          commit: () => {
            if (!this.rows.has(contactId)) return failed<void>(NOT_FOUND);
            this.sent.push({ emailId, contactId, order });
            return succeeded(undefined);
          },
        });
        if (!answer.ok && answer.failure.kind === 'unknown')
          this.uncertain.add(`${String(emailId)}/${order}`);
        return answer.ok ? answer.value : answer;
      },
      mayBeMailed: () => this.#ask(instance, { size: 1, reads: true, commit: () => true }),
    };
  }

  async #join(
    instance: Instance,
    segment: number,
    change: (members: Set<number>) => unknown,
  ): Promise<Outcome<void>> {
    return this.#ask(instance, {
      size: 1,
      commit: () => void change(this.membersOf(segment)),
    });
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

  #insert(email: string): Row {
    this.#lastId += 1;
    const row: Row = { id: this.#lastId, email, fields: new Map(), tags: new Set() };
    this.rows.set(row.id, row);
    return row;
  }

  #write(row: Row, { fields, addTags, removeTags }: ContactWrite): MauticContact {
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

type Loss = 'mautic answer lost' | 'mautic request lost' | 'mautic late commit' | 'mautic server error';

const WRITE_LOSSES: readonly Loss[] = [
  'mautic answer lost',
  'mautic request lost',
  'mautic late commit',
  'mautic server error',
];
const READ_LOSSES: readonly Loss[] = ['mautic answer lost', 'mautic request lost'];

const RETRY: Failure = { kind: 'retry', code: 'unavailable', message: 'it is away' };
const LIMITED = { kind: 'retry', code: 'rate-limited', message: 'too many calls' } as const;
const REFUSED: Failure = { kind: 'authorise', code: 'stopped', message: 'a person must act' };
const NOT_FOUND: Failure = { kind: 'park', code: 'not-found', message: 'it was deleted' };
const NOT_UNIQUE: Failure = {
  kind: 'repair',
  code: 'not-unique',
  message: 'two contacts have this address',
  rejected: { email: { why: 'not-unique' } },
};

function unknown(code: string): Failure {
  return { kind: 'unknown', code, message: 'nobody knows' };
}

function asNumber(value: string): string | number {
  return /^-?\d+\.\d+$/.test(value) ? Number(value) : value;
}

function read({ id, email, fields, tags }: Row): MauticContact {
  return { id, email, fields: Object.fromEntries(fields), tags: [...tags] };
}
