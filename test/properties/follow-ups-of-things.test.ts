import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { createShop, type Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { TOPICS } from '../../lib/simulators/woocommerce/webhooks/topics.ts';
import { shareOf } from '../support/depth.ts';
import { randomFrom } from '../support/random.ts';
import { World } from '../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-12-01T08:00:00Z');
const PEOPLE = ['ada', 'bob', 'carol'].map((name) => `${name}@example.test`);
const TICK = 30 * MINUTE;
const DAYS = 6;
const SEEDS = Array.from({ length: shareOf(12) }, (_none, index) => index + 1);

const POLICY = v.parse(Policy, {
  carts: { after: '1 hour', consent: 'not-required' },
  followUps: [
    { id: 'cart-1', on: 'cart', after: '2 hours', send: { template: 1 } },
    { id: 'cart-2', on: 'cart', after: '1 day', send: { template: 2 } },
    { id: 'left', on: 'cart', after: '3 hours', tag: 'left-a-cart' },
    { id: 'thanks', on: { status: 'processing' }, after: '1 hour', send: { template: 3 } },
  ],
});

interface Sent {
  readonly template: number;
  readonly contactId: number;
  /** Of a cart its link, of an order its id. */
  readonly of: string;
  readonly at: number;
}

interface Chance {
  readonly pick: <Item>(items: readonly Item[]) => Item;
  readonly random: () => number;
}

/** A visitor does something, or the shop does. */
function act(shop: Shop, { pick, random }: Chance): void {
  const email = pick(PEOPLE);
  const open = shop.carts.all().filter(({ status }) => status === 'open');
  const dice = random();
  if (dice < 0.45 || open.length === 0) shop.carts.fill({ email });
  else if (dice < 0.6) shop.carts.touch(pick(open).id, { lines: [{ productId: 0, quantity: 2 }] });
  else {
    const cart = pick(open);
    const status = pick(['processing', 'failed', 'pending']);
    const meta = [{ key: '_mcb_cart_id', value: cart.uuid }];
    const id = shop.orders.place({ billing: { email: cart.email }, status, meta }, 'checkout');
    shop.carts.order(cart.id, { id, placed: status === 'processing' });
  }
}

function deliverAll(world: World, { deliveries }: Shop): void {
  for (let next = deliveries.takeNext(); next; next = deliveries.takeNext()) {
    deliveries.finish(next, 200);
    const { topic, body, deliveryId, kind, webhookId } = next;
    if (kind === 'event') world.deliver({ topic, body, deliveryId, webhookId: String(webhookId) });
  }
}

interface Run {
  readonly world: World;
  readonly shop: Shop;
  readonly sent: readonly Sent[];
  /** Cart id → when the ledger heard first that it was bought. */
  readonly boughtAt: ReadonlyMap<string, number>;
}

/** A shop that tells the world of everything, and what is mailed there. */
function openShop(seed: number) {
  const random = randomFrom(seed);
  const world = new World(POLICY);
  world.now = START;
  const shop = createShop({ random, clock: { now: () => world.now }, home: 'https://shop.example.test/' });
  shop.carts.install(true);
  for (const topic of [...TOPICS, 'cart.updated'])
    shop.webhooks.create({ topic, deliveryUrl: 'https://bridge.example.test/webhooks/demo' });
  const sent: Sent[] = [];
  const mailer = { ...world.mautic.mailer };
  Object.assign(world.mautic.mailer, {
    send: async (email: Parameters<typeof mailer.send>[0]) => {
      const of = email.tokens['cart_url'] ?? `order ${email.tokens['order_id'] ?? ''}`;
      sent.push({ template: email.emailId, contactId: email.contactId, of, at: world.now });
      return mailer.send(email);
    },
  });
  return { random, world, shop, sent };
}

async function work(world: World, killAt: () => number | undefined): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await world.record(10, killAt());
    await world.sync(10, killAt());
    await world.sweep(killAt());
    await world.sync(10, killAt());
  }
}

/** Days in a shop; with `dies` processes are killed and rings are lost. */
async function daysIn(seed: number, dies: boolean): Promise<Run> {
  const { random, world, shop, sent } = openShop(seed);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const boughtAt = new Map<string, number>();
  const killAt = () => (dies && random() < 0.3 ? 1 + Math.floor(random() * 40) : undefined);
  for (let tick = 0; tick < (DAYS * DAY) / TICK; tick += 1) {
    world.now = START + tick * TICK;
    if (tick < 96 && random() < 0.25) act(shop, { pick, random });
    if (random() < 0.8) deliverAll(world, shop);
    await work(world, killAt);
    if (dies && random() < 0.1) world.loseRings();
    await noteBought({ world, shop }, boughtAt);
  }
  return { world, shop, sent, boughtAt };
}

async function noteBought(
  { world, shop }: Pick<Run, 'world' | 'shop'>,
  boughtAt: Map<string, number>,
): Promise<void> {
  for (const { uuid } of shop.carts.all())
    if (!boughtAt.has(uuid) && (await isBought(world, uuid))) boughtAt.set(uuid, world.now);
}

async function isBought(world: World, uuid: string): Promise<boolean> {
  const [entry] = (await world.ledger.load([{ kind: 'cart', store: 'demo', id: uuid }])).values();
  return entry?.state.type === 'cart' && entry.state.ordered;
}

const named = ({ template, contactId, of }: Sent) => `${String(template)} ${String(contactId)} ${of}`;

describe.each([
  ['when all goes well', false],
  ['whatever dies or is lost', true],
])('follow-ups of carts and orders, %s,', (_when, dies) => {
  it('go out once at most, and never about a cart that the ledger knows to be bought', async () => {
    let mails = 0;
    for (const seed of SEEDS) {
      const { sent, boughtAt } = await daysIn(seed, dies);
      mails += sent.length;

      expect(sent.map(named), `seed ${String(seed)}`).toEqual([...new Set(sent.map(named))]);
      const late = sent.filter(({ of, at }) =>
        [...boughtAt].some(([uuid, known]) => of.includes(uuid) && at > known),
      );
      expect(late, `seed ${String(seed)}`).toEqual([]);
    }
    expect(mails).toBeGreaterThan(SEEDS.length);
  }, 600_000);
});

describe('the tag of a rule', () => {
  it('is on everybody for whom it did its work, and on nobody else', async () => {
    for (const seed of SEEDS) {
      const { world, shop } = await daysIn(seed, true);
      await world.settle();
      const things = [
        ...shop.carts.all().map(({ uuid }) => ({ kind: 'cart', store: 'demo', id: uuid }) as const),
        ...shop.orders.all().map(({ id }) => ({ kind: 'order', store: 'demo', id: String(id) }) as const),
      ];
      const entries = [...(await world.ledger.load(things)).values()];
      const marked = entries.flatMap(({ state, effects }) =>
        effects['followup:left']?.state === 'done' && state.type !== 'product' ? (state.email ?? []) : [],
      );
      const tagged = [...world.mautic.rows.values()].filter(({ tags }) => tags.has('left-a-cart'));

      expect(tagged.map(({ email }) => email).sort(), `seed ${String(seed)}`).toEqual(
        [...new Set(marked)].sort(),
      );
    }
  }, 600_000);
});
