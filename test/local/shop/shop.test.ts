import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readEnvironment } from '../../../lib/environment.ts';
import { closeServer, listenOnLoopback } from '../../../lib/local/aws/loopback.ts';
import { openShop } from '../../../lib/local/shop/open-shop.ts';
import { LocalEnvironment } from '../../../lib/local-environment.ts';
import { woocommerce } from '../../../lib/stores/woocommerce/webhooks/index.ts';
import { ask } from '../../support/ask.ts';
import { eventually } from '../../support/eventually.ts';
import { emptyFolder } from '../../support/process.ts';

const SECRET = 'a secret of this test';
const FORM = 'application/x-www-form-urlencoded';

interface Arrived {
  readonly topic: unknown;
  readonly body: {
    readonly id?: number;
    readonly status?: string;
    readonly billing?: { readonly email: string };
  };
}

let arrived: Arrived[];
let bridgeUrl: string;
let dataDir: string;

beforeEach(async () => {
  arrived = [];
  dataDir = await emptyFolder();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.end();
      const { headers } = request;
      if (headers['x-wc-webhook-signature'] !== woocommerce.sign(Buffer.from(body), SECRET)) return;
      arrived.push({ topic: headers['x-wc-webhook-topic'], body: JSON.parse(body) as Arrived['body'] });
    });
  });
  bridgeUrl = await listenOnLoopback(server);
  onTestFinished(() => closeServer(server));
});

async function opened() {
  const environment = { ...readEnvironment(LocalEnvironment), SHOP_PORT: 0, BRIDGE_DATA_DIR: dataDir };
  const shop = await openShop(environment);
  shop.connect({ url: bridgeUrl, store: 'demo', secret: SECRET });
  return shop;
}

function pressed(url: string, form: string, headers: Readonly<Record<string, string>> = { origin: url }) {
  return ask(`${url}/`, { method: 'POST', headers: { 'content-type': FORM, ...headers }, body: form });
}

/** Of orders, what was told, by topic and status. */
function told(): readonly string[] {
  return arrived.flatMap(({ topic, body }) =>
    String(topic).startsWith('order.') ? [`${String(topic)} ${body.status ?? ''}`.trim()] : [],
  );
}

describe('a button of the shop', () => {
  it('places an order, whose webhooks come signed with the secret of the bridge', async () => {
    const shop = await opened();

    const answer = await pressed(shop.url, 'deed=order&person=2');
    await eventually(() => expect(told()).toEqual(['order.updated processing', 'order.created processing']));
    await shop.close();

    expect([answer.status, answer.headers['location']]).toEqual([303, '/']);
    expect(arrived[0]?.body.billing?.email).toBe('chiara@example.test');
  });

  it('leaves a cart at the checkout, pays, refunds and deletes, as far as that goes', async () => {
    const shop = await opened();
    await pressed(shop.url, 'deed=checkout&person=0');
    await eventually(() => expect(told()).toHaveLength(2));
    const id = String(arrived[0]?.body.id);

    for (const [deed, count] of [
      ['pay', 3],
      ['refund-half', 4],
      ['refund', 5],
      ['trash', 6],
    ] as const) {
      await pressed(shop.url, `deed=${deed}&order=${id}`);
      await eventually(() => expect(told()).toHaveLength(count));
    }
    await shop.close();

    expect(told().slice(2)).toEqual([
      'order.updated processing',
      'order.updated processing',
      'order.updated refunded',
      'order.deleted',
    ]);
  });

  it('fills a cart that is abandoned, which the companion in the shop tells', async () => {
    const shop = await opened();
    await pressed(shop.url, 'deed=cart&person=1');
    await eventually(() => expect(arrived.map(({ topic }) => topic)).toEqual(['cart.updated']));
    await shop.close();

    expect(arrived[0]?.body).toMatchObject({ status: 'open', email: 'jonas@example.test' });
  });

  it('that makes no sense does nothing', async () => {
    const shop = await opened();
    for (const form of ['deed=order&person=99', 'deed=pay&order=1', 'deed=nothing', ''])
      await pressed(shop.url, form);
    const page = await ask(`${shop.url}/`);
    await shop.close();

    expect(page.text).toContain('That cannot be done.');
    expect(page.text).toContain('None yet.');
  });

  it('is not pressed by a page of another site, or by a name that points here', async () => {
    const shop = await opened();
    const { port } = new URL(shop.url);
    const evil = `evil.example:${port}`;

    expect((await pressed(shop.url, 'deed=order&person=0', { origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect(
      (await pressed(shop.url, 'deed=order&person=0', { host: evil, origin: `http://${evil}` })).status,
    ).toBe(403);
    expect((await ask(`${shop.url}/`)).text).toContain('None yet.');
    await shop.close();
  });
});

it('a shop that was stopped goes on with what it held, and numbers no order anew', async () => {
  const before = await opened();
  await pressed(before.url, 'deed=order&person=0');
  await eventually(() => expect(told()).toHaveLength(2));
  const first = arrived[0]?.body.id ?? 0;
  await before.close();

  const after = await opened();
  expect((await ask(`${after.url}/`)).text).toContain(`<b>${String(first)}</b> mira@example.test`);
  await pressed(after.url, 'deed=order&person=0');
  await eventually(() => expect(told()).toHaveLength(4));
  await after.close();

  expect(arrived[2]?.body.id).toBeGreaterThan(first);
});
