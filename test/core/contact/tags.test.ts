import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../lib/core/contact/facts/facts.ts';
import { MOST_TAGS, tagsOf } from '../../../lib/core/contact/tags.ts';
import type { OrderData } from '../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';
import { orderLine, orderRef, orderState } from '../../contracts/samples.ts';

const POLICY = { ...DEFAULT_POLICY, tags: ['{sku}', 'category:{slug}', 'customer', 'status:{status}'] };
const LEDGER_ITEM_BYTES = 400 * 1024;

/** Orders numbered from 1, one created after the other. */
function entries(...changes: readonly Partial<OrderData>[]) {
  return changes.map((change, index) => ({
    ref: orderRef(index + 1),
    state: orderState({ createdAt: 1000 * (index + 1), ...change }),
  }));
}

function tags(own: ReturnType<typeof entries>) {
  const facts = factsOf(own, new Map());
  return tagsOf(facts, facts.orders, POLICY);
}

/** An order of so many articles. */
function bought(count: number, prefix: string): Partial<OrderData> {
  return {
    lines: Array.from({ length: count }, (_, index) => orderLine({ sku: `${prefix}-${String(index)}` })),
  };
}

describe('the tags of a contact', () => {
  test('are all there up to five hundred', () => {
    const most = tags(entries(bought(MOST_TAGS - 2, 'a')));

    expect(most.tags).toHaveLength(MOST_TAGS);
    expect(most.tagsLeftOut).toBe(false);
  });

  test('beyond five hundred are those that the newest orders and the status give', () => {
    const { tags: kept, tagsLeftOut } = tags(entries(bought(300, 'old'), bought(300, 'new')));

    expect(tagsLeftOut).toBe(true);
    expect(kept).toHaveLength(MOST_TAGS);
    expect(kept).toEqual(kept.toSorted());
    expect(kept).toEqual(expect.arrayContaining(['status:processing', 'customer', 'new-299', 'old-197']));
    expect(kept).not.toContain('old-198');
  });

  test('are the same in whatever order the orders were read', () => {
    const own = entries(...['a', 'b', 'c'].map((name) => bought(300, name)));

    expect(tags(own.toReversed())).toEqual(tags(own));
  });

  test('fit into the ledger together with those they replace, in any script', () => {
    const long = (name: string) => bought(MOST_TAGS, `${name}${'𠮷'.repeat(180)}`);
    const [before, after] = [tags(entries(long('a'))), tags(entries(long('b')))];

    const bytes = Buffer.byteLength(JSON.stringify([...before.tags, ...after.tags]));
    expect(bytes).toBeLessThan(LEDGER_ITEM_BYTES - 100_000);
    expect([before.tagsLeftOut, after.tagsLeftOut]).toEqual([true, true]);
  });

  test('are in lower case, also where a capital is written as an entity', () => {
    expect(tags(entries({ lines: [orderLine({ sku: '&#65;&amp;#66;-İ' })] })).tags).toContain('ab-i̇');
  });
});

describe('what a tag may hold', () => {
  const own = entries(
    { coupons: ['TEN'], currency: 'USD', lines: [orderLine({ name: 'Old mug', productId: '3' })] },
    {
      coupons: ['tea'],
      status: 'completed',
      lines: [
        orderLine({ name: 'Red mug', productId: '11', attributes: { colour: 'Red', constructor: 'x' } }),
        orderLine({ name: 'Gone mug', productId: '0' }),
      ],
    },
  );

  test.each([
    ['bought:{product}', ['bought:gone mug', 'bought:old mug', 'bought:red mug']],
    ['product-{product_id}', ['product-11', 'product-3']],
    ['coupon:{coupon}', ['coupon:tea', 'coupon:ten']],
    ['currency:{currency}', ['currency:eur']],
    ['from-{country}', ['from-gb']],
    ['colour:{attribute.colour}', ['colour:red']],
    ['size:{attribute.size}', []],
    ['odd:{attribute.toString}', []],
    ['woocommerce', ['woocommerce']],
  ])('%s', (template, expected) => {
    const facts = factsOf(own, new Map());

    expect(tagsOf(facts, facts.orders, { ...POLICY, tags: [template] }).tags).toEqual(expected);
  });
});
