import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { feedRecordings } from '../support/fluentcart.ts';
import { expectedFromFeeds } from '../support/fluentcart-oracle.ts';
import { expectedContacts, type RawDelivery } from '../support/oracle.ts';
import { rawRecordedDeliveries } from '../support/recorded-expectation.ts';
import { recordedDeliveries, recordedDelivery } from '../support/woocommerce.ts';
import { idOf, invoke, linesOf } from './account.ts';
import { speakWithShop } from './commands.ts';
import { contactOf, eventually, untilHeld, untilOneIsHeld } from './contacts.ts';
import { type Door, deliver, deliverAll, deliverFeed, largeOrder, orderWith } from './deliveries.ts';
import { type Deployed, deploy, type Permission, synthesise, withoutPermission } from './deployment.ts';
import { askCommands, destroyBoth, readLogs, sendUnknown, useCommands } from './operation.ts';
import { readThePast } from './past.ts';
import { expectEveryPermissionUsed } from './permissions.ts';
import { restoreLedger } from './restoring.ts';
import { FEED_STORE_SECRET, type Site, WEBHOOK_SECRETS } from './site.ts';
import { fillSecrets, secondStage } from './stages.ts';
import { renewBehindAnother } from './token-lease.ts';
import { rawOf } from './told.ts';

/**
 * Deploys the bridge, uses it, changes it, puts a second one beside it and destroys both.
 * @throws at the first thing that is not as it should be.
 */
export async function proveDeployment(site: Site, missing: Permission | undefined): Promise<void> {
  const { shell, folders } = site;
  const production = await firstDeployment(site, missing);
  const later = Promise.all([
    synthesise(shell, folders.changed, 'production'),
    synthesise(shell, folders.changed, 'staging'),
    synthesise(shell, folders.restored, 'production'),
  ]);
  const staging = await beside(later, async () => {
    const door = await openDoor(site, production);
    const second = later.then(() => secondStageWithPast(site, door));
    return beside(second, async () => {
      const told = await useFirst(site, door, production);
      await later;
      const since = await changePolicy(site, door, { production, told });
      await useAndRestore(site, door, { production, told: since });
      return second;
    });
  });
  await lookBack(site, production, staging);
}

/** The rest goes on meanwhile; nothing is left running when either fails. */
async function beside<Result>(slow: Promise<unknown>, rest: () => Promise<Result>): Promise<Result> {
  // Whoever waits for it hears of a failure.
  const over = slow.catch(() => undefined);
  try {
    return await rest();
  } finally {
    await over;
  }
}

/** A stage of its own, and what its shop sold before; both mostly wait. */
async function secondStageWithPast(site: Site, door: Door): Promise<Deployed> {
  const staging = await secondStage(site, door);
  await site.step('backfill reads the past of its shop', () => readThePast(site, staging));
  return staging;
}

/** @returns what the bridge was told by then. */
async function useFirst(site: Site, door: Door, production: Deployed): Promise<readonly RawDelivery[]> {
  const { step, mautic } = site;
  await step('messages of unknown shape are put into both queues', () => sendUnknown(site, production));

  await step(
    'an order comes before its products are described, and while the token has expired',
    async () => {
      mautic.production.faults.expireTokens();
      assert.equal(await deliver(door, recordedDelivery('0057')), 200);
      await eventually(() => assert.ok(contactOf(mautic.production, 'helene@example.test')));
    },
  );
  const large = largeOrder();
  const deliveries = [...recordedDeliveries(), large];
  const told = [...rawRecordedDeliveries(), rawOf(large)];
  await step(
    `${String(deliveries.length)} deliveries are answered 200, one by way of the bucket`,
    async () => {
      const statuses = await deliverAll(deliveries, (one) => deliver(door, one));
      assert.deepEqual(statuses, { 200: deliveries.length });
      await expectBody(site, production);
    },
  );
  await feedSecondStore(site, production);
  await step('every contact of both kinds of store equals the calculation', () =>
    untilHeld(
      mautic.production,
      new Map([...expectedContacts(told), ...expectedFromFeeds(feedRecordings())]),
    ),
  );

  await step('reconcile looks at the policy', () => reconcile(site, production));
  return told;
}

async function lookBack(site: Site, production: Deployed, staging: Deployed): Promise<void> {
  const { step } = site;
  await step('all functions ran; their logs name no error and no missing permission', async () => {
    await readLogs(site, production, { all: true });
    await readLogs(site, staging, { all: false });
  });
  await step('every permission of every function was needed, and none was missing', async () =>
    expectEveryPermissionUsed(await site.emulator.decisions()),
  );
  await step('destroyed, they leave tables, buckets and secrets, and nothing else', () => destroyBoth(site));
}

/** A bridge that runs, and what it was told so far. */
type Told = { readonly production: Deployed; readonly told: readonly RawDelivery[] };

/** @returns what the bridge was told by then. */
async function changePolicy(
  site: Site,
  door: Door,
  { production, told }: Told,
): Promise<readonly RawDelivery[]> {
  const { shell, folders, step } = site;
  return step('the policy is deployed: secrets keep their values, orders follow it', async () => {
    await deploy(shell, folders.changed, 'production');
    const order = await expectNewPolicy(site, door, told);
    await reconcile(site, production);
    const lines = (await linesOf(shell, production.stack, 'reconcile')).join('\n');
    assert.match(lines, /Another policy is deployed; its contacts will be marked/);
    return [...told, order];
  });
}

async function useAndRestore(site: Site, door: Door, bridge: Told): Promise<void> {
  const { step } = site;
  await step('what has no known shape is a dead letter; status and replay say and do what README says', () =>
    useCommands(site),
  );
  await step(
    'webhooks, resync, send, migrate and follow-ups do what they say, and refuse what makes no sense',
    () => speakWithShop(site),
  );
  await step('the ledger is restored as the runbook says, and nobody is a stranger to it', () =>
    restoreLedger(site, door, bridge),
  );
  await step('doctor, explain, fields, export and erase do what they say', () => askCommands(site));
}

async function firstDeployment(site: Site, missing: Permission | undefined): Promise<Deployed> {
  const { emulator, shell, folders, step } = site;
  await step('cdk bootstrap', () => shell.cdk(folders.first, 'bootstrap', emulator.environment));
  if (missing) await withoutPermission(site.out, missing);
  return step('cdk deploy', () => deploy(shell, folders.first, 'production'));
}

async function openDoor(site: Site, deployed: Deployed): Promise<Door> {
  const { emulator, step } = site;
  const { outputs } = deployed;
  const url = outputs['WebhookUrldemo'] ?? '';
  const door = { emulator, url, secret: WEBHOOK_SECRETS.production };
  await step('refused without secrets; filled as README says', async () => {
    const [first] = recordedDeliveries();
    assert.ok(first);
    assert.equal(await deliver(door, first), 401);
    await fillSecrets(site, outputs);
    await renewBehindAnother(site, deployed);
  });
  return door;
}

/** A FluentCart store of the same bridge: what was recorded of one, sent as its feeds do. */
async function feedSecondStore({ emulator, shell, step }: Site, { outputs }: Deployed): Promise<void> {
  const door = { emulator, url: outputs['WebhookUrlfluent'] ?? '', secret: FEED_STORE_SECRET };
  const feeds = feedRecordings();
  await step(`${String(feeds.length)} deliveries of feeds are refused, then answered 200`, async () => {
    const [first] = feeds;
    assert.ok(first);
    assert.equal(await deliverFeed(door, first), 401);
    const secrets = {
      demo: { webhookSecret: WEBHOOK_SECRETS.production },
      fluent: { webhookSecret: FEED_STORE_SECRET },
    };
    const id = outputs['StoreSecretsId'] ?? '';
    const text = JSON.stringify(secrets);
    await shell.aws('secretsmanager', 'put-secret-value', '--secret-id', id, '--secret-string', text);
    // A wrong secret is what has the secrets read again, two seconds later at the earliest.
    await sleep(3_000);
    assert.deepEqual(await deliverAll(feeds, (one) => deliverFeed(door, one)), { 200: feeds.length });
  });
}

async function expectBody({ shell }: Site, { stack }: Deployed): Promise<void> {
  const bucket = await idOf(shell, stack, 'Bodies');
  const listed = await shell.aws('s3api', 'list-objects-v2', '--bucket', bucket);
  assert.match(JSON.stringify(listed), /"Key":"bodies\/demo\//);
}

async function reconcile({ shell }: Site, { stack }: Deployed): Promise<void> {
  await invoke(shell, stack, 'reconcileFunction');
}

async function expectNewPolicy(site: Site, door: Door, told: readonly RawDelivery[]): Promise<RawDelivery> {
  const order = orderWith({ status: 'completed', date_modified_gmt: '2026-11-22T10:00:00' });
  assert.equal(await deliver(door, order), 200);
  const counting = { counted: ['processing', 'completed'], tags: ['status', 'sku'] };
  const expected = expectedContacts([...told, rawOf(order)], counting);
  await untilOneIsHeld(site.mautic.production, expected, 'helene@example.test');
  return rawOf(order);
}
