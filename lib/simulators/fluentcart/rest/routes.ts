import { customerBody } from '../bodies/customer-body.ts';
import { listedOrder, relationsOf } from '../bodies/payload.ts';
import { productBody, productRelations } from '../bodies/product-body.ts';
import { subscriptionBody } from '../bodies/subscription-body.ts';
import type { ShopCustomer, ShopOrder, ShopProduct, ShopSubscription } from '../records/order-state.ts';
import type { FluentShop } from '../shop.ts';
import { missing, noProduct, type RestAnswer, unknownRelation, wordPressError } from './answer.ts';
import { answerFeeds } from './feed-routes.ts';
import { paginated } from './paginator.ts';
import type { RestRequest } from './request.ts';
import { type Params, selectCustomers, selectOrders, selectSubscriptions } from './selection.ts';

export const NAMESPACE = '/wp-json/fluent-cart/v2';

/** A shop that is asked for something. */
interface Asked {
  readonly shop: FluentShop;
  readonly params: Params;
}

interface Resource {
  /** What `with[]` may ask for. */
  readonly relations: readonly string[];
  readonly model: string;
  list(asked: Asked): object;
  /** `undefined`: there is none of this id. */
  one(asked: Asked, id: number): object | undefined;
  none(): RestAnswer;
}

const RESOURCES: Readonly<Record<string, Resource>> = {
  orders: {
    relations: ['customer', 'order_items', 'transactions', 'order_addresses', 'subscriptions'],
    model: 'Order',
    list: (asked) => {
      const { shop, params } = asked;
      const orders = selectOrders([...shop.shown.records.orders.values()], params, shop.isPro());
      return {
        orders: page(
          asked,
          'orders',
          orders.map((order) => orderIn(asked, order)),
        ),
      };
    },
    one: ({ shop }, id) => {
      const order = shop.shown.records.orders.get(id);
      return order && { order: { ...listedOrder(order), ...relationsOf(shop.shown, order) } };
    },
    none: () => missing('Order'),
  },
  customers: {
    relations: [],
    model: 'Customer',
    list: (asked) => {
      const customers = selectCustomers([...asked.shop.shown.records.customers.values()], asked.params);
      return {
        customers: page(
          asked,
          'customers',
          customers.map((customer) => customerIn(asked, customer)),
        ),
      };
    },
    one: (asked, id) => {
      const customer = asked.shop.shown.records.customers.get(id);
      return customer && { customer: customerIn(asked, customer) };
    },
    none: () => missing('Customer'),
  },
  subscriptions: {
    relations: [],
    model: 'Subscription',
    list: (asked) => {
      const { shop, params } = asked;
      const found = selectSubscriptions([...shop.shown.records.subscriptions.values()], params, shop.isPro());
      const bodies = found.map((subscription) => subscriptionIn(asked, subscription));
      return { data: page(asked, 'subscriptions', bodies) };
    },
    one: (asked, id) => {
      const subscription = asked.shop.shown.records.subscriptions.get(id);
      return subscription && { subscription: subscriptionIn(asked, subscription) };
    },
    none: () => missing('Order'),
  },
  products: {
    relations: ['variants', 'categories'],
    model: 'Product',
    list: (asked) => {
      const products = [...asked.shop.shown.records.products.values()].reverse();
      return {
        products: page(
          asked,
          'products',
          products.map((product) => productIn(asked, product)),
        ),
      };
    },
    one: (asked, id) => {
      const product = asked.shop.shown.records.products.get(id);
      return product && { product: productIn(asked, product) };
    },
    none: noProduct,
  },
};

/** Answers a request whose credentials are good. */
export function answerRest(shop: FluentShop, request: RestRequest): RestAnswer {
  const { method, path, params } = request;
  const [, name = '', id] = /^\/(orders|customers|products|subscriptions)(?:\/(\d+))?$/.exec(path) ?? [];
  const resource = method === 'GET' ? RESOURCES[name] : undefined;
  if (resource) return answerOf(resource, { shop, params }, id);
  return answerFeeds(shop, request) ?? noRoute();
}

export function noRoute(): RestAnswer {
  return wordPressError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
}

/** Columns that do not exist, though they are documented. */
const BROKEN = ['payment_statuses[]', 'order_statuses[]', 'shipping_statuses[]'];

function answerOf(resource: Resource, asked: Asked, id: string | undefined): RestAnswer {
  const { params } = asked;
  if (BROKEN.some((name) => params.has(name)))
    return { status: 500, body: '<div class="wpdberror"><p>WordPress database error</p></div>' };
  const unknown = params.getAll('with[]').find((name) => !resource.relations.includes(name));
  if (unknown !== undefined) return unknownRelation(unknown, resource.model);
  const body = id === undefined ? resource.list(asked) : resource.one(asked, Number(id));
  return body ? { status: 200, body } : resource.none();
}

function page({ shop, params }: Asked, name: string, bodies: readonly object[]): object {
  return paginated(`${shop.shown.home}${NAMESPACE}/${name}`, bodies, params);
}

function orderIn({ shop, params }: Asked, order: ShopOrder): object {
  return { ...listedOrder(order), ...only(relationsOf(shop.shown, order), params) };
}

function customerIn({ shop }: Asked, customer: ShopCustomer): object {
  const { records, home } = shop.shown;
  return customerBody(customer, [...records.orders.values()], home);
}

function subscriptionIn({ shop }: Asked, subscription: ShopSubscription): object {
  const { records, home } = shop.shown;
  const owner = records.customers.get(subscription.customerId);
  const customer = owner ? customerBody(owner, [...records.orders.values()], home) : null;
  return subscriptionBody(subscription, home, { customer });
}

function productIn({ shop, params }: Asked, product: ShopProduct): object {
  return { ...productBody(product, shop.shown.home), ...only(productRelations(product), params) };
}

function only(relations: object, params: Params): object {
  const names = params.getAll('with[]');
  return Object.fromEntries(Object.entries(relations).filter(([name]) => names.includes(name)));
}
