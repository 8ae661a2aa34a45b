import { config } from '../../../bridge.config.ts';
import { type ContactKey, normaliseEmail } from '../../../lib/core/ledger/email.ts';
import { stageOf } from '../../../lib/core/policy/configuration/bridge-config.ts';
import { type MauticSimulator, startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { type StoreSimulator, startStoreSimulator } from '../../../lib/simulators/woocommerce/simulator.ts';
import { type OrderChanges, orderBody } from '../../pipeline/sync/support.ts';
import { recordedDelivery, sign } from '../../support/woocommerce.ts';
import { type WatchedFunctions, watchFunctions } from './watched-functions.ts';

/** Of both stores. */
const WEBHOOK_SECRET = 'the webhook secret of the bridge';
/** More orders than one read of DynamoDB answers, and no more than the policy allows. */
export const MAX_ORDERS = 105;

/** The functions, and everything they meet: one shop that only delivers, one that is also read, and Mautic. */
export interface ShopFloor {
  readonly functions: WatchedFunctions;
  readonly mautic: MauticSimulator;
  readonly shop: StoreSimulator;
  close(): Promise<void>;
}

/** Opens the shop, with a configuration in which there is something of everything. */
export async function openShopFloor(): Promise<ShopFloor> {
  const mautic = await startMauticSimulator();
  // Everything in it happened a while ago, so that it is settled.
  const shop = await startStoreSimulator({ clock: { now: () => Date.now() - 60_000 } });
  await furnish(mautic);
  // As its user edits it; the functions read it when they are loaded.
  Object.assign(stageOf(config).policy, {
    notes: ['processing'],
    emails: { processing: { template: 1, transactional: false } },
    segments: [{ segment: 1, minOrders: 1 }],
    maxOrders: MAX_ORDERS,
  });
  const functions = await watchFunctions({
    mauticUrl: mautic.url,
    stores: [
      { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
      { id: 'shop', kind: 'woocommerce', currency: 'EUR', url: shop.url },
    ],
    secrets: {
      stores: JSON.stringify({
        demo: { webhookSecret: WEBHOOK_SECRET },
        shop: { webhookSecret: WEBHOOK_SECRET },
      }),
      storeKeys: JSON.stringify({ shop: { consumerKey: 'ck_local', consumerSecret: 'cs_local' } }),
      mautic: JSON.stringify({ clientId: 'local', clientSecret: 'local-secret' }),
    },
  });
  return {
    functions,
    mautic,
    shop,
    close: async () => {
      await functions.close();
      await shop.close();
      await mautic.close();
    },
  };
}

/** What a person makes in Mautic before naming it in the policy. */
async function furnish({ url }: MauticSimulator): Promise<void> {
  const authorization = `Basic ${Buffer.from('admin:mautic').toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  for (const [what, thing] of [
    ['emails', { name: 'Thanks', subject: 'Thanks', customHtml: '{order_id}' }],
    ['segments', { name: 'Buyers' }],
  ] as const) {
    const answer = await fetch(`${url}/api/${what}/new`, {
      method: 'POST',
      headers,
      body: JSON.stringify(thing),
    });
    if (!answer.ok) throw new Error(`Mautic did not make ${what}`);
  }
}

interface Posted {
  readonly store?: 'demo' | 'shop';
  readonly topic?: string;
  readonly secret?: string;
}

/** Delivers a body as a shop does; the status it is answered with. */
export function post(
  { functions, shop }: Pick<ShopFloor, 'functions' | 'shop'>,
  content: unknown,
  { store = 'demo', topic = 'order.updated', secret = WEBHOOK_SECRET }: Posted = {},
): Promise<number> {
  const body = JSON.stringify(content);
  const headers = {
    ...recordedDelivery('0057').headers,
    'x-wc-webhook-topic': topic,
    'x-wc-webhook-signature': sign(body, secret),
    'x-wc-webhook-source': `${shop.url}/`,
  };
  return functions.post({ headers, pathParameters: { store }, body });
}

/** An order of now, with this product in it. */
export function order(changes: OrderChanges, product = 1): Record<string, unknown> {
  const now = Date.now();
  const body = orderBody({ createdAt: now, ...changes }, now) as Record<string, unknown>;
  const line = { id: 1, product_id: product, sku: 'TEA', name: 'Tea', quantity: 1, total: '12.00' };
  return { ...body, line_items: [line] };
}

/** A delivery as it lies in the queue. */
export function message(content: unknown, body: object = inMessage(content)): string {
  return JSON.stringify({
    schema: 1,
    store: 'demo',
    receivedAt: new Date().toISOString(),
    topic: 'order.updated',
    webhookId: '2',
    deliveryId: '2',
    body,
  });
}

function inMessage(content: unknown): object {
  return { in: 'message', base64: Buffer.from(JSON.stringify(content)).toString('base64') };
}

export function contact(email: string): ContactKey {
  const address = normaliseEmail(email);
  if (!address.usable) throw new Error(`${email} is no usable address`);
  return address.key;
}
