import { describe, expect, it } from 'vitest';
import { createErase } from '../../../lib/pipeline/erase.ts';
import { cartBody } from '../../support/recorded-carts.ts';
import { keyOf } from '../../support/workshop.ts';
import { cartOf, letPass, order, segments, start } from './left-checkouts.ts';
import { ANNA, type Bench, HOUR, MINUTE } from './support.ts';

describe('the same cart, tried under a mistyped address and bought under the right one', () => {
  const CART = { body: { meta_data: [{ id: 1, key: '_mcb_cart_id', value: 'cart-1' }] } };
  const TYPO = 'ana@example.test';

  it.each([
    ['before it counts as abandoned', 20 * MINUTE],
    ['after that', 2 * HOUR],
  ])('leaves nothing to the mistyped one, bought %s', async (_when, wait) => {
    const bench = await start();
    await order(bench, { id: 1, email: TYPO, ...CART });
    await letPass(bench, wait);

    await order(bench, { id: 2, status: 'processing', ...CART });
    await letPass(bench, 3 * HOUR);

    const left = bench.contacts(TYPO).length === 0 ? [] : await segments(bench, TYPO);
    expect(left).toEqual([]);
    expect(
      bench.contacts(TYPO).map(({ fields }) => fields['mautic_woo_cart_data'] ?? null),
    ).not.toContainEqual(expect.any(String));
  });
});

describe('the same cart, tried under a mistyped address that was corrected in the cart', () => {
  const CART = { body: { meta_data: [{ id: 1, key: '_mcb_cart_id', value: 'cart-1' }] } };
  const TYPO = 'ana@example.test';

  /** The companion tells of the right address. */
  async function correct(bench: Bench): Promise<void> {
    const now = new Date(bench.clock.now()).toISOString();
    const cart = { id: 'cart-1', email: ANNA, previous_email: TYPO, created_at: now, updated_at: now };
    await bench.deliver('cart.updated', { ...cartBody('0025'), ...cart });
    await bench.sync();
  }

  async function held(bench: Bench, email: string): Promise<unknown> {
    if (bench.contacts(email).length === 0) return 'no contact';
    return { segments: await segments(bench, email), data: cartOf(bench, email).data?.['cart_id'] };
  }

  it.each([
    ['before it counts as abandoned', 20 * MINUTE, 'no contact'],
    ['after that', 2 * HOUR, { segments: [], data: undefined }],
  ])('leaves nothing to the mistyped one, corrected %s', async (_when, wait, nothing) => {
    const bench = await start();
    await order(bench, { id: 1, email: TYPO, ...CART });
    await letPass(bench, wait);

    await correct(bench);
    await letPass(bench, 3 * HOUR);

    expect(await held(bench, TYPO)).toEqual(nothing);
    expect(await held(bench, ANNA)).toEqual({ segments: [1], data: 'cart-1' });
  });

  it('leaves nothing to it either when whoever corrected it is erased', async () => {
    const bench = await start();
    await order(bench, { id: 1, email: TYPO, ...CART });
    await correct(bench);
    bench.forward(MINUTE);

    await createErase(bench.sweepParts).mark(keyOf(ANNA));
    await letPass(bench, 3 * HOUR);

    expect([await held(bench, ANNA), await held(bench, TYPO)]).toEqual(['no contact', 'no contact']);
  });
});
