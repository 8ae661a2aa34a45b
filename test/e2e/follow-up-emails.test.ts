import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { expect, it, onTestFinished } from 'vitest';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { Policy } from '../../lib/core/policy/policy.ts';
import { awsEnvironment, connection } from '../../lib/local/aws/connection.ts';
import { startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources } from '../../lib/local/aws/resources.ts';
import { putSecrets, SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import { noteRules } from '../../lib/pipeline/registers/since.ts';
import { startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { orderRef, orderState } from '../contracts/samples.ts';
import { runCommand } from '../support/command.ts';
import { FUE_KEY, openFue } from '../support/follow-up-emails.ts';

const DAY = 86_400_000;

/** A shop with Follow-Up Emails, a Mautic and a bridge, as a command finds them. */
async function openPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'takeover-'));
  const { site, simulator } = await openFue({ clock: Date, timeZone: 'Europe/Berlin' });
  const mautic = await startMauticSimulator();
  const emulators = await startEmulators({});
  const resources = await createResources(emulators.endpoints);
  await putSecrets(emulators.endpoints.secretsManager, {
    stores: JSON.stringify({ demo: { webhookSecret: 's' } }),
    storeKeys: JSON.stringify({ demo: FUE_KEY }),
    mautic: JSON.stringify({ clientId: 'local', clientSecret: 'local-secret' }),
  });
  const client = new DynamoDBClient(connection(emulators.endpoints.dynamodb));
  const ledger = createLedger({ client, tableName: resources.tableName });
  onTestFinished(async () => {
    client.destroy();
    await Promise.all([mautic.close(), emulators.close(), rm(folder, { recursive: true, force: true })]);
  });
  const queue = { CONTACTS_QUEUE_URL: resources.contactsQueueUrl };
  const variables = {
    ...awsEnvironment(emulators.endpoints),
    ...queue,
    TABLE_NAME: resources.tableName,
    DELIVERIES_QUEUE_URL: resources.deliveriesQueueUrl,
    DELIVERIES_DEAD_LETTERS_URL: resources.deliveriesDeadLettersQueueUrl,
    CONTACTS_DEAD_LETTERS_URL: resources.contactsDeadLettersQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
    STORE_SECRETS_ID: SECRET_IDS.stores,
    STORE_KEYS_ID: SECRET_IDS.storeKeys,
    MAUTIC_SECRET_ID: SECRET_IDS.mautic,
    MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
    MAUTIC_BASE_URL: mautic.url,
  };
  const config = join(folder, 'bridge.config.ts');
  async function run(followUps: string, ...args: readonly string[]) {
    const store = `{ id: 'demo', kind: 'woocommerce', currency: 'EUR', url: '${simulator.url}', timezone: 'Europe/Berlin' }`;
    await writeFile(
      config,
      `import { defineBridge } from 'mautic-commerce-bridge';
export const config = defineBridge({ stores: [${store}], mautic: { url: '${mautic.url}' }, policy: { ${followUps} } });`,
    );
    return runCommand([...args, '--config', config], variables);
  }
  return { site, ledger, run, receipt: join(folder, 'receipt.jsonl') };
}

it('a shop is moved from Follow-Up Emails by the commands alone', async () => {
  const { site, ledger, run, receipt } = await openPlace();
  const email = site.addEmail({
    name: 'Review',
    subject: 'How was it, {customer_first_name}?',
    trigger: 'completed',
    interval: '3',
    duration: 'days',
    productId: '0',
    categoryId: '0',
  });
  site.orders.reached({ id: '23', email: 'ada@example.com' }, 'completed');
  await ledger.save(orderRef(23), orderState({ createdAt: Date.now() - DAY }), undefined);

  const inactive = site.addEmail({
    name: 'Autumn',
    trigger: 'completed',
    interval: '1',
    duration: 'days',
    status: 'inactive',
  });
  const dry = await run('', 'migrate', 'follow-up-emails');
  expect(dry).toMatchObject({ code: 0, complained: '' });
  expect(dry.printed).toContain(`e-mail ${String(email)}: becomes fue-${String(email)}`);
  expect(dry.printed).toContain(
    `e-mail ${String(inactive)}: becomes fue-${String(inactive)}; it is inactive there: what is queued of it still goes out`,
  );
  site.records.emails.delete(inactive);
  expect(dry.printed).toContain('Put these rules into bridge.config.ts and deploy');

  const made = await run('', 'migrate', 'follow-up-emails', '--templates');
  const followUps = made.printed.slice(made.printed.indexOf('followUps: ['));
  expect(followUps).toContain('template: 1');

  const listed = await run(followUps, 'follow-ups', '--why');
  expect(listed).toMatchObject({ code: 0, complained: '' });
  const preview = await run(followUps, 'follow-ups', '--order', '23');
  expect(preview.printed).toContain('{order_id}: 23');

  const early = await run(followUps, 'migrate', 'follow-up-emails', '--apply', '--receipt', receipt);
  expect(early).toMatchObject({ code: 1, complained: expect.stringContaining('Deploy these rules') });
  const rule = { id: `fue-${String(email)}`, on: { status: 'completed' }, send: { template: 1 } };
  await noteRules({ registers: ledger, policy: v.parse(Policy, { followUps: [rule] }), clock: Date });

  // It waits for six minutes by the machine's own clock, so that what was begun elsewhere is played here: an item that
  // was read as ours, by a run that died before it deleted it.
  const [item] = [...site.records.items.values()];
  const plannedAt = site.records.instant(item?.sendOn ?? '');
  const ours = { state: 'refused', at: plannedAt, reason: 'taken-over', plannedAt } as const;
  await ledger.markEffect(orderRef(23), `followup:fue-${String(email)}`, ours);
  const applied = await run(followUps, 'migrate', 'follow-up-emails', '--apply', '--receipt', receipt);

  expect(applied).toMatchObject({ code: 0, complained: '' });
  expect(site.records.items.size).toBe(0);
  expect(site.records.emails.get(email)?.status).toBe('archived');
  expect(await readFile(receipt, 'utf8')).toContain('"orderId":"23"');
  const effects = (await ledger.load([orderRef(23)])).get('order/demo/23')?.effects;
  expect(effects).toMatchObject({ [`followup:fue-${String(email)}`]: { reason: 'migrated', plannedAt } });
}, 120_000);
