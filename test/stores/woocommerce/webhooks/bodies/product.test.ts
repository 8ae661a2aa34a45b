import { describe, expect, test } from 'vitest';
import { apartFromReceipt, recordedSnapshot, snapshotIn } from '../../../../support/translation.ts';
import { bodyOf } from '../../../../support/woocommerce.ts';

const recordedProduct = (number: string) => recordedSnapshot('product', number);

function changed(fields: Readonly<Record<string, unknown>>) {
  return snapshotIn('product', 'product.updated', { ...bodyOf('0019'), ...fields });
}

test('translates a product, its categories as slugs (recording 0019)', () => {
  expect(recordedProduct('0019')).toMatchObject({
    ref: { kind: 'product', store: 'demo', id: '12' },
    data: { name: 'Thé vert Sencha 緑茶', sku: 'TEA-SENCHA', categories: ['the-cafe'] },
  });
});

test('a variation is told under its own id, without categories of its own (recording 0027)', () => {
  expect(bodyOf('0027')).toMatchObject({ type: 'variation', parent_id: 15 });
  expect(recordedProduct('0027')).toMatchObject({
    ref: { id: '16' },
    data: { name: 'T-shirt - M, Rouge', sku: 'TSHIRT-M-RED', categories: [] },
  });
});

test('need not have a SKU (recording 0023)', () => {
  expect(recordedProduct('0023').data).toMatchObject({ name: 'Mug sans référence', sku: '' });
});

test('publishing, updating and restoring say the same (recordings 0190 to 0192)', () => {
  const versions = ['0190', '0191', '0192'].map((number) =>
    apartFromReceipt(recordedProduct(number).version),
  );
  expect(new Set(versions).size).toBe(1);
});

test('what is no part of the data makes no other version (recordings 0128 and 0131: stock)', () => {
  expect(bodyOf('0128').stock_quantity).not.toBe(bodyOf('0131').stock_quantity);
  expect(apartFromReceipt(recordedProduct('0128').version)).toBe(
    apartFromReceipt(recordedProduct('0131').version),
  );
});

test.each([
  [{ date_modified_gmt: null, date_modified: '2026-11-22T00:00:01' }, Date.UTC(2026, 10, 22, 0, 0, 1) / 1000],
  [{ date_modified_gmt: null, date_modified: null }, Date.UTC(2026, 10, 21, 23, 5, 58)],
])(
  'the time of change falls back from UTC to shop time, which loses to any in UTC, to creation: %j',
  (dates, expected) => {
    expect(Number(changed(dates).version.split('.')[0])).toBe(expected);
  },
);

describe('a strange field costs that field only', () => {
  test.each([null, 'x', 7, {}, ['x', null, { slug: '' }, { slug: 5 }]])('categories %j', (categories) => {
    expect(changed({ categories }).data).toMatchObject({ sku: 'TEA-SENCHA' });
  });

  test.each([null, [], {}, true])('name and SKU %j', (value) => {
    expect(changed({ name: value, sku: value }).data).toEqual({
      name: '',
      sku: '',
      categories: ['the-cafe'],
    });
  });

  test('no dates', () => {
    const dates = { date_modified_gmt: null, date_modified: null, date_created_gmt: null };
    expect(changed(dates).version).toMatch(/^0{15}\./);
  });
});
