import type { Profile, Ring } from '../../lib/core/contact/contact.ts';
import { mapsScores } from '../../lib/core/contact/mapped.ts';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import { type ContactKey, normaliseEmail } from '../../lib/core/ledger/email.ts';
import { failed, succeeded } from '../../lib/core/ledger/failure.ts';
import type { Selection } from '../../lib/core/ledger/selection.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import type {
  MauticCampaigns,
  MauticEmails,
  MauticFields,
  MauticItems,
  MauticNotes,
} from '../../lib/core/ports/mautic.ts';
import { createMemoryDeadLetters } from '../../lib/local/memory/dead-letters.ts';
import { createMemoryLedger } from '../../lib/local/memory/ledger.ts';
import { createMemoryBodies, createMemoryDoorbell } from '../../lib/local/memory/queue.ts';
import { createPolicyChange } from '../../lib/pipeline/policy/policy-change.ts';
import { createRecord } from '../../lib/pipeline/record.ts';
import { createSince } from '../../lib/pipeline/registers/since.ts';
import type { ReplayLine, ReplayOptions, ReplayParts } from '../../lib/pipeline/replay/parts.ts';
import { createReplay } from '../../lib/pipeline/replay.ts';
import { createKnownBorders } from '../../lib/pipeline/scores/known-borders.ts';
import { createSweep } from '../../lib/pipeline/sweep.ts';
import type { SyncParts } from '../../lib/pipeline/sync/parts.ts';
import { createSync } from '../../lib/pipeline/sync.ts';
import { sourcesFor } from '../../lib/stores/webhooks.ts';
import { type OrderChanges, orderBody } from '../pipeline/sync/support.ts';
import { type Line, recordingLog } from './log.ts';
import { MemoryMautic } from './memory-mautic.ts';
import { NO_ITEMS } from './no-items.ts';
import { KNOWN_PAST } from './past.ts';
import { sourceOf } from './sources.ts';

export const MINUTE = 60_000;
export const NOON = Date.parse('2026-12-01T12:00:00Z');
export const STORES = [
  { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
  { id: 'other', kind: 'woocommerce', currency: 'EUR' },
] as const;

/** @throws Error for an address that leads to no contact. */
export function keyOf(email: string): ContactKey {
  const address = normaliseEmail(email);
  if (!address.usable) throw new Error(`${email} is no usable address`);
  return address.key;
}

/** The real pipelines around a ledger and a Mautic in memory, on a clock that tests move; the policy may be replaced. */
export function openWorkshop(policy: Partial<Policy> = {}, items: MauticItems = NO_ITEMS) {
  let now = NOON;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const ledger = createMemoryLedger(clock);
  const doorbell = createMemoryDoorbell(clock);
  const bodies = createMemoryBodies();
  const mautic = new MemoryMautic();
  const lines: Line[] = [];
  const log = recordingLog((line) => void lines.push(line));
  const metrics = { count() {} };
  const ports = { things: ledger, contacts: ledger, registers: ledger, doorbell, clock, log, metrics };
  const deadDeliveries = createMemoryDeadLetters<Delivery>(clock);
  const deadRings = createMemoryDeadLetters<Ring>(clock);
  const recordParts = { ...ports, stores: STORES, sourceOf, bodies };
  const current: { policy: Policy; currency: string; optOuts?: SyncParts['optOuts'] } = {
    policy: { ...DEFAULT_POLICY, ...policy } as Policy,
    currency: 'EUR',
  };
  /** Fields that this Mautic lacks, and what it does with notes and e-mails. */
  const world = {
    lacks: new Set<string>(),
    notes: mautic.noteBook as MauticNotes,
    emails: mautic.mailer as MauticEmails,
    campaigns: mautic.campaigns as MauticCampaigns,
  };
  const fields: MauticFields = {
    ready: async (needed) => {
      if (current.policy.fields === 'create') world.lacks.clear();
      return mautic.ready(needed.filter(({ alias }) => !world.lacks.has(alias)));
    },
    recheck: async () => mautic.recheck(),
    learnLimit: async () => undefined,
  };
  let deliveries = 0;

  /** A delivery that comes in now. */
  function delivery(store: string, topic: string, body: unknown): Delivery {
    now += 1_000;
    deliveries += 1;
    const base64 = Buffer.from(JSON.stringify(body)).toString('base64');
    return {
      schema: 1,
      store,
      receivedAt: new Date(now).toISOString(),
      topic,
      webhookId: '2',
      deliveryId: String(deliveries),
      body: { in: 'message', base64 },
    };
  }

  async function deliver(...arrival: Parameters<typeof delivery>): Promise<void> {
    const kept = { ...recordParts, sourceOf: sourcesFor(current.policy) };
    const again = await createRecord(kept)([{ delivery: delivery(...arrival), redelivered: false }]);
    if (again.size > 0) throw new Error('the delivery was not recorded');
  }

  /** A function that starts anew, as after a deployment. */
  async function sync(rings: readonly Ring[] = doorbell.take()): Promise<void> {
    const { policy } = current;
    const run = createSync({
      ...ports,
      mautic,
      fields,
      tags: mautic.tags,
      notes: world.notes,
      emails: world.emails,
      segments: mautic.lists,
      campaigns: world.campaigns,
      items,
      policy,
      ...(current.optOuts && { optOuts: current.optOuts }),
      currencies: new Map(STORES.map(({ id }) => [id, current.currency])),
      since: createSince({ stores: STORES, policy, things: ledger, registers: ledger, clock }),
      history: KNOWN_PAST,
      ...(mapsScores(policy) && { borders: createKnownBorders({ registers: ledger, clock }) }),
    });
    for (let at = 0; at < rings.length; at += 10)
      await run(
        rings.slice(at, at + 10).map((ring) => ({ ring, receives: 1 })),
        () => 10 * MINUTE,
      );
  }

  /** What a replay says, as "kind what outcome"; a dry one is given ports that cannot change anything. */
  async function replay(selection: Selection, options: ReplayOptions & Partial<ReplayParts> = {}) {
    const { dryRun = false, resend = false, ...parts } = options;
    const said: ReplayLine[] = [];
    const run = createReplay({
      ...recordParts,
      ...(dryRun && {
        things: only(ledger, 'load'),
        contacts: only(ledger, 'profile', 'dossier'),
        doorbell: only(doorbell),
        bodies: only(bodies, 'get'),
        deadDeliveries: only(deadDeliveries, 'receive', 'release', 'remove'),
      }),
      survey: ledger,
      deadDeliveries,
      deadRings,
      policy: current.policy,
      report: (line) => void said.push(line),
      ...parts,
    });
    await run(selection, { dryRun, resend });
    return said;
  }

  const sweep = () => createSweep(ports)(() => 0);
  const profiles = (): Readonly<Record<string, Profile>> => ledger.contents().profiles;

  return {
    clock,
    ledger,
    doorbell,
    bodies,
    mautic,
    world,
    lines,
    log,
    ports,
    recordParts,
    current,
    deliver,
    delivery,
    deadDeliveries,
    deadRings,
    replay,
    sync,
    sweep,
    forward: (ms: number) => {
      now += ms;
    },
    deploy: (change: Partial<Policy>) => {
      current.policy = { ...DEFAULT_POLICY, ...change };
    },
    order: ({ store = 'demo', ...changes }: OrderChanges & { readonly store?: string } = {}) =>
      deliver(store, 'order.updated', orderBody(changes, now)),
    /** As the schedule does: what is due is rung for and brought into step, until nothing is. */
    settle: async () => {
      await sync();
      for (let round = 0; round < 30; round += 1) {
        if (Object.values(profiles()).every(({ work }) => work === undefined)) return;
        now += MINUTE;
        await sweep();
        await sync();
      }
      throw new Error('the workshop does not come to rest');
    },
    policyChange: (remainingMs: () => number = () => 5 * MINUTE) =>
      createPolicyChange({
        ...ports,
        registers: ledger,
        survey: ledger,
        policy: current.policy,
        stores: STORES.map(({ id }) => ({ id, currency: current.currency })),
      })(remainingMs),
    profile: (email: string): Profile => {
      const profile = profiles()[keyOf(email)];
      if (!profile) throw new Error(`no profile of ${email}`);
      return profile;
    },
    /** The contact as Mautic holds it. @throws Error when there is none. */
    contact: (email: string) => {
      const row = mautic.byEmail(email);
      if (!row) throw new Error(`no contact ${email}`);
      return { id: row.id, fields: Object.fromEntries(row.fields), tags: [...row.tags].sort() };
    },
    effects: async (id = 1, store = 'demo') =>
      (await ledger.load([{ kind: 'order', store, id: String(id) }])).get(`order/${store}/${String(id)}`)
        ?.effects ?? {},
  };
}

/** A port of which nothing else may be called. */
function only<Port extends object>(port: Port, ...methods: readonly (keyof Port)[]): Port {
  return new Proxy(port, {
    get(target, name) {
      if (!methods.some((method) => method === name)) throw new Error(`${String(name)} is not allowed here`);
      return Reflect.get(target, name) as unknown;
    },
  });
}

export type Workshop = ReturnType<typeof openWorkshop>;

/** Notes that Mautic refuses, or whose answer never comes. */
export function notesThat(answer: 'refuse' | 'hang'): MauticNotes {
  return {
    add: async (items) => items.map(() => failed(answer === 'refuse' ? REFUSED : LOST)),
    has: async () => succeeded(false),
  };
}

/** E-mails that Mautic refuses, or whose answer never comes. */
export function emailsThat(answer: 'refuse' | 'hang'): MauticEmails {
  return {
    send: async () => failed(answer === 'refuse' ? REFUSED : LOST),
    stateOf: async () => succeeded('usable'),
    mayBeMailed: async () => succeeded(true),
  };
}

const REFUSED = { kind: 'park', code: 'mail-refused', message: 'The mail server refused it.' } as const;
const LOST = { kind: 'unknown', code: 'timeout', message: 'Mautic did not answer.' } as const;
