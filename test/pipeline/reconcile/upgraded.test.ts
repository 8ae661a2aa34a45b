import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { OrderState } from '../../../lib/core/ledger/fold/order.ts';
import type { Version } from '../../../lib/core/ledger/version.ts';
import type { StoreApi } from '../../../lib/core/stores/store-api.ts';
import { createShopApi } from '../../../lib/simulators/woocommerce/shop-api.ts';
import { orderRef } from '../../contracts/samples.ts';
import { emailOf, MINUTE, Reconciling } from '../../support/reconciling.ts';
import { bodyOf, recordedDelivery } from '../../support/woocommerce.ts';

/** Order 23 of recording 0057, as the version of the bridge that knew no "when read" read it and stored it. */
const FIXTURE = new URL('../../fixtures/ledger/order-read-before.json', import.meta.url);
const ID = 23;

let bridge: Reconciling;
/** What the store's REST API says of it now. */
let body: Record<string, unknown>;

beforeEach(() => {
  bridge = new Reconciling();
  body = bodyOf('0057');
  bridge.now = Date.parse('2026-11-21T23:20:00Z');
  const shop = createShopApi(bridge.shop);
  const list: StoreApi['list'] = async (question) => {
    const isAsked = question.kind === 'order' && question.trash === undefined;
    return isAsked ? succeeded({ items: [body], total: 1, now: bridge.now }) : shop.list(question);
  };
  bridge.change = { storeApiOf: () => ({ ...shop, list }) };
});

/** The stored order, as it was settled (1), corrected by a later reading (2 to 9), or only told by a webhook (0). */
function stored(place: string): OrderState {
  const state = JSON.parse(readFileSync(FIXTURE, 'utf8')) as OrderState;
  const [date, , ...rest] = (state.version ?? '').split('.');
  return { ...state, version: [date, place, ...rest].join('.') as Version };
}

async function store(place: string): Promise<OrderState> {
  const state = stored(place);
  await bridge.ledger.save(orderRef(ID), state, undefined);
  const [email = ''] = Object.values(state.contacts);
  if (!state.contact) throw new Error('the stored order has no contact');
  const { wanted } = await bridge.ledger.want(state.contact, email, bridge.now);
  await bridge.ledger.settle(state.contact, wanted, {});
  bridge.pass(MINUTE);
  return state;
}

async function isTold({ contact }: OrderState): Promise<boolean> {
  return contact !== undefined && (await bridge.ledger.profile(contact))?.work !== undefined;
}

async function hear(fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const text = JSON.stringify({ ...bodyOf('0057'), ...fields });
  await bridge.recordAll([
    {
      schema: 1,
      store: 'demo',
      receivedAt: recordedDelivery('0057').receivedAt,
      topic: 'order.updated',
      webhookId: '3',
      deliveryId: 'late',
      body: { in: 'message', base64: Buffer.from(text).toString('base64') },
    },
  ]);
}

describe('an order that an earlier version stored', () => {
  test.each(['1', '2', '9'])('settled at %s is confirmed by a reading without a write', async (place) => {
    const state = await store(place);
    const before = bridge.ledger.contents();

    await bridge.run();

    expect(await bridge.order(ID)).toEqual(state);
    expect(bridge.ledger.contents()).toEqual(before);
  });

  test('from a webhook is confirmed by a reading, and nobody is told', async () => {
    const state = await store('0');

    await bridge.run();

    expect(await bridge.order(ID)).toEqual({ ...state, version: expect.stringContaining('.~') });
    expect(await isTold(state)).toBe(false);
  });

  test.each(['0', '1', '9'])('at %s is what a reading of the same date says now', async (place) => {
    const state = await store(place);
    body = { ...body, billing: { ...(body['billing'] as object), email: emailOf('right') } };

    await bridge.run();

    expect(await bridge.order(ID)).toMatchObject({ email: emailOf('right'), sights: state.sights });
    expect(await isTold(state)).toBe(true);
  });

  test.each(['1', '9'])('settled at %s is left as it is by a webhook, and read again', async (place) => {
    const state = await store(place);
    await bridge.run();

    await hear({ total: '99.00' });

    expect(await bridge.order(ID)).toEqual(state);
    expect(await bridge.register('REREAD')).toMatchObject({ orders: [{ id: String(ID) }] });
  });

  test('from a webhook takes the same webhook for itself', async () => {
    const state = await store('0');

    await hear();

    expect(await bridge.order(ID)).toMatchObject({ data: state.data, contacts: state.contacts });
  });
});
