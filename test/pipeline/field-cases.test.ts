import { describe, expect, test } from 'vitest';
import { arrivals, type FieldDelivery, fieldCase, play, playInto } from '../support/field-cases.ts';
import { keyOf } from '../support/workshop.ts';

describe('a shop behind a multilingual plugin', () => {
  test('is known by its host and the beginning of its path', async () => {
    const { deliveries, env } = fieldCase('language-in-the-source-header');

    const shop = await play(deliveries, { storeUrl: env?.STORE_URL });

    expect(shop.contact('lena@example.test').fields).toMatchObject({ firstname: 'Lena', country: 'Germany' });
  });
});

describe('slugs of another script, which WordPress keeps percent-encoded', () => {
  const { deliveries } = fieldCase('percent-encoded-slugs');

  test('are tags that people can read; a broken escape stays as it is', async () => {
    const shop = await play(deliveries);

    expect(shop.contact('ira@example.test').tags).toEqual([
      'category:книги',
      'category:учебники-для-начальной-школы-и-детско%',
      'sku:atlas',
      'sku:bukvar',
      'status:processing',
    ]);
  });

  test('replace the spelling that an earlier version gave to a contact', async () => {
    const shop = await play(deliveries);
    const row = shop.mautic.byEmail('ira@example.test');
    const { written } = await shop.ledger.dossier(keyOf('ira@example.test'));
    const before = ['category:%d0%ba%d0%bd%d0%b8%d0%b3%d0%b8', 'status:processing'];
    await shop.ledger.saveWritten(keyOf('ira@example.test'), { ...written, tags: before });
    row?.tags.clear();
    for (const tag of [...before, 'by hand']) row?.tags.add(tag);

    await shop.ledger.wantLater(keyOf('ira@example.test'), shop.clock.now());
    await shop.settle();

    expect(shop.contact('ira@example.test').tags).toEqual([
      'by hand',
      'category:книги',
      'category:учебники-для-начальной-школы-и-детско%',
      'sku:atlas',
      'sku:bukvar',
      'status:processing',
    ]);
  });
});

describe('a webhook that still has the legacy API version', () => {
  test('is said to have it, and an owner who may not read is said to be one', async () => {
    const shop = await play(fieldCase('webhook-of-the-legacy-api').deliveries);

    const fields = { topic: 'order.created', webhookId: '2' };
    expect(shop.lines.filter(({ level }) => level !== 'info')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('set it to WP REST API Integration v3'), fields },
      { level: 'error', message: expect.stringContaining('give the webhook to another user') },
    ]);
    expect(shop.mautic.rows.size).toBe(0);
  });
});

describe('a plugin that moves a paid order to a status of its own', () => {
  const { deliveries } = fieldCase('own-status-after-completed');
  const counted = { mautic_woo_total_spent: 80, mautic_woo_order_count: '1' };

  test('takes nothing away of what was spent and bought', async () => {
    for (const arrival of arrivals(deliveries)) {
      const shop = await play(arrival);

      expect(shop.contact('mia@example.test')).toMatchObject({
        fields: counted,
        tags: ['sku:honey', 'status:delivered'],
      });
    }
  });

  test('takes it away where the order is not paid, unless the policy names the status', async () => {
    const unpaid = deliveries.map(({ body, ...rest }) => ({
      ...rest,
      body: { ...body, date_paid_gmt: null },
    }));

    const shop = await play(unpaid);
    const named = await play(unpaid, { policy: { countedStatuses: ['completed', 'delivered'] } });

    expect(shop.contact('mia@example.test').tags).toEqual(['status:delivered']);
    expect(named.contact('mia@example.test').fields).toMatchObject(counted);
  });
});

describe('bots that try cards', () => {
  const { deliveries } = fieldCase('card-testing');
  const [failed, pending] = deliveries;
  const later = (status: string, change: object = {}): FieldDelivery => ({
    topic: 'order.updated',
    source: '',
    body: { ...failed?.body, status, date_modified_gmt: '2026-11-26T10:05:00', ...change },
  });

  test('make no contact and cost Mautic no call', async () => {
    const shop = await play([...deliveries, later('cancelled')]);

    expect([shop.mautic.rows.size, shop.mautic.calls]).toEqual([0, 0]);
    expect(shop.profile('bot2@example.test').work).toBeUndefined();
  });

  test('turn out to be buyers whose card failed once: their order counts, whatever comes first', async () => {
    for (const arrival of arrivals([...deliveries, later('processing')])) {
      const shop = await play(arrival, { policy: { notes: ['failed', 'processing'], since: 0 } });

      expect([...shop.mautic.rows.values()].map(({ email }) => email)).toEqual(['bot1@example.test']);
      expect(shop.contact('bot1@example.test')).toMatchObject({
        fields: { mautic_woo_total_spent: 10, mautic_woo_order_count: '1' },
        tags: ['status:processing'],
      });
      expect(shop.mautic.notes).toHaveLength(2);
    }
  });

  test('change nothing of the rule that a contact is kept right, also one that an earlier version made', async () => {
    const shop = await play([pending as FieldDelivery]);
    await shop.mautic.create([
      { email: 'bot2@example.test', fields: { firstname: 'Xq' }, addTags: ['status:failed'], removeTags: [] },
    ]);
    const written = { fields: { firstname: '=Xq' }, tags: ['status:failed'], refused: {} };
    await shop.ledger.saveWritten(keyOf('bot2@example.test'), written);

    await shop.ledger.wantLater(keyOf('bot2@example.test'), shop.clock.now());
    await shop.settle();

    expect(shop.contact('bot2@example.test')).toMatchObject({
      fields: { firstname: 'Xq', country: 'United States' },
      tags: ['status:pending'],
    });
  });

  test('do not bring back a contact that a person deleted; a purchase does', async () => {
    const address = { billing: { email: 'bot1@example.test' } };
    const bought = later('processing', { id: 77, date_created_gmt: '2026-11-20T10:00:00' });
    const shop = await play([bought]);
    shop.mautic.rows.clear();
    const attempt = (id: number, status: string) =>
      later(status, { ...address, id, date_created_gmt: '2026-12-24T10:00:00' });

    await playInto(shop, [attempt(78, 'failed')]);
    await playInto(shop, [attempt(79, 'pending')]);
    expect(shop.mautic.rows.size).toBe(0);

    await playInto(shop, [attempt(80, 'on-hold')]);
    expect(shop.contact('bot1@example.test').tags).toEqual(['status:on-hold']);
  });
});
