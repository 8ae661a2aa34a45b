import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import type { EffectStates } from '../../lib/core/ledger/effect-state.ts';
import { isGone } from '../../lib/core/ledger/fold/order.ts';
import { type Ref, refName } from '../../lib/core/ledger/snapshot.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources } from '../../lib/local/aws/resources.ts';
import type { MauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import { comparable, type HeldContact, NOTHING, wanted } from '../support/held.ts';
import { type ExpectedContact, expectedContacts, type RawDelivery } from '../support/oracle.ts';

/** What was found at the end; a line each. */
export interface Verdict {
  readonly lost: string[];
  readonly doubled: string[];
  readonly wrong: string[];
  /** In doubt for ever because somebody was killed while sending: a person must look. */
  readonly parked: string[];
}

interface KnownOrder {
  readonly contact: string;
  /** What was bought in one go is told once, by the order that it was bought with. */
  readonly isPart: boolean;
  readonly status: string;
  readonly statuses: readonly string[];
  readonly effects: EffectStates;
}

interface Case {
  readonly deliveries: readonly RawDelivery[];
  readonly mautic: MauticSimulator;
  /** Of the bridge, which is stopped. */
  readonly folder: string;
  readonly notes: readonly string[];
  /** Status → template. */
  readonly emails: Readonly<Record<string, number>>;
}

/** Compares the contacts with a calculation of their own, and notes and e-mails with the orders. */
export async function judge(found: Case): Promise<Verdict> {
  const verdict: Verdict = { lost: [], doubled: [], wrong: [], parked: [] };
  judgeContacts(found, verdict);
  const orders = await ordersIn(found.folder, idsOf(found.deliveries));
  const notes = count(
    found.mautic.notes().map(({ text }) => /\[(?:demo|fluent)\/(\d+\/[a-z-]+)\]/.exec(text)?.[1] ?? text),
  );
  const sent = count(
    found.mautic.sentEmails().map(({ email, tokens }) => `${tokens['order_id'] ?? ''}/${String(email)}`),
  );
  for (const [name, times] of [...notes, ...sent])
    if (times > 1) verdict.doubled.push(`${name} ${String(times)} times`);
  // Nobody has a note who never did more than try to buy.
  const buyers = new Set([...orders.values()].filter(wasPlaced).map(({ contact }) => contact));
  for (const [id, order] of orders) {
    if (buyers.has(order.contact) && !order.isPart) judgeEffects(found, verdict, { id, order, notes, sent });
  }
  return verdict;
}

interface Done {
  readonly id: string;
  readonly order: KnownOrder;
  readonly notes: ReadonlyMap<string, number>;
  readonly sent: ReadonlyMap<string, number>;
}

function judgeEffects(found: Case, verdict: Verdict, { id, order, notes, sent }: Done): void {
  for (const status of order.statuses.filter((one) => found.notes.includes(one)))
    if (!notes.has(`${id}/${status}`))
      missing(verdict, order, { name: `note ${id}`, effect: `note:${status}` });
  const template = found.emails[order.status];
  if (template !== undefined && !sent.has(`${id}/${String(template)}`))
    missing(verdict, order, { name: `e-mail ${id}`, effect: `email:${order.status}` });
}

function wasPlaced({ statuses }: KnownOrder): boolean {
  return statuses.some((status) => !['pending', 'failed', 'cancelled', 'trash'].includes(status));
}

function missing(
  verdict: Verdict,
  { effects }: KnownOrder,
  { name, effect }: { name: string; effect: string },
): void {
  const parked = effects[effect]?.state === 'parked';
  (parked ? verdict.parked : verdict.lost).push(`${name} ${effect}`);
}

function judgeContacts({ deliveries, mautic }: Case, verdict: Verdict): void {
  const expected = expectedContacts(deliveries);
  const seen = new Set<string>();
  for (const contact of mautic.contacts()) {
    const email = (contact.email ?? '').toLowerCase();
    if (seen.has(email)) verdict.doubled.push(`contact ${email}`);
    seen.add(email);
    if (!isRight(contact, expected.get(email))) verdict.wrong.push(`contact ${email}`);
  }
  for (const [email, { presence }] of expected)
    if (presence === 'must' && !seen.has(email)) verdict.lost.push(`contact ${email}`);
}

/** Whoever never did more than try to buy is no contact at all. */
function isRight({ fields, tags }: Pick<HeldContact, 'fields' | 'tags'>, right: ExpectedContact | undefined) {
  if (right?.presence === 'never') return false;
  return same(comparable({ fields, tags }), right ? wanted(right) : NOTHING);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

function count(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function idsOf(deliveries: readonly RawDelivery[]): ReadonlySet<string> {
  const orders = deliveries.filter(({ topic }) => topic.startsWith('order.'));
  return new Set(orders.map(({ body }) => String((JSON.parse(body) as { id?: number }).id)));
}

/** Ids of the FluentCart store are moved out of the way in what it said, and never meet the others. */
function refOf(id: string): Ref {
  const moved = Number(id) - FEED_IDS;
  return { kind: 'order', store: moved > 0 ? 'fluent' : 'demo', id: moved > 0 ? String(moved) : id };
}

/** Orders that count, as the ledger holds them: who has a contact, which statuses were seen, what was done. */
async function ordersIn(folder: string, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, KnownOrder>> {
  const refs = [...ids].map(refOf);
  const entries = await withLedger(folder, (ledger) => ledger.load(refs));
  return new Map(
    refs.flatMap((ref) => {
      const entry = entries.get(refName(ref));
      if (entry?.state.type !== 'order' || !entry.state.data || entry.state.contact === undefined) return [];
      if (isGone(entry.state)) return [];
      const { contact, data, sights } = entry.state;
      const { status, parentId } = data;
      const statuses = Object.keys(sights);
      const isPart = parentId !== undefined;
      return [[ref.id, { contact, isPart, status, statuses, effects: entry.effects }] as const];
    }),
  );
}

/** Nothing is due, not even later: what was in doubt is looked up four minutes after it was. */
export function isAtRest(folder: string): Promise<boolean> {
  return withLedger(folder, async (ledger) => {
    const due = await Promise.all(
      (['live', 'later'] as const).map((shard) => ledger.due(shard, Number.MAX_SAFE_INTEGER, 1)),
    );
    return due.flat().length === 0;
  });
}

/** Opens the ledger of a bridge that is stopped. */
async function withLedger<Value>(folder: string, work: (ledger: Ledger) => Promise<Value>): Promise<Value> {
  const emulators = await startEmulators({ dataDir: join(folder, '.bridge', 'aws') });
  try {
    const { tableName } = await createResources(emulators.endpoints);
    const client = new DynamoDBClient(connection(emulators.endpoints.dynamodb));
    const value = await work(createLedger({ client, tableName }));
    client.destroy();
    return value;
  } finally {
    await emulators.close();
  }
}

type Ledger = ReturnType<typeof createLedger>;
