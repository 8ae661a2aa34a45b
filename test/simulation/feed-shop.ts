import { payloadOf, relationsOf } from '../../lib/simulators/fluentcart/bodies/payload.ts';
import { subscriptionBody } from '../../lib/simulators/fluentcart/bodies/subscription-body.ts';
import type { ShopOrder } from '../../lib/simulators/fluentcart/records/order-state.ts';
import type { FluentShop } from '../../lib/simulators/fluentcart/shop.ts';
import {
  customerSaid,
  FEED_IDS,
  type FeedCustomer,
  type FeedStore,
  orderSaid,
  productSaid,
} from '../support/feed-orders.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { subscriptionSaid } from '../support/subscription-oracle.ts';

/** The id of the store in the bridge's configuration. */
export const FEED_STORE = 'fluent';

/** A FluentCart store of this world. Outside of it ids of its orders are moved, so that they meet no other store's. */
export class FeedShop {
  readonly shop: FluentShop;
  /** Its currency in the bridge's configuration. */
  readonly currency: string;

  constructor(shop: FluentShop, currency: string) {
    this.shop = shop;
    this.currency = currency;
  }

  /** What it would say of everything now, orders by moved id; none of the test mode. */
  orders(): ReadonlyMap<number, RawDelivery> {
    const { records } = this.shop.shown;
    return new Map(
      [...records.orders.values()].flatMap((order) => {
        const said = this.#orderSaid(order);
        return said ? [[FEED_IDS + order.id, said] as const] : [];
      }),
    );
  }

  /** As a feed says it, which knows no SKU. */
  asSent(moved: number): string | undefined {
    const { shown } = this.shop;
    const order = shown.records.orders.get(moved - FEED_IDS);
    const { currency } = this;
    return order && orderSaid(JSON.stringify(payloadOf(shown, order)), { currency })?.body;
  }

  /** Epoch ms. */
  changedAt(moved: number): number {
    return this.shop.shown.records.orders.get(moved - FEED_IDS)?.updatedAt ?? 0;
  }

  /** The canonical one now; `undefined` when it is gone. */
  statusOf(moved: number): string | undefined {
    const order = this.shop.shown.records.orders.get(moved - FEED_IDS);
    return read(order && this.#orderSaid(order))?.status;
  }

  /** Addresses, as typed, of all orders there are, and when each was placed, epoch ms. */
  buyers(): readonly { readonly email: string; readonly createdAt: number }[] {
    return [...this.orders().values()].flatMap((said) => {
      const { billing, date_created_gmt } = read(said) ?? {};
      return billing ? [{ email: billing.email, createdAt: Date.parse(`${date_created_gmt ?? ''}Z`) }] : [];
    });
  }

  /** Addresses, as typed, of whoever the store says has bought, in its test mode too. */
  customerEmails(): readonly string[] {
    const said = this.customers().map(({ body }) => JSON.parse(body) as { email: string; role: string });
    return said.filter(({ role }) => role === 'customer').map(({ email }) => email);
  }

  /** By id; none of the test mode. */
  subscriptions(): ReadonlyMap<number, RawDelivery> {
    const { records, home } = this.shop.shown;
    return new Map(
      [...records.subscriptions.values()].flatMap((subscription) => {
        const order = records.orders.get(subscription.parentOrderId);
        if (order?.mode !== 'live') return [];
        const email = order.addresses[0]?.fields.email || records.customers.get(order.customerId)?.email;
        const said = subscriptionSaid(subscriptionBody(subscription, home), email ?? '');
        return [[subscription.id, said] as const];
      }),
    );
  }

  products(): readonly RawDelivery[] {
    return [...this.shop.shown.records.products.values()].map(productSaid);
  }

  customers(): readonly RawDelivery[] {
    const { shown } = this.shop;
    const orders = [...shown.records.orders.values()];
    const bodies = orders.flatMap((order) => relationsOf(shown, order).customer ?? []);
    return [...new Map(bodies.map((body) => [body.id, body])).values()].map((body: FeedCustomer) =>
      customerSaid(body),
    );
  }

  #orderSaid(order: ShopOrder): RawDelivery | undefined {
    return orderSaid(JSON.stringify(payloadOf(this.shop.shown, order)), this.#store());
  }

  #store(): FeedStore {
    const variations = [...this.shop.shown.records.products.values()].flatMap(
      (product) => product.variations,
    );
    const skus = new Map(variations.map(({ id, sku }) => [String(id), sku]));
    return { currency: this.currency, skus };
  }
}

interface Said {
  readonly date_created_gmt: string;
  readonly status: string;
  readonly billing: { readonly email: string };
}

function read(said: RawDelivery | undefined): Said | undefined {
  return said && (JSON.parse(said.body) as Said);
}
