import { createShop, type Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { TOPICS } from '../../lib/simulators/woocommerce/webhooks/topics.ts';
import type { RawDelivery } from './oracle.ts';
import { randomFrom } from './random.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-12-01T08:00:00Z');
const PEOPLE = ['ada', 'bob', 'carol', 'dora'].map((name) => `${name}@example.test`);

/** What a day in a shop told its webhooks; every seed another one. */
export function dayIn(seed: number): { readonly deliveries: readonly RawDelivery[]; readonly end: number } {
  const random = randomFrom(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const pick = <Item>(items: readonly Item[]) => items[upTo(items.length)] as Item;
  let now = START;
  const shop = createShop({ random, clock: { now: () => now }, home: 'https://shop.example.test/' });
  shop.carts.install(random() < 0.8, { takesAddressOfOrder: random() < 0.7 });
  for (const topic of [...TOPICS, ...(shop.carts.isThere() ? ['cart.updated'] : [])])
    shop.webhooks.create({ topic, deliveryUrl: 'https://bridge.example.test/webhooks/demo' });
  const deliveries: RawDelivery[] = [];
  for (let step = 0; step < 25; step += 1) {
    now += 1000 + upTo(40 * MINUTE);
    act(shop, { pick, random });
    if (random() < 0.7) deliveries.push(...sentBy(shop, now));
  }
  return { deliveries: [...deliveries, ...sentBy(shop, now)], end: now };
}

interface Chance {
  readonly pick: <Item>(items: readonly Item[]) => Item;
  readonly random: () => number;
}

/** A visitor does something. */
function act(shop: Shop, { pick, random }: Chance): void {
  const email = pick(PEOPLE);
  const carts = shop.carts.all();
  const orders = shop.orders.all();
  const dice = random();
  if (dice < 0.25 || carts.length + orders.length === 0) shop.carts.fill({ email });
  else if (dice < 0.4 && carts.length > 0)
    shop.carts.touch(
      pick(carts).id,
      pick([{ email }, { lines: [] }, { lines: [{ productId: 0, quantity: 2 }] }]),
    );
  else if (dice < 0.45 && carts.length > 0) shop.carts.forget(pick(carts).id);
  else if (dice < 0.72 || orders.length === 0) order(shop, email, { pick, random });
  else if (dice < 0.78) retry(shop, email, { pick, random });
  else {
    const { id, status } = pick(orders);
    shop.orders.setStatus(id, pick(NEXT[status] ?? ['completed', 'cancelled']));
  }
}

/** What becomes of an order that is not paid. */
const UNPAID_NEXT = ['failed', 'processing', 'cancelled'];
const NEXT: Readonly<Record<string, readonly string[]>> = { pending: UNPAID_NEXT, failed: UNPAID_NEXT };

/** An order of a cart or of none, paid or not. */
function order(shop: Shop, email: string, { pick, random }: Chance): void {
  const open = shop.carts.all().filter(({ status }) => status === 'open');
  const cart = open.length > 0 && random() < 0.6 ? pick(open) : undefined;
  const isSame = cart !== undefined && random() < 0.6;
  const status = pick(['pending', 'failed', 'processing', 'on-hold']);
  const meta = cart ? [{ key: '_mcb_cart_id', value: cart.uuid }] : [];
  const id = shop.orders.place(
    { billing: { email: isSame ? cart.email : email }, status, meta },
    pick(['store-api', 'checkout', 'rest-api']),
  );
  // Whoever tries it elsewhere never gives it the address, and its own word may get lost.
  if (cart && random() < (isSame ? 0.9 : 0.4))
    shop.carts.order(cart.id, { id, placed: status === 'processing' || status === 'on-hold' });
}

/** Somebody who could not pay goes on with the same order, under an address that they corrected. */
function retry(shop: Shop, email: string, { pick, random }: Chance): void {
  const unpaid = shop.orders.all().filter(({ status }) => status === 'pending' || status === 'failed');
  if (unpaid.length === 0) return;
  const { id, meta } = pick(unpaid);
  shop.orders.edit(id, { billing: { email } });
  const cart = shop.carts.all().find(({ uuid }) => meta.some(({ value }) => value === uuid));
  if (cart && random() < 0.8) shop.carts.order(cart.id, { id, placed: false });
}

function sentBy({ deliveries }: Shop, now: number): RawDelivery[] {
  const sent: RawDelivery[] = [];
  for (let next = deliveries.takeNext(); next; next = deliveries.takeNext()) {
    deliveries.finish(next, 200);
    const { topic, body, deliveryId } = next;
    if (next.kind === 'event')
      sent.push({
        topic,
        body,
        deliveryId,
        webhookId: String(next.webhookId),
        receivedAt: new Date(now).toISOString(),
      });
  }
  return sent;
}
