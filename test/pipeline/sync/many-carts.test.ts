import * as v from 'valibot';
import { expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { cartBody } from '../../support/recorded-carts.ts';
import { type Bench, HOUR, startBench } from './support.ts';

const ZOE = 'zoe.mu@example.test';
const POLICY = v.parse(Policy, { tags: [], carts: { consent: 'not-required' } });

/** A cart of its own, touched now. */
async function fill(bench: Bench, id: string): Promise<void> {
  const updated_at = new Date(bench.clock.now()).toISOString().replace(/\.\d+Z/, 'Z');
  await bench.deliver('cart.updated', { ...cartBody('0025'), id, email: ZOE, updated_at });
}

it('of many carts of one contact the twenty newest touched are read, and the newest of them counts', async () => {
  const bench = await startBench({ policy: POLICY });
  const ids = Array.from({ length: 25 }, (_, index) => `cart-${String(index).padStart(2, '0')}`);
  for (const id of ids) await fill(bench, id);
  // What was touched last need not be what was filled last.
  await fill(bench, 'cart-03');
  await bench.sync();
  const read: string[] = [];
  bench.disturb((method, subject) => {
    if (method !== 'load' || !Array.isArray(subject)) return;
    const refs = v.parse(v.array(v.object({ kind: v.string(), id: v.string() })), subject);
    read.push(...refs.filter(({ kind }) => kind === 'cart').map(({ id }) => id));
  });

  bench.forward(HOUR);
  await bench.sweep();

  expect([...new Set(read)].sort()).toEqual(['cart-03', ...ids.slice(6)].sort());
  expect(read).toHaveLength(20);
  expect(bench.contact(ZOE).fields['mautic_woo_cart_data']).toContain('"cart_id":"cart-03"');
});
