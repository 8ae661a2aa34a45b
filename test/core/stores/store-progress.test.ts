import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { Ref } from '../../../lib/core/ledger/snapshot.ts';
import { readUnfinished, refsIn, unfinishedOf } from '../../../lib/core/stores/store-progress.ts';

const REFS: readonly Ref[] = (['order', 'customer', 'product', 'cart', 'subscription'] as const).map(
  (kind) => ({ kind, store: 'demo', id: '7' }),
);

/** As the version before read it, which knew neither carts nor subscriptions. */
const Before = v.object({
  refs: v.array(
    v.object({ kind: v.picklist(['order', 'customer', 'product']), store: v.string(), id: v.string() }),
  ),
});

it('what was being folded is read as it was written, whatever it is', () => {
  const read = readUnfinished(JSON.stringify(unfinishedOf(REFS)));

  expect(read && refsIn(read)).toEqual(REFS);
});

it('what was being folded is read by the version before as far as it knows it', () => {
  const text: unknown = JSON.parse(JSON.stringify(unfinishedOf(REFS)));

  expect(v.parse(Before, text).refs.map(({ kind }) => kind)).toEqual(['order', 'customer', 'product']);
});
