import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { fieldCase, signed } from '../support/field-cases.ts';
import { comparable, wanted } from '../support/held.ts';
import { expectedContacts } from '../support/oracle.ts';
import {
  deliver,
  emptyFolder,
  heldContacts,
  type Running,
  startBridgeProcess,
  untilIdle,
} from '../support/process.ts';
import { recordedDelivery } from '../support/woocommerce.ts';

const CASES = [
  'suborders-of-a-marketplace',
  'own-status-after-completed',
  'percent-encoded-slugs',
  'card-testing',
  'wholesale-role',
  'language-in-the-source-header',
  'webhook-of-the-legacy-api',
];

describe('npm start -- --no-demo', () => {
  let folder: string;
  let bridge: Running | undefined;

  afterEach(async () => {
    await bridge?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('brings what odd shops send to the contacts that follow from it, and says what nobody can use', async () => {
    folder = await emptyFolder();
    bridge = await startBridgeProcess(folder, { STORE_URL: 'http://127.0.0.1:8070' });
    const said: string[] = [];
    for (const stream of [bridge.child.stdout, bridge.child.stderr])
      stream?.on('data', (text: Buffer) => said.push(text.toString()));
    const deliveries = CASES.flatMap((name) => fieldCase(name).deliveries);

    for (const delivery of deliveries) {
      const sent = { ...recordedDelivery('0057'), ...signed(delivery) };
      expect(await deliver(bridge.url, sent)).toBe(200);
    }
    await untilIdle(bridge.url);

    const usable = deliveries.filter(({ body }) => 'id' in body);
    const expected = expectedContacts(
      usable.map(({ topic, body }, index) => ({
        topic,
        webhookId: '2',
        deliveryId: String(index),
        body: JSON.stringify(body),
      })),
    );
    const right = [...expected].filter(([, { presence }]) => presence === 'must');
    const held = await heldContacts(bridge.mauticUrl);
    expect(Object.fromEntries(held.map((one) => [one.email, comparable(one)]))).toEqual(
      Object.fromEntries(right.map(([email, contact]) => [email, wanted(contact)])),
    );
    expect(
      Object.fromEntries(held.map(({ email, fields }) => [email, fields['mautic_woo_total_spent']])),
    ).toEqual({
      'ira@example.test': 10,
      'lena@example.test': 10,
      'mia@example.test': 180,
    });
    expect(said.join('')).toContain('set it to WP REST API Integration v3');
  }, 60_000);
});
