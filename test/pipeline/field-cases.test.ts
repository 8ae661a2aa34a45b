import { describe, expect, test } from 'vitest';
import { arrivals, type FieldDelivery, fieldCase, play, playInto } from '../support/field-cases.ts';
import { keyOf, MINUTE, openWorkshop, type Workshop } from '../support/workshop.ts';

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

describe('a marketplace that makes an order for each vendor of what was bought', () => {
  const { deliveries } = fieldCase('suborders-of-a-marketplace');
  const [whole, honey, soap] = deliveries as [FieldDelivery, FieldDelivery, FieldDelivery];
  const policy = {
    notes: ['processing'],
    emails: { processing: { template: 7, transactional: true } },
    segments: [{ segment: 3, minOrders: 2 }],
    since: 0,
  };
  const changed = (delivery: FieldDelivery, change: object): FieldDelivery => ({
    ...delivery,
    topic: 'order.updated',
    body: { ...delivery.body, date_modified_gmt: '2026-11-26T10:05:00', ...change },
  });
  const ofBen = (delivery: FieldDelivery) => changed(delivery, { billing: { email: 'ben@example.test' } });
  const done = ({ mautic }: Workshop) => [
    ...mautic.notes.map(({ text }) => `note ${/\[demo\/(\d+)/.exec(text)?.[1] ?? ''}`),
    ...mautic.sent.map(({ order }) => `e-mail ${order}`),
  ];

  test('has sold once: one order, one note, one e-mail, whatever comes first and however often', async () => {
    for (const arrival of arrivals(deliveries)) {
      const shop = await play([...arrival, ...arrival], { policy });

      const { fields, tags } = shop.contact('mia@example.test');
      expect(fields).toMatchObject({ mautic_woo_total_spent: 100, mautic_woo_order_count: '1' });
      expect(JSON.parse(String(fields['mautic_woo_order_data']))).toMatchObject({ order_id: '600' });
      expect(tags).toEqual(['sku:honey', 'sku:soap', 'status:processing']);
      expect(done(shop)).toEqual(['note 600', 'e-mail 600']);
      expect(shop.mautic.membersOf(3).size).toBe(0);
    }
  });

  test('tells nothing of its vendors’ orders when the order they were made of is gone', async () => {
    const shop = await play([...deliveries, changed(whole, { status: 'trash' })], { policy });

    expect(done(shop)).toEqual(['note 600', 'e-mail 600']);
    expect(shop.contact('mia@example.test').fields).toMatchObject({
      mautic_woo_total_spent: 100,
      mautic_woo_order_count: '2',
    });
  });

  test('sells to each of two buyers what is theirs, whatever comes first', async () => {
    for (const arrival of arrivals([whole, honey, ofBen(soap)])) {
      const shop = await play(arrival, { policy, atOnce: true });

      expect(shop.contact('ben@example.test').fields).toMatchObject({
        mautic_woo_total_spent: 40,
        mautic_woo_order_count: '1',
      });
      expect(shop.contact('mia@example.test').fields).toMatchObject({ mautic_woo_order_count: '1' });
      expect(done(shop).sort()).toEqual(['e-mail 600', 'e-mail 602', 'note 600', 'note 602']);
    }
  });

  test('tells a buyer nothing more of what was bought when that order becomes another buyer’s', async () => {
    const shop = await play([...deliveries, ofBen(whole)], { policy });

    expect(done(shop)).toEqual(['note 600', 'e-mail 600']);
    expect(shop.contact('ben@example.test').fields).toMatchObject({ mautic_woo_order_count: '1' });
    expect(shop.contact('mia@example.test').fields).toMatchObject({
      mautic_woo_total_spent: 100,
      mautic_woo_order_count: '2',
    });
  });

  test('is looked at again for an order whose parent nobody knows, once and for no longer', async () => {
    const shop = await play([], { policy });
    await shop.deliver('demo', honey.topic, honey.body);
    await shop.sync();
    const { due, work } = shop.profile('mia@example.test');
    expect([work, (due ?? 0) - shop.clock.now()]).toEqual(['live', expect.closeTo(20 * MINUTE, -5)]);

    await shop.settle();

    expect(shop.profile('mia@example.test').work).toBeUndefined();
    expect(done(shop)).toEqual([]);
    expect(shop.contact('mia@example.test').fields).toMatchObject({ mautic_woo_order_count: '1' });
  });

  test('costs a shop whose orders name no parents nothing, nor one without notes and e-mails', async () => {
    const loads: string[] = [];
    const watching = (shop: Workshop) => {
      const ledger = { ...shop.ledger };
      shop.ledger.load = (refs) => {
        loads.push(...refs.map(({ id }) => id));
        return ledger.load(refs);
      };
      return shop;
    };

    await playInto(watching(openWorkshop(policy)), [changed(honey, { parent_id: 0 })]);
    await playInto(watching(openWorkshop()), [honey]);

    expect(loads).not.toContain('600');
  });

  test('that split an order up is added up once', async () => {
    const rest = changed(whole, { total: '60.00', line_items: honey.body['line_items'] });
    for (const arrival of arrivals([whole, soap, rest])) {
      const shop = await play(arrival, { policy });

      expect(shop.contact('mia@example.test')).toMatchObject({
        fields: { mautic_woo_total_spent: 100, mautic_woo_order_count: '1' },
        tags: ['sku:honey', 'sku:soap', 'status:processing'],
      });
      expect(done(shop)).toEqual(['note 600', 'e-mail 600']);
    }
  });

  test.each([
    ['was made for it', { created_via: 'subscription' }],
    ['renews it', { meta_data: [{ id: 1, key: '_subscription_renewal', value: '77' }] }],
    ['takes it up again', { meta_data: [{ id: 1, key: '_subscription_resubscribe', value: '77' }] }],
  ])(
    'is no subscription: an order that %s counts, though it names the first as its parent',
    async (_how, change) => {
      const shop = await play([whole, changed(honey, { created_via: 'checkout', ...change })], { policy });

      expect(shop.contact('mia@example.test').fields).toMatchObject({
        mautic_woo_total_spent: 160,
        mautic_woo_order_count: '2',
      });
      expect(done(shop).sort()).toEqual(['e-mail 600', 'e-mail 601', 'note 600', 'note 601']);
    },
  );
});

describe('a shop whose customers have a role of their own', () => {
  const { deliveries } = fieldCase('wholesale-role');
  const leftOut = (shop: Workshop) =>
    shop.lines.filter(({ message }) => message.startsWith('Customer records'));

  test('is told that they make no contacts', async () => {
    const shop = await play(deliveries);

    expect(shop.mautic.rows.size).toBe(0);
    expect(leftOut(shop)).toMatchObject([
      { level: 'warn', fields: { store: 'demo', role: 'wholesale_customer' } },
    ]);
  });

  test.each([[['customer', 'wholesale_customer']], [['*']]])(
    'has them as contacts under %j',
    async (customerRoles) => {
      const shop = await play(deliveries, { policy: { customerRoles } });

      expect(shop.contact('bea@example.test').fields).toMatchObject({ firstname: 'Bea', city: 'Ulm' });
      expect(leftOut(shop)).toEqual([]);
    },
  );

  test('has them once the policy names their role, and their values no longer when it does not', async () => {
    const shop = await play(deliveries);

    shop.deploy({ customerRoles: ['wholesale_customer'] });
    await shop.ledger.wantLater(keyOf('bea@example.test'), shop.clock.now());
    await shop.settle();
    expect(shop.contact('bea@example.test').fields).toMatchObject({ firstname: 'Bea' });

    shop.deploy({});
    await shop.ledger.wantLater(keyOf('bea@example.test'), shop.clock.now());
    await shop.settle();
    expect(shop.contact('bea@example.test').fields).toMatchObject({ firstname: null, city: null });
  });
});
