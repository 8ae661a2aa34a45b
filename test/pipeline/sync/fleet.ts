import type { Profile, Ring } from '../../../lib/core/contact/contact.ts';
import type { ContactKey } from '../../../lib/core/ledger/email.ts';
import { type Failure, failed, type Outcome } from '../../../lib/core/ledger/failure.ts';
import type { Register } from '../../../lib/core/ledger/register.ts';
import { admission, type Pace, readPace } from '../../../lib/core/pace/pace.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import type { Registers } from '../../../lib/core/ports/ledger.ts';
import type { MauticContacts } from '../../../lib/core/ports/mautic.ts';
import type { Clock, Metrics } from '../../../lib/core/ports/telemetry.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { createMemoryBodies, createMemoryDoorbell } from '../../../lib/local/memory/queue.ts';
import { createRecord } from '../../../lib/pipeline/record.ts';
import { createSweep } from '../../../lib/pipeline/sweep.ts';
import { createSync } from '../../../lib/pipeline/sync.ts';
import { type Line, recordingLog } from '../../support/log.ts';
import { MemoryMautic } from '../../support/memory-mautic.ts';
import { NO_ITEMS } from '../../support/no-items.ts';
import { KNOWN_PAST } from '../../support/past.ts';
import { sourceOf } from '../../support/sources.ts';
import { keyOf, MINUTE, type OrderChanges, orderBody } from './support.ts';

const NOON = Date.parse('2026-12-01T12:00:00Z');
const STORE = { id: 'demo', kind: 'woocommerce', currency: 'EUR' } as const;

/** One call to Mautic. */
interface Call {
  readonly at: number;
  readonly name:
    | 'create'
    | 'remove'
    | 'edit'
    | 'find'
    | 'rewrite'
    | 'whose'
    | 'heir'
    | 'note'
    | 'look'
    | 'send'
    | 'state'
    | 'ask';
  /** Of how many contacts or notes. */
  readonly size: number;
  readonly ms: number;
}

/** How Mautic is. */
export interface Mood {
  /** What a call takes, in ms. */
  takes: (call: Pick<Call, 'name' | 'size'>) => number;
  /** How it fails; it may have done what was asked all the same. */
  fails: (call: Pick<Call, 'name' | 'size'>, emails: readonly string[]) => Failure | undefined;
  commits: boolean;
}

export const AWAY: Failure = { kind: 'retry', code: 'unreachable', message: 'It is away.' };
export const BROKEN: Failure = { kind: 'unknown', code: 'server-error', message: 'It fails.' };

/** Several instances of `sync` around one ledger, and a Mautic with moods, on a clock that only waiting moves. */
export function startFleet(policy: Partial<Policy> = {}, { quiet = false } = {}) {
  let now = NOON;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
  const ledger = createMemoryLedger();
  const doorbell = createMemoryDoorbell(clock);
  const lines: Line[] = [];
  const counts = new Map<string, number>();
  const metrics: Metrics = {
    count: (name, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value),
  };
  const registers = watchedRegisters(ledger);
  // A week has more lines than are worth keeping.
  const log = recordingLog((line) => {
    if (!quiet) lines.push(line);
  });
  const ports = {
    things: ledger,
    contacts: ledger,
    registers: registers.port,
    doorbell,
    clock,
    log,
    metrics,
  };
  const mautic = new MemoryMautic();
  const moody = withMoods(mautic, clock);
  const record = createRecord({ ...ports, stores: [STORE], sourceOf, bodies: createMemoryBodies() });
  const sweepFor = createSweep(ports);
  /** One round, as for a backlog that fits into the queue. */
  const sweep = () => sweepFor(() => 0);
  let deliveries = 0;

  /** A process; they share nothing but the ledger. */
  function instance() {
    const sync = createSync({
      ...ports,
      ...moody.ports,
      policy: { ...DEFAULT_POLICY, ...policy },
      currencies: new Map([[STORE.id, STORE.currency]]),
      since: async () => new Map([[STORE.id, 0]]),
      history: KNOWN_PAST,
    });
    return async (rings: readonly Ring[], { receives = 1, remainingMs = 10 * MINUTE } = {}) => {
      const end = now + remainingMs;
      const again = await sync(
        rings.map((ring) => ({ ring, receives })),
        () => end - now,
      );
      return [...again];
    };
  }

  /** Records an order and answers the rings that came of it. */
  async function order(changes: OrderChanges): Promise<readonly Ring[]> {
    await deliver(changes);
    return doorbell.take();
  }

  async function deliver(changes: OrderChanges): Promise<void> {
    now += 1_000;
    deliveries += 1;
    const body = Buffer.from(JSON.stringify(orderBody(changes, now))).toString('base64');
    const delivery = {
      schema: 1,
      store: STORE.id,
      receivedAt: new Date(now).toISOString(),
      topic: 'order.updated',
      webhookId: '2',
      deliveryId: String(deliveries),
      body: { in: 'message', base64: body },
    } as const;
    const again = await record([{ delivery, redelivered: false }]);
    if (again.size > 0) throw new Error('the delivery was not recorded');
  }

  /** One new contact for each of these names; answers the rings. */
  async function orders(names: readonly string[], changes: OrderChanges = {}): Promise<readonly Ring[]> {
    const rings: Ring[] = [];
    for (const name of names) {
      const id = orderId(name);
      rings.push(...(await order({ id, ...changes, email: emailOf(name) })));
    }
    return rings;
  }

  return {
    clock,
    ledger,
    doorbell,
    mautic,
    mood: moody.mood,
    /** Since the last time this was asked. */
    calls: () => moody.calls.splice(0),
    writes: moody.writes,
    lines,
    counts,
    registers,
    instance,
    sweep,
    deliver,
    orders,
    forward: (ms: number) => {
      now += ms;
    },
    /** @throws Error when the ledger has none. */
    profile: (name: string): Profile => {
      const profile = ledger.contents().profiles[keyOf(emailOf(name))];
      if (!profile) throw new Error(`no profile of ${name}`);
      return profile;
    },
    pace: async (): Promise<Pace> => readPace((await ledger.read({ of: 'mautic', name: 'PACE' }))?.text),
    admission: async () =>
      admission(readPace((await ledger.read({ of: 'mautic', name: 'PACE' }))?.text), now),
  };
}

export type Fleet = ReturnType<typeof startFleet>;

export function emailOf(name: string): string {
  return `${name}@example.test`;
}

export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index)}`);
}

const ids = new Map<string, number>();

/** The same number for the same name. */
function orderId(name: string): number {
  const id = ids.get(name) ?? ids.size + 1;
  ids.set(name, id);
  return id;
}

export function ringOf(name: string, ring: Partial<Ring> = {}): Ring {
  return { contact: keyOf(emailOf(name)), wanted: 1, attempts: 0, ...ring };
}

/** Counts what the pace costs, and fails when told to. */
function watchedRegisters(ledger: MemoryLedger) {
  const state = { reads: 0, writes: 0, failing: false };
  const used = ({ name }: Register, how: 'reads' | 'writes') => {
    if (name !== 'PACE') return;
    state[how] += 1;
    if (state.failing) throw new Error('the ledger is away');
  };
  const port: Registers = {
    read: async (register) => {
      used(register, 'reads');
      return ledger.read(register);
    },
    write: async (register, text, revision) => {
      used(register, 'writes');
      return ledger.write(register, text, revision);
    },
  };
  return Object.assign(state, { port });
}

function withMoods(mautic: MemoryMautic, clock: Clock) {
  const mood: Mood = { takes: () => 0, fails: () => undefined, commits: false };
  const calls: Call[] = [];
  /** Addresses in the order they were written. */
  const writes: { readonly email: string; readonly at: number }[] = [];

  async function called<Result>(
    call: Pick<Call, 'name' | 'size'>,
    emails: readonly string[],
    { run, fail }: { run: () => Promise<Result>; fail: (failure: Failure) => Result },
  ): Promise<Result> {
    const at = clock.now();
    const ms = mood.takes(call);
    await clock.sleep(ms);
    calls.push({ ...call, at, ms });
    const failure = mood.fails(call, emails);
    if (failure && !mood.commits) return fail(failure);
    const result = await run();
    return failure ? fail(failure) : result;
  }

  function one<Value>(name: Call['name'], emails: readonly string[], run: () => Promise<Outcome<Value>>) {
    return called({ name, size: 1 }, emails, { run, fail: (failure) => failed<Value>(failure) });
  }

  function wrote(emails: readonly string[]): void {
    for (const email of emails) writes.push({ email, at: clock.now() });
  }

  const emailOfId = (id: number) => mautic.rows.get(id)?.email ?? '';
  const contacts: MauticContacts = {
    create: (items) => {
      const emails = items.map(({ email }) => email);
      const run = () => {
        wrote(emails);
        return mautic.create(items);
      };
      const fail = (failure: Failure) => items.map(() => failed(failure));
      return called({ name: 'create', size: items.length }, emails, { run, fail });
    },
    edit: (items) => {
      const emails = items.map(({ id }) => emailOfId(id));
      const run = () => {
        wrote(emails);
        return mautic.edit(items);
      };
      const fail = (failure: Failure) => items.map(() => failed(failure));
      return called({ name: 'edit', size: items.length }, emails, { run, fail });
    },
    find: (email) => one('find', [email], () => mautic.find(email)),
    findAll: (emails) => one('find', emails, () => mautic.findAll(emails)),
    remove: (id) => one('remove', [emailOfId(id)], () => mautic.remove(id)),
    rewrite: (id, fields) => one('rewrite', [emailOfId(id)], () => mautic.rewrite(id, fields)),
    holders: (ids) => one('whose', ids.map(emailOfId), () => mautic.holders(ids)),
    heir: (id) => one('heir', [emailOfId(id)], () => mautic.heir(id)),
    takesWrites: () => one('create', [], () => mautic.takesWrites()),
  };
  const ports = {
    mautic: contacts,
    fields: mautic,
    tags: mautic.tags,
    segments: mautic.lists,
    items: NO_ITEMS,
    notes: {
      add: (items: Parameters<typeof mautic.noteBook.add>[0]) =>
        called({ name: 'note', size: items.length }, [], {
          run: () => mautic.noteBook.add(items),
          fail: (failure) => items.map(() => failed<void>(failure)),
        }),
      has: (id: number, marker: string) => one('look', [], () => mautic.noteBook.has(id, marker)),
    },
    emails: {
      send: (email: Parameters<typeof mautic.mailer.send>[0]) =>
        one('send', [emailOfId(email.contactId)], () => mautic.mailer.send(email)),
      stateOf: (id: number) => one('state', [], () => mautic.mailer.stateOf(id)),
      mayBeMailed: (id: number) => one('ask', [emailOfId(id)], () => mautic.mailer.mayBeMailed(id)),
    },
  };
  return { mood, calls, writes, ports };
}

/** Who is on the work list. */
export function waiting(fleet: Fleet): ContactKey[] {
  const profiles = Object.entries(fleet.ledger.contents().profiles) as [ContactKey, Profile][];
  return profiles.filter(([, { work }]) => work !== undefined).map(([contact]) => contact);
}
