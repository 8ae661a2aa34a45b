import { describe, expect, test } from 'vitest';
import { type Facts, factsOf, identityOf } from '../../../../lib/core/contact/facts/facts.ts';
import { newest } from '../../../../lib/core/contact/facts/known-order.ts';
import {
  type CustomerState,
  fold,
  type OrderState,
  type State,
} from '../../../../lib/core/ledger/fold/order.ts';
import type { Identity, OrderData, Ref } from '../../../../lib/core/ledger/snapshot.ts';
import { customerRef, orderRef, orderState } from '../../../contracts/samples.ts';
import { snapshotsOf } from '../../../support/translation.ts';

type Entry = { readonly ref: Ref; readonly state: OrderState | CustomerState };

function facts(...entries: readonly Entry[]): Facts {
  return factsOf(entries, new Map());
}

/** The state of the one thing that recordings of these numbers are about. */
function recordedThing(...numbers: readonly string[]): Entry {
  const snapshots = snapshotsOf(...numbers);
  const state = snapshots.reduce<State | undefined>(fold, undefined);
  const ref = snapshots[0]?.ref;
  if (!ref || (state?.type !== 'order' && state?.type !== 'customer'))
    throw new Error('no order and no customer');
  return { ref, state };
}

const NOBODY: Identity = {
  firstName: '',
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

function order(id: number, change: Partial<OrderData>, store = 'demo'): Entry {
  return { ref: orderRef(id, store), state: orderState(change) };
}

function named(firstName: string, createdAt: number, id: number): Entry {
  return order(id, { createdAt, identity: { ...NOBODY, firstName } });
}

interface CustomerChange {
  readonly id?: number;
  readonly modifiedAt?: number;
  readonly deleted?: boolean;
  readonly role?: string;
  readonly identity?: Partial<Identity>;
}

function customer({
  id = 7,
  modifiedAt = 2000,
  deleted = false,
  role = 'customer',
  identity,
}: CustomerChange): Entry {
  const data = { modifiedAt, role, identity: { ...NOBODY, ...identity } };
  return { ref: customerRef(id), state: { type: 'customer', data, contacts: {}, deleted } };
}

describe('the newest order', () => {
  const idOf = (...entries: readonly Entry[]) => newest(facts(...entries).orders)?.ref.id;

  test('is none of none', () => {
    expect(newest([])).toBeUndefined();
  });

  test('is the one created last, whatever was changed last', () => {
    const [old, young] = [
      order(1, { createdAt: 1, modifiedAt: 9 }),
      order(2, { createdAt: 2, modifiedAt: 3 }),
    ];

    expect(idOf(old, young)).toBe('2');
    expect(idOf(young, old)).toBe('2');
  });

  test('is the one with the greater number among those of one second', () => {
    const [nine, ten] = [order(9, { createdAt: 1 }), order(10, { createdAt: 1 })];

    expect(idOf(nine, ten)).toBe('10');
    expect(idOf(ten, nine)).toBe('10');
  });

  test('is the same in whatever order two stores with equal numbers and times are read', () => {
    const [a, b] = [order(9, { createdAt: 1 }, 'a'), order(9, { createdAt: 1 }, 'b')];

    expect(newest(facts(a, b).orders)?.ref.store).toBe('b');
    expect(newest(facts(b, a).orders)?.ref.store).toBe('b');
  });
});

describe('who a contact is', () => {
  test('is nobody without orders and customers', () => {
    expect(identityOf(facts())).toBeUndefined();
  });

  test('follows the newest order, not the one changed last', () => {
    expect(identityOf(facts(named('New', 2, 1), named('Old', 1, 2)))?.firstName).toBe('New');
  });

  test('follows the order while the customer record is older than it (0048, 0207)', () => {
    const identity = identityOf(facts(recordedThing('0048'), recordedThing('0207')));

    expect(identity).toEqual(recordedThing('0207').state.data?.identity);
    expect(identity?.phone).not.toBe('+33 1 23 45 67 89');
  });

  test('takes over what a customer record changed after the order says (0207, 0210)', () => {
    const identity = identityOf(facts(recordedThing('0207'), recordedThing('0047', '0210')));

    expect(identity).toMatchObject({ firstName: 'Clairé', phone: '+33 6 00 00 00 00', city: 'Paris' });
  });

  test('follows the order when both are of one second', () => {
    const entries = [named('Order', 2000, 1), customer({ modifiedAt: 2000, identity: { firstName: 'C' } })];

    expect(identityOf(facts(...entries))?.firstName).toBe('Order');
  });

  test('keeps of the order what the customer record leaves empty', () => {
    const identity = { ...NOBODY, firstName: 'Ada', lastName: 'L', company: 'X', phone: '1' };
    const entries = [order(1, { createdAt: 1, identity }), customer({ identity: { firstName: 'Augusta' } })];

    expect(identityOf(facts(...entries))).toEqual({ ...identity, firstName: 'Augusta' });
  });

  test.each(['address1', 'city', 'postcode'] as const)(
    'takes the address of the customer record only as a whole, once it has %s',
    (part) => {
      const old = {
        ...NOBODY,
        address1: 'a',
        address2: 'b',
        city: 'c',
        state: 'd',
        postcode: 'e',
        country: 'FR',
      };
      const entries = [order(1, { createdAt: 1, identity: old }), customer({ identity: { [part]: 'new' } })];

      expect(identityOf(facts(...entries))).toEqual({ ...NOBODY, [part]: 'new' });
    },
  );

  test.each(['address2', 'state', 'country'] as const)(
    'keeps the address of the order when the customer record has nothing but %s of one',
    (part) => {
      const old = { ...NOBODY, address1: 'a', city: 'c', postcode: 'e', country: 'FR' };
      const entries = [order(1, { createdAt: 1, identity: old }), customer({ identity: { [part]: 'new' } })];

      expect(identityOf(facts(...entries))).toEqual(old);
    },
  );

  test('does not follow a customer record that was deleted', () => {
    const entries = [named('Order', 1, 1), customer({ deleted: true, identity: { firstName: 'C' } })];

    expect(identityOf(facts(...entries))?.firstName).toBe('Order');
  });

  test('is what a customer record says when there is no order, even after its deletion (0047, 0053)', () => {
    expect(identityOf(facts(recordedThing('0047')))?.firstName).toBe('Clairé');
    expect(identityOf(facts(customer({ deleted: true, identity: { firstName: 'C' } })))?.firstName).toBe('C');
  });

  test('prefers the customer record that lives, then the one changed last, then the greater number', () => {
    const first = (...entries: readonly Entry[]) => [
      identityOf(facts(...entries))?.firstName,
      identityOf(facts(...entries.toReversed()))?.firstName,
    ];
    const one = (id: number, change: CustomerChange) =>
      customer({ id, ...change, identity: { firstName: `C${String(id)}` } });

    expect(first(one(1, {}), one(2, { modifiedAt: 9000, deleted: true }))).toEqual(['C1', 'C1']);
    expect(first(one(2, {}), one(1, { modifiedAt: 9000 }))).toEqual(['C1', 'C1']);
    expect(first(one(10, {}), one(9, {}))).toEqual(['C10', 'C10']);
  });

  test('outlives the deletion of the only order (0182, 0186)', () => {
    const { orders, goneOrders } = facts(recordedThing('0182', '0186'));

    expect([orders.length, goneOrders.length]).toEqual([0, 1]);
    expect(identityOf({ ...facts(), goneOrders })?.firstName).toBe('Ada');
  });

  test('follows an order that is there before a newer one that is gone', () => {
    const entries = [named('There', 1, 1), order(2, { status: 'trash', createdAt: 5 })];

    expect(identityOf(facts(...entries))?.firstName).toBe('There');
  });
});

describe('the facts of a contact', () => {
  test('leave out an order of which only the deletion is known (0149)', () => {
    expect(facts(recordedThing('0149'))).toEqual(facts());
  });

  test('take an order in the trash for gone (0155)', () => {
    const { orders, goneOrders } = facts(recordedThing('0155'));

    expect([orders.length, goneOrders.length]).toEqual([0, 1]);
  });

  test('leave out subscribers and administrators, whom WooCommerce sends as customers (0202, 0204)', () => {
    expect(facts(recordedThing('0202'), recordedThing('0204')).customers).toEqual([]);
    expect(facts(recordedThing('0047')).customers).toHaveLength(1);
  });
});
