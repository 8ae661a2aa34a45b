import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFluentSimulator } from '../../../lib/simulators/fluentcart/simulator.ts';
import { feedFixture } from '../../support/fluentcart.ts';
import { FRIDA, shapeOf } from './support.ts';

const AUTHORISED = { authorization: `Basic ${Buffer.from('admin:password').toString('base64')}` };
const Fields = v.record(v.string(), v.unknown());

async function open(pro = true) {
  const store = await startFluentSimulator({ pro });
  onTestFinished(() => store.close());
  const lamp = store.shop.products.create({ name: 'Lampe', categories: ['lampen'] });
  const ask = async (path: string, headers: Record<string, string> = AUTHORISED) => {
    const response = await fetch(`${store.url}/wp-json/fluent-cart/v2${path}`, { headers });
    const body = v.parse(Fields, await response.json());
    return { status: response.status, body };
  };
  const place = () => store.shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
  return { ...store, lamp, ask, place };
}

function page(body: Record<string, unknown>, name: string) {
  return v.parse(v.looseObject({ data: v.array(Fields), total: v.number() }), body[name]);
}

const idsIn = ({ data }: { data: Record<string, unknown>[] }) => data.map(({ id }) => id);

describe('the simulated API', () => {
  it('lists orders in the shape of the recording, with what was asked for', async () => {
    const { ask, place } = await open();
    place();
    const recorded = page(feedFixture('rest.orders.list'), 'orders');
    const { body } = await ask('/orders?with[]=customer&with[]=order_items&per_page=2');
    const listed = page(body, 'orders');

    expect(Object.keys(listed)).toEqual(Object.keys(recorded));
    expect(Object.keys(listed.data[0] ?? {})).toEqual(Object.keys(recorded.data[1] ?? {}));
    const names = (value: unknown) => Object.keys(v.parse(Fields, value));
    expect(names(listed.data[0]?.['customer'])).toEqual(names(recorded.data[1]?.['customer']));
  });

  it('has the relations of the recording that has them all', async () => {
    const { ask, place } = await open();
    place();
    const [recorded] = page(feedFixture('free-1.5.2/rest.orders.list.with_variants'), 'orders').data;
    const { body } = await ask('/orders?with[]=transactions&with[]=order_addresses');
    const [listed] = page(body, 'orders').data;
    const address = (order: typeof recorded) =>
      shapeOf(v.parse(v.array(v.looseObject({ email: v.string() })), order?.['order_addresses'])[0]);

    expect(Object.keys(Object(address(listed)))).toEqual(Object.keys(Object(address(recorded))));
  });

  it('answers what is missing as recorded', async () => {
    const { ask } = await open();
    const Exchange = v.object({ response: v.object({ status: v.number(), body: Fields }) });
    for (const [path, fixture] of [
      ['/orders/17', 'free-1.5.2/rest.orders.detail.deleted'],
      ['/customers/16', 'free-1.5.2/rest.customers.detail.deleted'],
      ['/products/166', 'free-1.5.2/rest.products.detail.deleted'],
    ] as const)
      expect(await ask(path)).toEqual(v.parse(Exchange, feedFixture(fixture)).response);
  });

  it('answers an unknown relation with a plugin’s exception, as recorded', async () => {
    const { ask } = await open();
    const { status, body } = await ask('/products?with[]=product_terms');

    expect(status).toBe(500);
    expect(Object.keys(body)).toEqual(Object.keys(feedFixture('free-1.5.2/rest.error.unknown_relation.500')));
  });

  it('answers a wrong password and none alike', async () => {
    const { ask } = await open();
    const wrong = await ask('/orders', { authorization: 'Basic d3Jvbmc6d3Jvbmc=' });

    expect(wrong).toMatchObject({ status: 401, body: { code: 'rest_forbidden' } });
    expect(await ask('/orders', {})).toEqual(wrong);
  });

  it.each([
    ['id > 3', [5, 4]],
    ['id < 3', [2, 1]],
    ['id :: 2-3', [3, 2]],
    ['id != 3', [5, 4, 2, 1]],
    // No operator: everything, in silence.
    ['id >= 3', [5, 4, 3, 2, 1]],
    ['updated_at > 2020-01-01', []],
    ['status = canceled', [2]],
    ['payment = paid', [4]],
  ])('finds by %s what a running store found', async (search, ids) => {
    const { ask, place, shop } = await open(false);
    for (let count = 0; count < 5; count += 1) place();
    shop.orders.setStatus(2, 'canceled');
    shop.orders.pay(4);

    expect(idsIn(page((await ask(`/orders?search=${encodeURIComponent(search)}`)).body, 'orders'))).toEqual(
      ids,
    );
  });

  it('ignores a view it does not know, and the advanced filter without Pro', async () => {
    const filter = JSON.stringify([
      [
        {
          source: ['order', 'updated_at'],
          operator: 'after',
          value: '2099-01-01 00:00:00',
          filter_type: 'date',
        },
      ],
    ]);
    const query = `filter_type=advanced&advanced_filters=${encodeURIComponent(filter)}`;
    for (const [pro, total] of [
      [true, 0],
      [false, 1],
    ] as const) {
      const { ask, place } = await open(pro);
      place();
      expect(page((await ask(`/orders?${query}`)).body, 'orders').total).toBe(total);
      expect(page((await ask('/orders?active_view=canceled')).body, 'orders').total).toBe(1);
    }
  });

  it('takes 199 to a page, and makes 10 of more', async () => {
    const { ask, place } = await open();
    for (let count = 0; count < 210; count += 1) place();
    const size = async (perPage: number) =>
      page((await ask(`/orders?per_page=${String(perPage)}`)).body, 'orders').data.length;

    expect([await size(199), await size(200), await size(0)]).toEqual([199, 10, 10]);
  });

  it('keeps the total past the end, and forgets the question in the address of the next page', async () => {
    const { ask, place } = await open();
    for (let count = 0; count < 3; count += 1) place();
    const { body } = await ask('/orders?per_page=1&search=id > 1');

    expect(page((await ask('/orders?page=9')).body, 'orders')).toMatchObject({ data: [], total: 3 });
    expect(String(page(body, 'orders')['next_page_url'])).toMatch(/\/orders\/\?page=2$/);
  });

  it('lists feeds in the shape of the recording', async () => {
    const { ask, shop } = await open();
    const [recorded] = v.parse(v.array(Fields), feedFixture('rest-global-feeds')['feeds']);
    const Settings = v.looseObject({ feed: v.any() });
    shop.feeds.save(v.parse(Settings, recorded).feed);

    const { body } = await ask('/integration/global-feeds');

    expect(v.parse(v.array(Fields), body['feeds'])).toEqual([recorded]);
    expect(Object.keys(body)).toEqual(Object.keys(feedFixture('rest-global-feeds')));
  });
});

describe('subscriptions', () => {
  it('have a list that is called otherwise than all others, with the recorded names', async () => {
    const { shop, ask, place } = await open();
    shop.subscriptions.cancel(shop.subscriptions.begin(place()));
    const { body } = await ask('/subscriptions');
    const recorded = feedFixture('rest.subscriptions.list');
    const namesIn = (answer: unknown) => {
      const { data } = v.parse(v.object({ data: v.looseObject({ data: v.array(Fields) }) }), answer);
      return [Object.keys(data).sort(), Object.keys(data.data[0] ?? {})];
    };

    expect(Object.keys(body)).toEqual(Object.keys(recorded));
    expect(namesIn(body)).toEqual(namesIn(recorded));
  });
});
