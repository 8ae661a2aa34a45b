import { describe, expect, it } from 'vitest';
import { defineBridge } from '../../../lib/core/policy/configuration/bridge-config.ts';
import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';

const ORDERS = { object: 'orders', unique: 'orderkey', attributes: { total: 'totalMinor' } } as const;

function withObjects(customObjects: unknown) {
  const stores = [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }] as const;
  const policy = { customObjects } as Parameters<typeof defineBridge>[0]['policy'];
  return () => defineBridge({ stores: [...stores], mautic: { url: 'https://mautic.example' }, policy });
}

describe('policy.customObjects', () => {
  it('is absent by default, so that the hash of a policy without it stays what it was', () => {
    expect(Object.keys(DEFAULT_POLICY)).not.toContain('customObjects');
  });

  it('names objects by alias or id', () => {
    const lines = { object: 2, unique: 'linekey', attributes: { sku: 'sku' } };

    expect(
      withObjects({ orders: ORDERS, lines }).call(undefined)['production']?.policy.customObjects,
    ).toEqual({ orders: ORDERS, lines });
  });

  it.each([
    [{ orders: { ...ORDERS, unique: 'order_key' } }, 'it makes "order_number" to "ordernumber"'],
    [{ orders: { ...ORDERS, attributes: { order_total: 'total' } } }, 'letters, digits and hyphens'],
    [{ orders: { ...ORDERS, attributes: { colour: 'colour' } } }, 'must be one of number, status'],
    [{ orders: { ...ORDERS, attributes: { orderkey: 'number' } } }, 'must not name the unique field'],
    [{ orders: { object: 'orders', attributes: {} } }, 'policy.customObjects.orders.unique'],
    [{}, 'must name orders, lines or both'],
    [{ orders: ORDERS, lines: { object: 'orders', unique: 'k', attributes: {} } }, 'must be two objects'],
  ])('%j is refused', (customObjects, complaint) => {
    expect(withObjects(customObjects)).toThrow(complaint);
  });
});
