import { describe, expect, test } from 'vitest';
import { normaliseEmail } from '../../../../lib/core/ledger/email.ts';
import { fold, type OrderState } from '../../../../lib/core/ledger/fold/order.ts';
import { isDisputed, remembering } from '../../../../lib/core/ledger/fold/order-reading.ts';
import type { OrderLine, Snapshot } from '../../../../lib/core/ledger/snapshot.ts';
import { version } from '../../../../lib/core/ledger/version.ts';
import { orderLine, orderState } from '../../../contracts/samples.ts';

interface Seen {
  readonly modifiedAt?: number;
  readonly readAt?: number;
  readonly lines?: readonly OrderLine[];
  readonly total?: string;
  readonly email?: string;
}

const { data: SAMPLE } = orderState();

function seen({ modifiedAt = 1000, readAt, email = 'ada@example.test', ...fields }: Seen) {
  if (!SAMPLE) throw new Error('the sample has no data');
  const data = { ...SAMPLE, modifiedAt, ...fields };
  const address = normaliseEmail(email);
  const settled = readAt === undefined ? {} : { readAt };
  const content = { data, address };
  return {
    type: 'order',
    ref: { kind: 'order', store: 'demo', id: '1' },
    version: version({ modifiedAt, ...settled, schema: 1, rank: [], receivedAt: 0, content }),
    address,
    data,
  } as const satisfies Snapshot;
}

function known(...snapshots: readonly Snapshot[]): OrderState {
  const state = snapshots.reduce<ReturnType<typeof fold> | undefined>(fold, undefined);
  if (state?.type !== 'order') throw new Error('no order');
  return state;
}

const TEA = orderLine({ productId: '5', sku: 'TEA', name: 'Tea' });
const MUG = orderLine({ productId: '6', sku: 'MUG', name: 'Mug' });
const [NO_TEA, NO_MUG] = [erased(TEA), erased(MUG)];

function erased(line: OrderLine): OrderLine {
  return { ...line, productId: '0', sku: '' };
}

describe('a reading after a product was erased', () => {
  const lines = (...later: readonly OrderLine[]) =>
    remembering(seen({ readAt: 9000, lines: later }), known(seen({ readAt: 4000, lines: [TEA, MUG] }))).data
      .lines;

  test('keeps id and SKU of its line, and of no other', () => {
    expect(lines(NO_TEA, MUG)).toEqual([TEA, MUG]);
    expect(lines(NO_TEA, NO_MUG)).toEqual([TEA, MUG]);
    expect(lines(MUG, NO_TEA)).toEqual([MUG, TEA]);
  });

  test('keeps what else changed', () => {
    const more = { quantity: 3, total: '59.70' };

    expect(lines({ ...NO_TEA, ...more })).toEqual([{ ...TEA, ...more }]);
  });

  test('lets go of a SKU that a product has no more, which is still there', () => {
    expect(lines({ ...TEA, sku: '' }, MUG)).toEqual([{ ...TEA, sku: '' }, MUG]);
  });

  test('makes no product of a line that never had one', () => {
    const free = orderLine({ productId: '0', sku: '', name: 'Wrapping' });

    expect(lines(TEA, free)).toEqual([TEA, free]);
  });

  test('tells two lines of one name apart by what is still there', () => {
    const before = [TEA, { ...TEA, productId: '7', sku: 'TEA-BIG' }];
    const state = known(seen({ readAt: 4000, lines: before }));
    const later = seen({
      readAt: 9000,
      lines: [{ ...TEA, productId: '7', sku: 'TEA-BIG' }, NO_TEA],
    });

    expect(remembering(later, state).data.lines).toEqual(before.toReversed());
  });

  test('of another date knows nothing of what was before', () => {
    const later = seen({ modifiedAt: 2000, readAt: 9000, lines: [NO_TEA] });

    expect(remembering(later, known(seen({ readAt: 4000, lines: [TEA] })))).toBe(later);
  });
});

describe('a webhook after a reading', () => {
  const state = known(seen({ readAt: 4000, lines: [TEA] }));

  test.each<[string, Seen, boolean]>([
    ['says the same', { lines: [TEA] }, false],
    ['has another total', { lines: [TEA], total: '144.00' }, true],
    ['has another address', { lines: [TEA], email: 'right@example.test' }, true],
    ['has an unusable address', { lines: [TEA], email: '' }, true],
    ['comes from after the erasing of a product', { lines: [NO_TEA] }, false],
    ['has an older date', { modifiedAt: 500, total: '144.00' }, false],
    ['has a newer date', { modifiedAt: 2000, total: '144.00' }, false],
  ])('that %s is disputed: %j %s', (_what, said, disputed) => {
    expect(isDisputed(seen(said), state)).toBe(disputed);
  });

  test('disputes no other webhook: of those the later counts', () => {
    expect(isDisputed(seen({ total: '144.00' }), known(seen({})))).toBe(false);
  });

  test('disputes nothing where nothing is known', () => {
    expect(
      isDisputed(seen({}), known({ type: 'order-mark', ref: seen({}).ref, mark: 'deleted', by: '3/a' })),
    ).toBe(false);
  });

  test('disputes an order that had no usable address, if it has one', () => {
    const without = known(seen({ readAt: 4000, email: '' }));

    expect(isDisputed(seen({ email: '' }), without)).toBe(false);
    expect(isDisputed(seen({}), without)).toBe(true);
  });
});

describe('a reading', () => {
  test('disputes no other: the later one counts', () => {
    const state = known(seen({ readAt: 4000 }));

    expect(isDisputed(seen({ readAt: 9000, total: '144.00' }), state)).toBe(false);
  });

  test('disputes a webhook of its date that says something else: it may have come after it was read', () => {
    const state = known(seen({ total: '144.00', lines: [TEA] }));

    expect(isDisputed(seen({ readAt: 4000, lines: [TEA] }), state)).toBe(true);
    expect(isDisputed(seen({ readAt: 4000, total: '144.00', lines: [TEA] }), state)).toBe(false);
    expect(isDisputed(seen({ readAt: 4000, total: '144.00', lines: [NO_TEA] }), state)).toBe(false);
    expect(isDisputed(seen({ modifiedAt: 2000, readAt: 9000 }), state)).toBe(false);
  });
});
