import { describe, expect, test } from 'vitest';
import { fieldCase, play } from '../support/field-cases.ts';
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
