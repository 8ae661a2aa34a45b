import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { createErase } from '../../../lib/pipeline/people/erase.ts';
import { cartBody } from '../../support/recorded-carts.ts';
import { keyOf } from '../../support/workshop.ts';
import { cartOf, letPass, order, segments, start } from './left-checkouts.ts';
import { ANNA, type Bench, HOUR, MINUTE, startBench } from './support.ts';

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

describe('a cart that is filled under one address and tried under another', () => {
  const CART = { body: { meta_data: [{ id: 1, key: '_mcb_cart_id', value: 'cart-1' }] } };
  const TYPO = 'ana@example.test';

  /** The companion tells of the cart as somebody has it now. */
  async function fill(bench: Bench, email = TYPO): Promise<void> {
    const now = new Date(bench.clock.now()).toISOString();
    const cart = { id: 'cart-1', email, created_at: now, updated_at: now };
    await bench.deliver('cart.updated', { ...cartBody('0025'), ...cart });
    await bench.sync();
  }

  /** Which cart or order somebody is reminded of. */
  async function held(bench: Bench, email: string): Promise<unknown> {
    if (bench.contacts(email).length === 0) return 'nothing';
    const { data, url } = cartOf(bench, email);
    const isThere = (await segments(bench, email)).length + bench.contact(email).tags.length > 0;
    if (!data) return isThere || url !== null ? 'left behind' : 'nothing';
    return isThere ? data['cart_id'] : 'taken back by half';
  }

  async function both(bench: Bench): Promise<readonly unknown[]> {
    return [await held(bench, TYPO), await held(bench, ANNA)];
  }

  it('is left at the newest address alone, whether the try is heard of before or after the cart counts', async () => {
    for (const wait of [20 * MINUTE, 2 * HOUR]) {
      const bench = await start();
      await fill(bench);
      await letPass(bench, wait);
      const before = await held(bench, TYPO);

      await order(bench, { id: 1, ...CART });
      await letPass(bench, 2 * HOUR);

      expect([before, await both(bench)]).toEqual([wait > HOUR ? 'cart-1' : 'nothing', ['nothing', '1']]);
    }
  });

  it('is taken back from the first address at once, without the sweep', async () => {
    const bench = await start();
    await fill(bench);
    await letPass(bench, 2 * HOUR);
    expect(await held(bench, TYPO)).toBe('cart-1');

    await order(bench, { id: 1, ...CART });

    expect(await held(bench, TYPO)).toBe('nothing');
  });

  it('is so when the cart is heard of after the try', async () => {
    const bench = await start();
    const filled = bench.clock.now();
    bench.forward(5 * MINUTE);
    await order(bench, { id: 1, ...CART });
    const at = new Date(filled).toISOString();
    const cart = { id: 'cart-1', email: TYPO, created_at: at, updated_at: at };
    await bench.deliver('cart.updated', { ...cartBody('0025'), ...cart });
    await bench.sync();

    await letPass(bench, 2 * HOUR);

    expect(await both(bench)).toEqual(['nothing', '1']);
  });

  it('is back with the first one when it is touched or tried under that again', async () => {
    for (const again of ['cart-1', '2']) {
      const bench = await start();
      await fill(bench);
      await letPass(bench, 5 * MINUTE);
      await order(bench, { id: 1, ...CART });
      await letPass(bench, 5 * MINUTE);

      await (again === '2' ? order(bench, { id: 2, email: TYPO, ...CART }) : fill(bench));
      await letPass(bench, 2 * HOUR);

      expect(await both(bench)).toEqual([again, 'nothing']);
    }
  });

  it('is left at the newest of several tries, though nobody ever told of the cart', async () => {
    const bench = await start();
    await order(bench, { id: 1, email: TYPO, ...CART });
    await letPass(bench, 5 * MINUTE);
    await order(bench, { id: 2, ...CART });

    await letPass(bench, 2 * HOUR);

    expect(await both(bench)).toEqual(['nothing', '2']);
  });

  it('is left where its order was moved to, when whoever failed goes on with the same one', async () => {
    const bench = await start();
    const createdAt = bench.clock.now();
    await order(bench, { id: 1, email: TYPO, status: 'failed', createdAt, ...CART });
    await letPass(bench, 5 * MINUTE);
    await order(bench, { id: 1, status: 'failed', createdAt, ...CART });

    await letPass(bench, 2 * HOUR);

    expect(await both(bench)).toEqual(['nothing', '1']);
  });

  it('is left at neither when whoever tried it last is erased', async () => {
    const bench = await start();
    await fill(bench);
    await letPass(bench, 5 * MINUTE);
    await order(bench, { id: 1, ...CART });
    bench.forward(MINUTE);

    await createErase(bench.sweepParts).mark(keyOf(ANNA));
    await letPass(bench, 3 * HOUR);

    expect(await both(bench)).toEqual(['nothing', 'nothing']);
  });

  it('costs a policy without carts nothing: a second try writes its order alone', async () => {
    const bench = await startBench({ policy: v.parse(Policy, { tags: [] }) });
    await order(bench, { id: 1, ...CART });
    const saved = () => bench.ledgerCalls.get('save') ?? 0;
    const before = saved();

    await order(bench, { id: 2, createdAt: bench.clock.now() + HOUR, ...CART });

    expect(saved() - before).toBe(1);
  });

  it('is left at the address of the order that its draft became', async () => {
    const bench = await start();
    const createdAt = bench.clock.now();
    const body = { version: '10.7.2', created_via: 'store-api' };
    await order(bench, { status: 'checkout-draft', email: TYPO, createdAt, body });
    bench.forward(5 * MINUTE);
    await order(bench, { status: 'failed', createdAt, body });

    await letPass(bench, 2 * HOUR);

    expect(await both(bench)).toEqual(['nothing', '1']);
  });
});
