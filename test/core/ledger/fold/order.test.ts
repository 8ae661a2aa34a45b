import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseEmail } from '../../../../lib/core/ledger/email.ts';
import { fold, isFullOfMarks, isGone, type State } from '../../../../lib/core/ledger/fold/order.ts';
import { erasures, restorations } from '../../../../lib/core/ledger/fold/order-marks.ts';
import type { CustomerData, Identity, OrderData, Snapshot } from '../../../../lib/core/ledger/snapshot.ts';
import { version } from '../../../../lib/core/ledger/version.ts';

const IDENTITY: Identity = {
  firstName: 'Ada',
  lastName: '',
  company: '',
  phone: '',
  address1: '',
  address2: '',
  city: '',
  state: '',
  postcode: '',
  country: '',
};

interface Seen {
  readonly status?: string;
  readonly modifiedAt?: number;
  readonly email?: string;
  readonly total?: string;
}

function seen({
  status = 'processing',
  modifiedAt = 1000,
  email = 'ada@example.test',
  total = '1.00',
}: Seen): Snapshot {
  const data: OrderData = {
    number: '1',
    status,
    currency: 'EUR',
    total,
    refunded: '0.00',
    discount: '0.00',
    createdAt: 0,
    modifiedAt,
    paymentMethod: '',
    lines: [],
    coupons: [],
    customerId: '0',
    identity: IDENTITY,
    consent: {},
    attribution: {},
  };
  const address = normaliseEmail(email);
  const content = { data, address };
  return {
    type: 'order',
    ref: { kind: 'order', store: 'demo', id: '1' },
    version: version({ modifiedAt, schema: 1, receivedAt: 0, rank: [], content }),
    address,
    data,
  };
}

function marked(mark: 'deleted' | 'restored', by: string): Snapshot {
  return { type: 'order-mark', ref: { kind: 'order', store: 'demo', id: '1' }, mark, by };
}

function customer({ modifiedAt = 1000, email = 'ada@example.test', role = 'customer' }): Snapshot {
  const data: CustomerData = { modifiedAt, role, identity: IDENTITY };
  const address = normaliseEmail(email);
  return {
    type: 'customer',
    ref: { kind: 'customer', store: 'demo', id: '1' },
    version: version({ modifiedAt, schema: 1, receivedAt: 0, rank: [0], content: { data, address } }),
    address,
    data,
  };
}

function product(modifiedAt: number, name: string): Snapshot {
  const data = { name, sku: '', categories: [] };
  return {
    type: 'product',
    ref: { kind: 'product', store: 'demo', id: '1' },
    version: version({ modifiedAt, schema: 1, receivedAt: 0, rank: [], content: data }),
    data,
  };
}

const GONE_CUSTOMER: Snapshot = { type: 'customer-mark', ref: { kind: 'customer', store: 'demo', id: '1' } };

function foldAll(snapshots: readonly Snapshot[], from?: State): State | undefined {
  return snapshots.reduce<State | undefined>(fold, from);
}

function order(...snapshots: readonly Snapshot[]) {
  const state = foldAll(snapshots);
  if (state?.type !== 'order') throw new Error('no order');
  return state;
}

describe('an order', () => {
  test('is what its greatest version says, whichever came last', () => {
    const [older, newer] = [seen({ status: 'pending' }), seen({ status: 'completed', modifiedAt: 2000 })];

    expect(order(newer, older).data?.status).toBe('completed');
    expect(order(newer, older)).toEqual(order(older, newer));
  });

  test('remembers every contact it ever had, a stale one too', () => {
    const [older, newer] = [
      seen({ email: 'old@example.test' }),
      seen({ email: 'new@example.test', modifiedAt: 2000 }),
    ];
    const state = order(newer, older);

    expect(state.email).toBe('new@example.test');
    expect(Object.values(state.contacts).toSorted()).toEqual(['new@example.test', 'old@example.test']);
  });

  test('loses its contact with its address, and says why', () => {
    const state = order(seen({}), seen({ email: '', modifiedAt: 2000 }));

    expect(state).toMatchObject({ refused: 'no-email', contacts: order(seen({})).contacts });
    expect(state).not.toHaveProperty('contact');
    expect(state).not.toHaveProperty('email');
  });

  test('no longer says why once it has an address', () => {
    expect(order(seen({ email: '' }), seen({ modifiedAt: 2000 }))).not.toHaveProperty('refused');
  });

  test('remembers when each status was first seen, also from stale snapshots', () => {
    const snapshots = [
      seen({ status: 'completed', modifiedAt: 3000 }),
      seen({ status: 'pending', modifiedAt: 2000 }),
      seen({ status: 'pending', modifiedAt: 1000 }),
    ];

    expect(order(...snapshots).sights).toEqual({ completed: 3000, pending: 1000 });
  });

  test.each(['constructor', 'toString', '__proto__'])('may have a status that is named %s', (status) => {
    expect(order(seen({ status })).sights[status]).toBe(1000);
  });

  test('is known by its deletion before anything else', () => {
    const state = order(marked('deleted', '3/a'));

    expect(state).toEqual({ type: 'order', contacts: {}, sights: {}, deleted: ['3/a'], restored: [] });
    expect(isGone(state)).toBe(true);
  });

  test.each([
    ['no marks', [], false],
    ['a deletion', [marked('deleted', '3/a')], true],
    [
      'the same deletion twice',
      [marked('deleted', '3/a'), marked('deleted', '3/a'), marked('restored', '4/a')],
      false,
    ],
    [
      'deletion, restoration, deletion',
      [marked('deleted', '3/a'), marked('restored', '4/a'), marked('deleted', '3/b')],
      true,
    ],
    ['a restoration only', [marked('restored', '4/a')], false],
    ['status trash', [seen({ status: 'trash', modifiedAt: 2000 })], true],
  ])('after %s: gone %s', (_what, marks, gone) => {
    expect(isGone(order(seen({}), ...marks))).toBe(gone);
  });
});

describe('an order that is told of without end', () => {
  const deletions = Array.from({ length: 250 }, (_, index) => marked('deleted', `3/${String(index)}`));

  test('keeps a hundred marks, the same ones in whatever order and how often they came', () => {
    const state = order(...deletions);

    expect(state.deleted).toHaveLength(100);
    expect(order(...deletions.toReversed(), ...deletions)).toEqual(state);
    expect(isFullOfMarks(state)).toBe(true);
    expect(isFullOfMarks(order(...deletions.slice(0, 99)))).toBe(false);
  });

  test('is what REST finds, whatever its webhooks say', () => {
    const ref = { kind: 'order', store: 'demo', id: '1' } as const;
    const gone = order(...deletions);
    const back = order(...deletions, ...restorations(ref, gone));
    const restored = Array.from({ length: 250 }, (_, index) => marked('restored', `4/${String(index)}`));
    const full = foldAll(restored, back);
    if (full?.type !== 'order') throw new Error('no order');
    const erased = foldAll(erasures(ref, full), full);

    expect([isGone(gone), isGone(back), isGone(full)]).toEqual([true, false, false]);
    expect(erased?.type === 'order' && isGone(erased)).toBe(true);
    expect(JSON.stringify(erased).length).toBeLessThan(8_000);
  });

  test('keeps the first hundred statuses it was seen in, in whatever order they came', () => {
    const statuses = Array.from({ length: 150 }, (_, index) =>
      seen({ status: `s${String(index)}`, modifiedAt: 1000 * ((index * 7) % 150) }),
    );
    const { sights } = order(...statuses);

    expect(Object.values(sights).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, index) => 1000 * index),
    );
    expect(order(...statuses.toReversed(), ...statuses).sights).toEqual(sights);
  });
});

describe('a customer', () => {
  test('stays deleted, and known', () => {
    const state = foldAll([GONE_CUSTOMER, customer({})]);
    expect(state).toMatchObject({ type: 'customer', deleted: true, email: 'ada@example.test' });
  });
});

test('a snapshot of another kind is refused', () => {
  expect(() => foldAll([seen({}), GONE_CUSTOMER])).toThrow(TypeError);
  expect(() => foldAll([product(1, 'x'), seen({})])).toThrow(TypeError);
});

const moment = fc.constantFrom(0, 1000, 2000);
const email = fc.constantFrom(
  'ada@example.test',
  'ADA@example.test',
  'bob@example.test',
  '',
  'jünge@example.test',
);
const by = fc.constantFrom('3/a', '3/b', '4/a');
const KINDS: Readonly<Record<string, fc.Arbitrary<Snapshot>>> = {
  orders: fc.oneof(
    fc
      .record({
        status: fc.constantFrom('pending', 'completed', 'trash'),
        modifiedAt: moment,
        email,
        total: fc.constantFrom('1.00', '2.00'),
      })
      .map(seen),
    fc
      .tuple(fc.constantFrom('deleted' as const, 'restored' as const), by)
      .map(([mark, name]) => marked(mark, name)),
  ),
  customers: fc.oneof(
    fc.record({ modifiedAt: moment, email, role: fc.constantFrom('customer', 'subscriber') }).map(customer),
    fc.constant(GONE_CUSTOMER),
  ),
  products: fc
    .tuple(moment, fc.constantFrom('a', 'b'))
    .map(([modifiedAt, name]) => product(modifiedAt, name)),
};

describe.each(Object.entries(KINDS))('%s', (_kind, snapshot) => {
  const snapshots = fc.array(snapshot, { minLength: 1, maxLength: 12 });

  test('fold to the same in any order', () => {
    const shuffled = snapshots.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(foldAll(other)).toStrictEqual(foldAll(all));
      }),
    );
  });

  test('fold to the same when any of them come again', () => {
    const repeated = snapshots.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all)));
    fc.assert(
      fc.property(repeated, ([all, again]) => {
        expect(foldAll([...all, ...again])).toStrictEqual(foldAll(all));
      }),
    );
  });

  test('fold to the same in one go or with the state stored in between', () => {
    fc.assert(
      fc.property(snapshots, snapshots, (first, second) => {
        const stored: State = JSON.parse(JSON.stringify(foldAll(first)));
        expect(foldAll(second, stored)).toStrictEqual(foldAll([...first, ...second]));
      }),
    );
  });
});

describe('a status whose beginning no date tells', () => {
  const told = (modifiedAt: number, seenAt: number): Snapshot => ({
    ...(seen({ modifiedAt }) as Extract<Snapshot, { type: 'order' }>),
    milestones: ['shipped'],
    seenAt,
  });

  test('counts from when it was seen, which a milestone does not', () => {
    expect(order(told(1000, 5000)).sights).toEqual({ processing: 5000, shipped: 1000 });
  });

  test('counts from the earliest moment at which it surely was so', () => {
    const all = [told(1000, 5000), seen({ modifiedAt: 4000 }), told(2000, 6000)];

    expect(order(...all).sights).toEqual({ processing: 4000, shipped: 1000 });
    expect(order(...all.toReversed()).sights).toEqual(order(...all).sights);
  });
});

describe('milestones', () => {
  const passed = (modifiedAt: number, ...milestones: readonly string[]): Snapshot => ({
    ...(seen({ modifiedAt }) as Extract<Snapshot, { type: 'order' }>),
    milestones,
  });
  const sightsOf = (...snapshots: readonly Snapshot[]) => {
    const state = snapshots.reduce<State | undefined>(fold, undefined);
    return state?.type === 'order' ? state.sights : undefined;
  };

  test('count as seen like a status, from the earliest on', () => {
    expect(sightsOf(passed(3000, 'shipped', 'delivered'), passed(2000, 'shipped'), seen({}))).toEqual({
      delivered: 3000,
      processing: 1000,
      shipped: 2000,
    });
  });

  test('of a stale snapshot are not lost', () => {
    const all = [seen({ modifiedAt: 9000 }), passed(2000, 'shipped')];

    expect(sightsOf(...all)).toEqual(sightsOf(...all.toReversed()));
    expect(sightsOf(...all)).toHaveProperty('shipped', 2000);
  });
});
