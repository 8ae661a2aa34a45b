import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Ring } from '../../lib/core/contact/contact.ts';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import { DEFAULT_POLICY, Policy } from '../../lib/core/policy/policy.ts';
import { createMemoryDeadLetters } from '../../lib/local/memory/dead-letters.ts';
import { createMemoryBodies } from '../../lib/local/memory/queue.ts';
import { createErase } from '../../lib/pipeline/people/erase.ts';
import { createReplay } from '../../lib/pipeline/replay.ts';
import { SHOP_OBJECTS } from '../../lib/simulators/mautic/custom-objects/object-form.ts';
import type { Call } from '../pipeline/sync/front.ts';
import { type Bench, HOUR, keyOf, MINUTE, startBench } from '../pipeline/sync/support.ts';
import { runsOf } from '../support/depth.ts';
import { sourceOf } from '../support/sources.ts';

const RUNS = runsOf(12);
const OPT_IN = 'lab/marketing-opt-in';
const BUYERS = ['anna@example.test', 'ben@example.test'] as const;

/** The e-mail that is not transactional. */
const MARKETING = 1;

/** They write and mail within an hour after the shop did something. */
const { followUps = [] } = v.parse(Policy, {
  followUps: [
    { id: 'offer', on: { status: 'completed' }, after: '30 minutes', send: { template: MARKETING } },
    { id: 'tag', on: { status: 'completed' }, after: '10 minutes', tag: 'followed-up' },
    { id: 'into', on: { status: 'processing' }, after: '20 minutes', segment: { add: 1 } },
    { id: 'out', on: { status: 'refunded' }, segment: { remove: 1 } },
    { id: 'note', on: 'first-purchase', after: '5 minutes', note: 'Welcome {first_name}' },
  ],
});

/** Everything that writes to Mautic is on. */
const POLICY: Partial<Policy> = {
  notes: ['processing'],
  emails: {
    completed: { template: MARKETING, transactional: false },
    refunded: { template: 2, transactional: true },
  },
  segments: [{ segment: 1, minOrders: 1 }],
  followUps,
  history: 'none',
  consent: { fields: [OPT_IN], require: true, segment: 2, alias: 'marketing_opt_in' },
  customObjects: {
    orders: { object: 'orders', unique: 'orderkey', attributes: { status: 'status' } },
  },
};

interface OrderAct {
  readonly does: 'order';
  readonly id: number;
  readonly buyer: number;
  readonly status: string;
  readonly answer: '0' | '1' | undefined;
  /** Placed now; else before anybody was erased. */
  readonly isNew?: boolean;
}

interface PersonAct {
  readonly does: 'unsubscribe' | 'bounce' | 'rename' | 'merge' | 'delete';
  readonly buyer: number;
}

interface BridgeAct {
  readonly does:
    | 'replay'
    | 'write in full'
    | 'follow the policy'
    | 'try custom objects'
    | 'cold start'
    | 'sweep'
    | 'lose an answer';
}

interface Erasure {
  readonly does: 'erase';
  readonly buyer: number;
}

type Act = OrderAct | PersonAct | BridgeAct | Erasure;

const buyer = fc.nat(BUYERS.length - 1);

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('order' as const),
      id: fc.integer({ min: 1, max: 4 }),
      buyer,
      status: fc.constantFrom('pending', 'processing', 'completed', 'completed', 'refunded', 'trash'),
      answer: fc.constantFrom('0' as const, '1' as const, '1' as const, undefined),
      isNew: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom('unsubscribe' as const, 'unsubscribe' as const, 'bounce' as const),
      buyer,
    }),
  },
  fc.record({ does: fc.constantFrom('rename' as const, 'merge' as const, 'delete' as const), buyer }),
  fc.record({ does: fc.constant('erase' as const), buyer }),
  fc.record({
    does: fc.constantFrom<BridgeAct['does']>(
      'replay',
      'write in full',
      'follow the policy',
      'try custom objects',
      'cold start',
      'sweep',
      'lose an answer',
    ),
  }),
);

function isOfPerson(one: Act): one is PersonAct {
  return 'buyer' in one && one.does !== 'order' && one.does !== 'erase';
}

/** Who must not be contacted, by the id in Mautic. */
async function silenced(bench: Bench): Promise<ReadonlySet<number>> {
  const ids: number[] = [];
  for (const { id } of bench.mautic.contacts()) {
    const { contact } = await bench.person('GET', `/contacts/${String(id)}`);
    if ((contact as { doNotContact: readonly unknown[] }).doNotContact.length > 0) ids.push(id);
  }
  return new Set(ids);
}

async function shopActs(bench: Bench, { id, buyer: by, status, answer, isNew }: OrderAct) {
  const answers = answer === undefined ? {} : { answers: { [OPT_IN]: answer } };
  const placed = isNew ? { createdAt: bench.clock.now() } : {};
  await bench.order({ id, email: BUYERS[by] ?? BUYERS[0], status, ...answers, ...placed });
  await bench.sync();
}

async function personActs(bench: Bench, does: PersonAct['does'], by: number): Promise<void> {
  const [row] = bench.contacts(BUYERS[by] ?? BUYERS[0]);
  if (!row) return;
  const path = `/contacts/${String(row.id)}`;
  if (does === 'unsubscribe' || does === 'bounce')
    await bench.person('POST', `${path}/dnc/email/add`, { reason: does === 'bounce' ? 2 : 1 });
  if (does === 'rename') bench.mautic.people.rename(row.id, `renamed-${String(row.id)}@people.test`);
  if (does === 'delete') await bench.person('DELETE', `${path}/delete`);
  const other = bench.mautic.contacts().find(({ id }) => id !== row.id);
  if (does === 'merge' && other) bench.mautic.people.merge({ loser: row.id, winner: other.id });
}

async function replay(bench: Bench): Promise<void> {
  const { clock } = bench;
  await createReplay({
    ...bench.sweepParts,
    survey: bench.survey,
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
    sourceOf,
    bodies: createMemoryBodies(),
    deadDeliveries: createMemoryDeadLetters<Delivery>(clock),
    deadRings: createMemoryDeadLetters<Ring>(clock),
    policy: { ...DEFAULT_POLICY, ...POLICY },
    report: () => undefined,
  })({ all: true }, { resend: true });
  await bench.sync();
}

/** A command, and the bridge until it is through. */
async function erase(bench: Bench, by: number): Promise<void> {
  const key = keyOf(BUYERS[by] ?? BUYERS[0]);
  const erasing = createErase({ ...bench.sweepParts, contacts: bench.survey });
  bench.forward(MINUTE);
  const at = await erasing.mark(key);
  await bench.sync();
  for (let minute = 0; minute < 30 && !(await erasing.isDone(key, at)); minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

async function bridgeActs(bench: Bench, does: BridgeAct['does']): Promise<void> {
  if (does === 'replay') await replay(bench);
  if (does === 'follow the policy') await bench.reconcile();
  if (does === 'try custom objects') await bench.tryCustomObjects();
  if (does === 'write in full') for (const email of BUYERS) await bench.wantLater(email);
  if (does === 'cold start') bench.coldStart();
  if (does === 'sweep') bench.forward(HOUR);
  if (does === 'lose an answer') {
    let left = 1;
    bench.front.before = ({ method }) => {
      if (method === 'GET' || left === 0) return undefined;
      left -= 1;
      return { status: 502, body: 'bad gateway' };
    };
  }
  bench.forward(MINUTE);
  await bench.sweep();
}

/** A way in which Mautic would let somebody be contacted again. */
function lifts({ path, body }: Call): boolean {
  return /\/dnc\/[^/]+\/remove/.test(path) || JSON.stringify(body ?? null).includes('doNotContact');
}

/** A Mautic and a shop in which everybody has bought once and said yes. */
async function openShop(): Promise<Bench> {
  const bench = await startBench({
    policy: POLICY,
    simulator: { customObjects: SHOP_OBJECTS },
    since: new Map([['demo', 0]]),
  });
  for (const name of ['Thanks', 'Refunded'])
    await bench.person('POST', '/emails/new', { name, subject: name, customHtml: '<p>Hi</p>' });
  for (const name of ['Buyers', 'Said yes']) await bench.person('POST', '/segments/new', { name });
  for (const [buyer] of BUYERS.entries())
    await shopActs(bench, { does: 'order', id: 1 + buyer, buyer, status: 'processing', answer: '1' });
  return bench;
}

/** Addresses that were erased while they must not be contacted: they must not be when they come back. */
type Mute = Set<string>;

function mutedIn(bench: Bench, mute: Mute) {
  return bench.mautic.contacts().filter(({ email }) => mute.has(email?.toLowerCase() ?? ''));
}

/** What an act of the shop or the bridge did to those who must not be contacted. */
async function harmOf(
  bench: Bench,
  one: OrderAct | BridgeAct | Erasure,
  mute: Mute,
): Promise<readonly string[]> {
  const before = await silenced(bench);
  const known = one.does === 'erase' ? bench.contacts(BUYERS[one.buyer] ?? BUYERS[0]) : [];
  for (const { id, email } of known) if (before.has(id) && email) mute.add(email.toLowerCase());
  const mailed = bench.mautic.sentEmails().length;
  bench.calls();
  if (one.does === 'order') await shopActs(bench, one);
  else if (one.does === 'erase') await erase(bench, one.buyer);
  else await bridgeActs(bench, one.does);
  const lifting = bench.calls().filter(lifts);
  const after = await silenced(bench);
  const there = bench.mautic.contacts().filter(({ id }) => before.has(id));
  const unwanted = new Set([...before, ...mutedIn(bench, mute).map(({ id }) => id)]);
  const mails = bench.mautic.sentEmails().slice(mailed);
  return [
    ...lifting.map(({ path }) => `asked for ${path}`),
    ...there.filter(({ id }) => !after.has(id)).map(({ id }) => `contact ${String(id)} may be mailed again`),
    ...mails
      .filter(({ contact, email }) => email === MARKETING && unwanted.has(contact))
      .map(({ contact }) => `contact ${String(contact)} was mailed`),
  ];
}

/** Whatever came before, everybody buys once more and says yes: only those who asked not to be contacted are passed over. */
const LAST: readonly OrderAct[] = BUYERS.map((_email, by) => ({
  does: 'order',
  id: 5 + by,
  buyer: by,
  status: 'completed',
  answer: '1',
  isNew: true,
}));

/** The command that takes the contact away, and with it what Mautic knows. */
const ERASED: Act[] = [
  { does: 'unsubscribe', buyer: 0 },
  { does: 'erase', buyer: 0 },
];

async function neverHarmed(acts: readonly Act[]): Promise<void> {
  const bench = await openShop();
  const harm: string[] = [];
  const mute: Mute = new Set();
  for (const one of acts) {
    if (isOfPerson(one)) await personActs(bench, one.does, one.buyer);
    else harm.push(...(await harmOf(bench, one, mute)));
  }
  for (const last of LAST) harm.push(...(await harmOf(bench, last, mute)));
  // Whoever was erased is told of in time, should Mautic not have taken it at once.
  for (let minute = 0; minute < 10; minute += 1) harm.push(...(await harmOf(bench, { does: 'sweep' }, mute)));
  const silent = await silenced(bench);
  const loud = mutedIn(bench, mute).filter(({ id }) => !silent.has(id));
  harm.push(...loud.map(({ id }) => `contact ${String(id)} came back and may be mailed`));
  expect(harm).toEqual([]);
}

describe('whoever asked Mautic not to be contacted', () => {
  it('stays so whatever the shop says, and whatever the bridge and its commands do', async () => {
    const acts = fc.array(act, { minLength: 4, maxLength: 12 });
    await fc.assert(fc.asyncProperty(acts, neverHarmed), { numRuns: RUNS, examples: [[ERASED]] });
  }, 600_000);

  it('is not even named by any code that could undo it', () => {
    const sources = ['lib', 'functions', 'bin'].flatMap((folder) =>
      readdirSync(new URL(`../../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.startsWith('simulators/'))
        .map((file) => `${folder}/${file}`),
    );

    const undoing = sources.filter((file) => {
      const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      return /dnc\/[^'"`]*remove|\breason:\s*0\b/.test(text);
    });

    expect(undoing).toEqual([]);
  });
});
