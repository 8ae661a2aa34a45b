import { describe, expect, it } from 'vitest';
import { differencesOf } from '../../../lib/core/contact/difference.ts';

const OWN = new Set(['mautic_woo_total_spent']);
const desired = (fields: Record<string, string | null>, tags: readonly string[] = []) => ({ fields, tags });

describe('what a first write would change', () => {
  it('is every field of a contact that Mautic does not have', () => {
    expect(
      differencesOf(desired({ city: 'Bonn', phone: null }, ['status:completed']), undefined, OWN),
    ).toEqual([
      { field: 'city', before: null, after: 'Bonn' },
      { field: 'tags', before: null, after: '+ status:completed' },
    ]);
  });

  it('is what Mautic holds otherwise, in whatever form it shows numbers', () => {
    const held = { fields: { city: 'Köln', mautic_woo_total_spent: 30, zipcode: '01067' }, tags: ['VIP'] };

    expect(
      differencesOf(
        desired({ city: 'Bonn', mautic_woo_total_spent: '30.00', zipcode: '01067' }, ['vip', 'sku:tea']),
        held,
        OWN,
      ),
    ).toEqual([
      { field: 'city', before: 'Köln', after: 'Bonn' },
      { field: 'tags', before: 'VIP', after: '+ sku:tea' },
    ]);
  });

  it('blanks nothing that a person may have typed, but the fields of the bridge', () => {
    const held = { fields: { phone: '0123', mautic_woo_total_spent: 999 }, tags: [] };

    expect(differencesOf(desired({ phone: null, mautic_woo_total_spent: null }), held, OWN)).toEqual([
      { field: 'mautic_woo_total_spent', before: '999', after: null },
    ]);
  });

  it('is nothing where zero and nothing meet', () => {
    const held = { fields: { mautic_woo_total_spent: 0, city: '' }, tags: [] };

    expect(differencesOf(desired({ mautic_woo_total_spent: null, city: null }), held, OWN)).toEqual([]);
  });
});
