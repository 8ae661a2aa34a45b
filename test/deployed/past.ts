import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { HISTORY_REMEMBERED_MS } from '../../lib/pipeline/registers/history.ts';
import { type FueSimulator, startFueSimulator } from '../../lib/simulators/follow-up-emails/simulator.ts';
import { createFueSite } from '../../lib/simulators/follow-up-emails/site.ts';
import { startStoreSimulator } from '../../lib/simulators/woocommerce/simulator.ts';
import { idOf, invoke } from './account.ts';
import { type BridgeCommand, bridgeOf } from './bridge-command.ts';
import { contactOf } from './contacts.ts';
import type { Deployed } from './deployment.ts';
import { type ShopWithPast, type Site, secretsOf } from './site.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
/** What happened a minute ago is settled. */
const SETTLED_MS = 60_000;
const BUYERS = 40;
const ORDERS_EACH = 3;
const EVERY_MS = 5_000;

/**
 * A shop that sold things a year ago, of which nobody told; since then it is a minute behind. Follow-Up Emails is
 * installed there.
 */
export async function startShopWithPast(): Promise<ShopWithPast> {
  let ageMs = YEAR_MS;
  const old: { plugin?: FueSimulator } = {};
  const shop = await startStoreSimulator({
    clock: { now: () => Date.now() - ageMs },
    page: (request, response) => old.plugin?.answers(request, response) ?? false,
  });
  const followUps = createFueSite({ clock: Date });
  const { consumerKey = '', consumerSecret = '' } = secretsOf('staging');
  const keys = [{ consumerKey, consumerSecret }];
  old.plugin = await startFueSimulator({ site: followUps, keys, home: shop.url });
  const { plugin } = old;
  const { orders, products } = shop.shop;
  const productId = products.create({
    name: 'Coffee',
    sku: 'COFFEE',
    price: '10.00',
    categories: ['coffee'],
  });
  for (let order = 0; order < BUYERS * ORDERS_EACH; order += 1)
    orders.place({
      status: 'completed',
      lines: [{ productId }],
      billing: { first_name: 'Past', email: buyer(order % BUYERS), city: 'Lyon', country: 'FR' },
    });
  orders.trash(orders.place({ billing: { email: 'trashed@example.test' } }));
  ageMs = SETTLED_MS;
  const close = async () => void (await Promise.all([shop.close(), plugin.close()]));
  return { ...shop, followUps, close };
}

function buyer(index: number): string {
  return `past-${String(index)}@example.test`;
}

/**
 * Looks first, then reads all of it, behind everything else that goes on; the commands, and what they refuse. The
 * function finds the keys where version 0.1 had them; then they are moved as README says.
 */
export async function readThePast(site: Site, { stack, outputs }: Deployed): Promise<void> {
  const { shell, mautic } = site;
  const bridge = bridgeOf(site, 'staging');
  await bridge.refuses('backfill --only orders', 2, /--only can be customers, and nothing else/);
  await bridge.refuses('backfill --resume', 1, /No backfill of store demo is paused/);
  await bridgeOf(site, 'production').refuses('backfill --dry-run --store demo', 1, /has no keys/);
  const plan = await bridge.run('backfill --dry-run');
  assert.match(plan, /^Store demo: 12\d orders, 1 in the trash, 0 customers; all of them were looked at\.$/m);
  // Others order meanwhile.
  assert.match(plan, /^Contacts: 4\d to create, \d to change, /m);
  assert.equal(contactOf(mautic.staging, buyer(0)), undefined);

  const { consumerKey, consumerSecret, webhookSecret } = secretsOf('staging');
  const keys = { consumerKey, consumerSecret };
  const put = (output: string, secret: object) =>
    shell.aws(
      'secretsmanager',
      'put-secret-value',
      '--secret-id',
      outputs[output] ?? '',
      '--secret-string',
      JSON.stringify({ demo: secret }),
    );
  await put('StoreSecretsId', { webhookSecret, ...keys });
  await put('StoreKeysId', {});
  await startPaused(site, bridge, stack);
  const resumed = await bridge.run('backfill --resume --detach');
  assert.match(resumed, /^The backfill of store demo is running: 0 orders, /m);
  let isOver = false;
  const watching = bridge.run('backfill --watch').finally(() => {
    isOver = true;
  });
  // Whoever waits for it hears of a failure.
  watching.catch(() => undefined);
  await invoke(shell, stack, 'backfillFunction');
  await put('StoreKeysId', keys);
  await put('StoreSecretsId', { webhookSecret });
  await sleep(HISTORY_REMEMBERED_MS);
  while (!isOver) {
    // As the clocks do each minute.
    await invoke(shell, stack, 'backfillFunction');
    await invoke(shell, stack, 'sweepFunction');
    await sleep(EVERY_MS);
  }
  expectReceipt(site, await watching);
}

/** Nothing is read of what is paused, and nobody begins it anew meanwhile. */
async function startPaused({ shell, mautic }: Site, bridge: BridgeCommand, stack: string): Promise<void> {
  const name = await idOf(shell, stack, 'backfillFunction');
  const concurrency = (verb: string, ...more: readonly string[]) =>
    shell.aws('lambda', `${verb}-function-concurrency`, '--function-name', name, ...more);
  await bridge.refuses('backfill --pause', 1, /No backfill of store demo is running/);
  // Or the clock could be faster than whoever pauses it.
  await concurrency('put', '--reserved-concurrent-executions', '0');
  assert.match(await bridge.run('backfill --yes --detach'), /^The backfill of store demo is running: /m);
  assert.match(await bridge.run('backfill --pause'), /^The backfill of store demo is paused: 0 orders, /m);
  await concurrency('delete');
  await bridge.refuses('backfill --pause --yes', 2, /--pause stands alone/);
  await bridge.refuses('backfill --yes', 1, /A backfill of store demo is paused\. Go on with it/);
  await invoke(shell, stack, 'backfillFunction');
  assert.match(await bridge.run('backfill --status'), /^The backfill of store demo is paused: 0 orders, /m);
  assert.equal(contactOf(mautic.staging, buyer(0)), undefined);
}

function expectReceipt({ mautic }: Site, receipt: string): void {
  assert.match(receipt, /^The backfill of store demo has finished: 12\d orders, 1 order in the trash/m);
  assert.match(receipt, /^The history of the store is known: /m);
  const held = Array.from({ length: BUYERS }, (_, index) => contactOf(mautic.staging, buyer(index))?.fields);
  for (const fields of held) {
    const { city, mautic_woo_order_count: orders, mautic_woo_total_spent: spent } = fields ?? {};
    const right = { city: 'Lyon', orders: ORDERS_EACH, spent: 10 * ORDERS_EACH };
    assert.deepEqual({ city, orders: Number(orders), spent: Number(spent) }, right);
  }
  const trashed = contactOf(mautic.staging, 'trashed@example.test')?.fields ?? {};
  assert.equal(trashed['mautic_woo_order_count'] ?? null, null, 'what is in the trash counts');
}
