import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ring } from '../../lib/core/contact/contact.ts';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import { createMemoryDeadLetters } from '../../lib/local/memory/dead-letters.ts';
import { createMemoryBodies } from '../../lib/local/memory/queue.ts';
import { createReplay } from '../../lib/pipeline/replay.ts';
import { SHOP_OBJECTS } from '../../lib/simulators/mautic/custom-objects/object-form.ts';
import type { Call } from '../pipeline/sync/front.ts';
import { type Bench, HOUR, MINUTE, startBench } from '../pipeline/sync/support.ts';
import { runsOf } from '../support/depth.ts';
import { sourceOf } from '../support/sources.ts';

const RUNS = runsOf(12);
const OPT_IN = 'lab/marketing-opt-in';
const BUYERS = ['anna@example.test', 'ben@example.test'] as const;

/** The e-mail that is not transactional. */
const MARKETING = 1;

/** Everything that writes to Mautic is on. */
const POLICY: Partial<Policy> = {
  notes: ['processing'],
  emails: {
    completed: { template: MARKETING, transactional: false },
    refunded: { template: 2, transactional: true },
  },
  segments: [{ segment: 1, minOrders: 1 }],
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
}

interface PersonAct {
  readonly does: 'unsubscribe' | 'bounce' | 'rename' | 'merge' | 'delete';
  readonly buyer: number;
}

interface BridgeAct {
  readonly does: 'replay' | 'write in full' | 'cold start' | 'sweep' | 'lose an answer';
}

type Act = OrderAct | PersonAct | BridgeAct;

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
  fc.record({
    does: fc.constantFrom<BridgeAct['does']>(
      'replay',
      'write in full',
      'cold start',
      'sweep',
      'lose an answer',
    ),
  }),
);

function isOfPerson(one: Act): one is PersonAct {
  return 'buyer' in one && one.does !== 'order';
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

async function shopActs(bench: Bench, { id, buyer: by, status, answer }: OrderAct) {
  const answers = answer === undefined ? {} : { answers: { [OPT_IN]: answer } };
  await bench.order({ id, email: BUYERS[by] ?? BUYERS[0], status, ...answers });
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

async function bridgeActs(bench: Bench, does: BridgeAct['does']): Promise<void> {
  if (does === 'replay') await replay(bench);
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

/** What an act of the shop or the bridge did to those who must not be contacted. */
async function harmOf(bench: Bench, one: OrderAct | BridgeAct): Promise<readonly string[]> {
  const before = await silenced(bench);
  const mailed = bench.mautic.sentEmails().length;
  bench.calls();
  if (one.does === 'order') await shopActs(bench, one);
  else await bridgeActs(bench, one.does);
  const lifting = bench.calls().filter(lifts);
  const after = await silenced(bench);
  const there = bench.mautic.contacts().filter(({ id }) => before.has(id));
  const mails = bench.mautic.sentEmails().slice(mailed);
  return [
    ...lifting.map(({ path }) => `asked for ${path}`),
    ...there.filter(({ id }) => !after.has(id)).map(({ id }) => `contact ${String(id)} may be mailed again`),
    ...mails
      .filter(({ contact, email }) => email === MARKETING && before.has(contact))
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
}));

async function neverHarmed(acts: readonly Act[]): Promise<void> {
  const bench = await openShop();
  const harm: string[] = [];
  for (const one of acts) {
    if (isOfPerson(one)) await personActs(bench, one.does, one.buyer);
    else harm.push(...(await harmOf(bench, one)));
  }
  for (const last of LAST) harm.push(...(await harmOf(bench, last)));
  expect(harm).toEqual([]);
}

describe('whoever asked Mautic not to be contacted', () => {
  it('stays so whatever the shop says, and whatever the bridge and its commands do', async () => {
    const acts = fc.array(act, { minLength: 4, maxLength: 12 });
    await fc.assert(fc.asyncProperty(acts, neverHarmed), { numRuns: RUNS });
  }, 600_000);

  it('is not even named by any code that could undo it', () => {
    const folders = ['core', 'pipeline', 'mautic', 'stores', 'cli', 'aws'];
    const sources = folders.flatMap((folder) =>
      readdirSync(new URL(`../../lib/${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `${folder}/${file}`),
    );

    const undoing = sources.filter((file) => {
      const text = readFileSync(new URL(`../../lib/${file}`, import.meta.url), 'utf8');
      return /dnc\/[^'"`]*remove|\breason:\s*0\b/.test(text);
    });

    expect(undoing).toEqual([]);
  });
});
