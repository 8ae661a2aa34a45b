import type { OrderState, State } from '../../../lib/core/ledger/fold/order.ts';
import type { FuzzWorld } from '../bridge/fuzz-world.ts';
import type { Named } from './expectation.ts';
import { type Changes, changesBetween, type Photograph, photograph } from './photograph.ts';

/** DynamoDB's limit for an item, less its keys and what stands beside the JSON. */
const MOST_ITEM_BYTES = 400 * 1024 - 3 * 1024;
/** Reasons that the documentation names and that can happen with a Mautic that takes everything. */
const DOCUMENTED_PARKING = new Set(['too-many-orders']);

/** Shelves that may change although nothing was said. */
const EXCEPTIONS = {
  nothing: new Set<string>(),
  counters: new Set(['profiles']),
  /** A contact that is looked at takes in what is known of its products by now. */
  contacts: new Set(['profiles', 'written', 'rows', 'members', 'waits']),
} as const;

/** Looks at what has changed in a world since a photograph, and notes what should not have. */
export class Judge {
  readonly #world: FuzzWorld;
  readonly #before: Photograph;
  readonly #after: Photograph;
  readonly #changes: Changes;

  constructor(world: FuzzWorld, before: Photograph) {
    this.#world = world;
    this.#before = before;
    this.#after = photograph(world);
    this.#changes = changesBetween(this.#before, this.#after);
  }

  /** What the world holds now. */
  get after(): Photograph {
    return this.#after;
  }

  /** Nothing may have changed, but for what `except` says: a repetition is counted. */
  expectNoChange(why: string, except: keyof typeof EXCEPTIONS = 'nothing'): void {
    for (const [shelf, names] of Object.entries(this.#changes)) {
      if (names.length > 0 && !EXCEPTIONS[except].has(shelf))
        this.#add('changed', `${why} changed ${shelf} ${names.slice(0, 3).join()}`);
    }
    if (this.#after.notes !== this.#before.notes) this.#add('changed', `${why} added a note`);
    if (this.#after.sent !== this.#before.sent) this.#add('changed', `${why} sent an e-mail`);
    if (except === 'nothing' && this.#world.rung.length > 0) this.#add('changed', `${why} rang`);
  }

  /** Only what the delivery names may have changed, and it has to fit. */
  expectOnly(named: Named): void {
    const allowed = this.#contactsOf(named);
    this.#expectContacts(allowed);
    this.#expectThings(named, allowed);
    this.#expectMautic(allowed);
    this.#expectSizes();
    this.#expectUnparked();
  }

  /** Its owner, everybody it ever belonged to, and who waits for it. */
  #contactsOf({ thing, beside = [], email }: Named): ReadonlySet<string> {
    const { contacts } = this.#world;
    const allowed = new Set<string>();
    for (const [key, profile] of contacts.profiles) if (profile.email === email) allowed.add(key);
    const names = [...(thing === undefined ? [] : [thing]), ...beside];
    for (const key of names.flatMap((name) => this.#knownBy(name))) allowed.add(key);
    return allowed;
  }

  /** Contacts that a thing ever had before, and who waited for it. */
  #knownBy(name: string): readonly string[] {
    const { states, waits } = this.#before.shelves;
    const known = states.get(name);
    const state = typeof known === 'string' ? parsed(known) : undefined;
    const had = state && state.type !== 'product' ? Object.keys(state.contacts) : [];
    return [...had, ...listOf(waits.get(name))];
  }

  #expectContacts(allowed: ReadonlySet<string>): void {
    const { profiles, written, pointers } = this.#changes;
    for (const key of [...profiles, ...written, ...pointers, ...this.#world.rung])
      if (!allowed.has(key)) this.#add('outside', `contact ${key} was touched`);
  }

  #expectThings({ thing, beside = [] }: Named, allowed: ReadonlySet<string>): void {
    for (const name of this.#changes.states)
      if (name !== thing && !beside.includes(name))
        this.#add('outside', `${name} was written, ${String(thing)} is named`);
    for (const name of this.#changes.effects) {
      if (name !== thing && !allowed.has(this.#ownerOf(name)))
        this.#add('outside', `effects of ${name} were written`);
    }
    for (const name of this.#changes.waits) {
      const stranger = this.#differing('waits', name).find((key) => !allowed.has(key));
      if (stranger) this.#add('outside', `${stranger} waits for ${name}`);
    }
  }

  #expectMautic(allowed: ReadonlySet<string>): void {
    const { mautic, contacts } = this.#world;
    const emails = new Set([...allowed].map((key) => profileOf(contacts.profiles, key)?.email));
    const isAllowed = (id: number) => emails.has(mautic.rows.get(id)?.email);
    const noted = mautic.notes.slice(this.#before.notes);
    const mailed = mautic.sent.slice(this.#before.sent);
    const joined = this.#changes.members.flatMap((segment) => this.#differing('members', segment));
    const ids = [
      ...this.#changes.rows.map(Number),
      ...[...noted, ...mailed].map(({ contactId }) => contactId),
      ...joined.map(Number),
    ];
    for (const id of ids)
      if (!isAllowed(id)) this.#add('outside', `Mautic's contact ${String(id)} was touched`);
  }

  #expectSizes(): void {
    const { states, effects, written } = this.#changes;
    for (const name of new Set([...states, ...effects])) {
      const done = Object.fromEntries(this.#world.things.effects.get(name) ?? []);
      const bytes = bytesOf(this.#after.shelves.states.get(name)) + bytesOf(JSON.stringify(done));
      if (bytes > MOST_ITEM_BYTES) this.#add('size', `${name} has ${String(bytes)} bytes`);
    }
    for (const key of written) {
      const bytes = bytesOf(this.#after.shelves.written.get(key));
      if (bytes > MOST_ITEM_BYTES) this.#add('size', `WRITTEN of ${key} has ${String(bytes)} bytes`);
    }
  }

  #expectUnparked(): void {
    const { contacts } = this.#world;
    for (const key of this.#changes.profiles) {
      const parked = profileOf(contacts.profiles, key)?.parked;
      if (parked && !DOCUMENTED_PARKING.has(parked.code)) this.#add('parked', `${key}: ${parked.code}`);
    }
  }

  #ownerOf(name: string): string {
    const state = this.#after.shelves.states.get(name);
    return typeof state === 'string' ? ((parsed(state) as OrderState).contact ?? '') : '';
  }

  /** Members of one photograph that are not in the other. */
  #differing(shelf: 'waits' | 'members', name: string): readonly string[] {
    const sets = [this.#before, this.#after].map(({ shelves }) => new Set(listOf(shelves[shelf].get(name))));
    const [before = new Set(), after = new Set()] = sets;
    return [...before, ...after].filter((member) => before.has(member) !== after.has(member));
  }

  #add(...[check, reason]: Parameters<FuzzWorld['findings']['add']>): void {
    this.#world.findings.add(check, reason);
  }
}

function profileOf<Profile>(profiles: ReadonlyMap<string, Profile>, key: string): Profile | undefined {
  return profiles.get(key);
}

/** The cast holds because the memory ledger stores nothing else. */
function parsed(json: string): State {
  return JSON.parse(json) as State;
}

function listOf(text: unknown): readonly string[] {
  return typeof text === 'string' && text !== '' ? text.split(',') : [];
}

function bytesOf(text: unknown): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : 0;
}
