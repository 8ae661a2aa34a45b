import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  ABANDONED,
  cartMarks,
  cartStanding,
  hasRecovered,
  RECOVERED,
} from '../../../../lib/core/contact/carts/abandoned.ts';
import { factsOf, lostIn, type OwnEntry } from '../../../../lib/core/contact/facts/facts.ts';
import type { ContactKey } from '../../../../lib/core/ledger/email.ts';
import type { CartData, CheckoutData, OrderData } from '../../../../lib/core/ledger/snapshot.ts';
import { Policy } from '../../../../lib/core/policy/policy.ts';
import {
  cartRef,
  cartState,
  contact as contactOf,
  orderLine,
  orderRef,
  orderState,
} from '../../../contracts/samples.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.parse('2026-12-01T12:00:00Z');

const POLICY = v.parse(Policy, { carts: { consent: 'not-required' } });
const CHECKOUT: CheckoutData = {
  createdVia: 'checkout',
  needsPayment: true,
  paymentUrl: 'https://shop.test/pay',
};

interface Unpaid extends Partial<OrderData> {
  readonly id?: number;
  readonly store?: string;
  readonly seen?: Readonly<Record<string, number>>;
  readonly effects?: OwnEntry['effects'];
}

/** An order of a checkout that nobody paid, placed at noon. */
function unpaid({ id = 1, store = 'demo', seen, effects = {}, ...change }: Unpaid = {}): OwnEntry {
  const data = { status: 'pending', createdAt: NOON, modifiedAt: NOON, checkout: CHECKOUT, ...change };
  const state = orderState(data);
  return { ref: orderRef(id, store), state: { ...state, sights: seen ?? state.sights }, effects };
}

/** An order that was bought. */
function bought({ id = 9, store = 'demo', ...change }: Unpaid = {}): OwnEntry {
  const data = { status: 'processing', createdAt: NOON, modifiedAt: NOON, ...change };
  return { ref: orderRef(id, store), state: orderState(data) };
}

interface Cart extends Partial<CartData> {
  readonly id?: string;
  readonly store?: string;
  readonly ordered?: boolean;
  readonly gone?: boolean;
  readonly effects?: OwnEntry['effects'];
}

/** A cart that was touched at noon. */
function cart({
  id = 'c1',
  store = 'demo',
  ordered = false,
  gone = false,
  effects = {},
  ...change
}: Cart = {}) {
  const state = { ...cartState({ updatedAt: NOON, ...change }), ordered, gone };
  return { ref: cartRef(id, store), state, effects };
}

function standing(entries: readonly OwnEntry[], now: number, policy = POLICY) {
  return cartStanding(factsOf(entries, new Map()), { policy, now });
}

/** The name of what is abandoned. */
function abandoned(entries: readonly OwnEntry[], now: number, policy = POLICY): string | undefined {
  return standing(entries, now, policy).abandoned?.ref.id;
}

describe.each([
  ['a cart', cart()],
  ['an order that nobody paid', unpaid()],
])('%s', (_what, entry) => {
  const { id } = entry.ref;

  it('is abandoned once nobody has touched it for an hour, and is looked at again then', () => {
    expect(standing([entry], NOON + HOUR - 1)).toEqual({ nextDue: NOON + HOUR });
    expect(abandoned([entry], NOON + HOUR)).toBe(id);
  });

  it('is forgotten after two weeks, and is looked at again then', () => {
    expect(standing([entry], NOON + HOUR).nextDue).toBe(NOON + 14 * DAY);
    expect(abandoned([entry], NOON + 14 * DAY - 1)).toBe(id);
    expect(standing([entry], NOON + 14 * DAY)).toEqual({});
  });

  it('is nothing to a policy without carts', () => {
    expect(standing([entry], NOON + HOUR, v.parse(Policy, {}))).toEqual({});
  });

  it.each([
    ['placed after it was touched', { createdAt: NOON + 1 }, undefined],
    ['placed a quarter of an hour before', { createdAt: NOON - 15 * MINUTE }, undefined],
    ['placed two hours before', { createdAt: NOON - 2 * HOUR }, id],
    ['placed the day before and paid since', { createdAt: NOON - DAY, paidAt: NOON + 1 }, undefined],
    ['placed in another shop', { createdAt: NOON + 1, store: 'other' }, id],
    ['that is an attempt as well', { createdAt: NOON - 1, status: 'failed' }, id],
    ['that was cancelled after it had been bought', { createdAt: NOON + 1, status: 'refunded' }, undefined],
  ])('and an order %s', (_when, order, expected) => {
    expect(abandoned([entry, bought(order)], NOON + 3 * HOUR)).toBe(expected);
  });

  it('is closed by an order that was bought and then deleted', () => {
    const { state, ...rest } = bought({ createdAt: NOON + 1 });
    const gone = { ...rest, state: { ...state, deleted: ['2/1'] } } as OwnEntry;

    expect(abandoned([entry, gone], NOON + HOUR)).toBeUndefined();
  });
});

describe('an order that nobody paid', () => {
  it('is closed by one that was bought in the hour before: whoever fails tries again', () => {
    expect(abandoned([unpaid(), bought({ createdAt: NOON - 59 * MINUTE })], NOON + HOUR)).toBeUndefined();
    expect(abandoned([cart(), bought({ createdAt: NOON - 59 * MINUTE })], NOON + HOUR)).toBe('c1');
  });

  it.each(['pending', 'failed', 'cancelled', 'checkout-draft'])('may be %s', (status) => {
    expect(abandoned([unpaid({ status })], NOON + DAY)).toBe('1');
  });

  it.each([
    [
      'was ever more than an attempt',
      { seen: { 'on-hold': NOON, cancelled: NOON + 1 }, status: 'cancelled' },
    ],
    ['was paid', { paidAt: NOON, status: 'cancelled' }],
    ['is a part of another', { parentId: '7' }],
  ])('is none when it %s', (_what, change) => {
    expect(abandoned([unpaid(change)], NOON + DAY)).toBeUndefined();
  });

  it('is none when no checkout of the shop made it', () => {
    const made = {
      ref: orderRef(1),
      state: orderState({ status: 'pending', createdAt: NOON, modifiedAt: NOON }),
    };

    expect(abandoned([made], NOON + DAY)).toBeUndefined();
  });

  it('was touched when it was first seen in its status, and not when it was changed', () => {
    const failed = unpaid({
      status: 'failed',
      seen: { pending: NOON, failed: NOON + 10 * MINUTE },
      modifiedAt: NOON + 5 * HOUR,
    });

    expect(standing([failed], NOON).nextDue).toBe(NOON + 10 * MINUTE + HOUR);
  });

  it('is not taken back when WooCommerce cancels it because nobody paid within the hour', () => {
    const cancelled = unpaid({ status: 'cancelled', seen: { pending: NOON, cancelled: NOON + HOUR } });

    expect(abandoned([cancelled], NOON + HOUR)).toBe('1');
  });

  it('counts for nothing where the policy wants carts only', () => {
    const policy = v.parse(Policy, { carts: { consent: 'not-required', unpaid: false } });

    expect(abandoned([unpaid()], NOON + HOUR, policy)).toBeUndefined();
    expect(abandoned([unpaid(), cart({ updatedAt: NOON - 1 })], NOON + HOUR, policy)).toBe('c1');
  });
});

describe('an address under which cards are tried', () => {
  const tries = (count: number, apart: number) =>
    Array.from({ length: count }, (_none, index) =>
      unpaid({ id: index + 1, status: 'failed', createdAt: NOON + index * apart, seen: {} }),
    );

  it('gets nothing after more than three attempts in a day', () => {
    expect(abandoned(tries(3, MINUTE), NOON + DAY)).toBe('3');
    expect(standing(tries(4, MINUTE), NOON + DAY)).toEqual({});
    expect(abandoned([...tries(4, MINUTE), cart({ updatedAt: NOON + HOUR })], NOON + DAY)).toBeUndefined();
  });

  it('is a customer’s if something was ever bought, or if the attempts are days apart', () => {
    expect(abandoned([...tries(4, MINUTE), bought({ createdAt: NOON - 9 * DAY })], NOON + DAY)).toBe('4');
    expect(abandoned(tries(4, DAY), NOON + 4 * DAY)).toBe('4');
  });
});

describe('a cart', () => {
  it.each([
    ['was ordered', { ordered: true }],
    ['is gone', { gone: true }],
    ['is empty', { status: 'empty' } as const],
    ['has no lines', { lines: [] }],
  ])('is nothing any more when it %s', (_what, change) => {
    expect(standing([cart(change)], NOON + HOUR)).toEqual({});
  });

  it('is closed by an order that carries its id, whenever that was placed', () => {
    const order = bought({ createdAt: NOON - 5 * DAY, cartId: 'c1' });

    expect(abandoned([cart(), order], NOON + HOUR)).toBeUndefined();
    expect(abandoned([cart({ id: 'c2' }), order], NOON + HOUR)).toBe('c2');
  });

  it('closes the unpaid order that was made from it, when it was ordered', () => {
    expect(abandoned([unpaid({ cartId: 'c1' }), cart({ ordered: true })], NOON + HOUR)).toBeUndefined();
    expect(abandoned([unpaid({ cartId: 'c1' }), cart({ ordered: true, store: 'other' })], NOON + HOUR)).toBe(
      '1',
    );
  });
});

describe('an order that was made from a cart which had the contact’s address', () => {
  const since = (touchedAt: number, order: Unpaid = {}) => {
    const lostCarts = new Map([['cart/demo/c1', touchedAt]]);
    const facts = factsOf([unpaid({ cartId: 'c1', ...order })], new Map(), { lostCarts });
    return cartStanding(facts, { policy: POLICY, now: NOON + 2 * HOUR }).abandoned?.ref.id;
  };

  it('is over once the cart has another one: the address was corrected', () => {
    expect(since(NOON + MINUTE)).toBeUndefined();
    expect(since(NOON)).toBeUndefined();
  });

  it('is not when the other one is older than the order, or the cart another shop’s or another one', () => {
    expect(since(NOON - 1)).toBe('1');
    expect(since(NOON + MINUTE, { store: 'other' })).toBe('1');
    expect(since(NOON + MINUTE, { cartId: 'c2' })).toBe('1');
  });

  it('is over whatever became of the cart since, and whoever’s it is', () => {
    const [own, other, nobodys] = ['own', 'other', 'nobodys'].map((id) => cart({ id, updatedAt: NOON }));
    const { contact = '' } = own?.state ?? {};
    const lost = lostIn(
      [own, other, nobodys].flatMap((one) => {
        if (!one) return [];
        const { contact: _contact, ...state } = one.state;
        if (one === own) return [one];
        return [{ ...one, state: one === other ? { ...state, contact: contactOf('somebody') } : state }];
      }),
      contact as ContactKey,
    );

    expect([...lost]).toEqual([
      ['cart/demo/other', NOON],
      ['cart/demo/nobodys', NOON],
    ]);
  });
});

describe('of several', () => {
  it('the newest touched counts, whatever the others are', () => {
    const carts = [cart({ id: 'old', updatedAt: NOON }), cart({ id: 'new', updatedAt: NOON + 2 * HOUR })];

    expect(standing(carts, NOON + 2 * HOUR)).toEqual({ nextDue: NOON + 3 * HOUR });
    expect(abandoned(carts, NOON + 3 * HOUR)).toBe('new');
    expect(abandoned([...carts].reverse(), NOON + 3 * HOUR)).toBe('new');
  });

  it('one that was bought does not hide an older one of another shop', () => {
    const carts = [
      cart({ id: 'old', store: 'other' }),
      cart({ id: 'new', updatedAt: NOON + HOUR, ordered: true }),
    ];

    expect(abandoned(carts, NOON + 2 * HOUR)).toBe('old');
  });
});

describe('consent', () => {
  const required = v.parse(Policy, { carts: {}, consent: { fields: ['shop/news'], require: true } });
  const yes = { consent: { 'shop/news': true } };
  const no = { consent: { 'shop/news': false } };

  it('is asked for unless the policy says that it is not', () => {
    const without = cart({ consent: {} });

    expect(standing([without], NOON + HOUR, required)).toEqual({});
    expect(abandoned([without], NOON + HOUR)).toBe('c1');
  });

  it('is the newest answer in a cart or at a checkout', () => {
    const order = (consent: OrderData['consent']) => bought({ createdAt: NOON - DAY, consent });
    const begunAfter = { createdAt: NOON - HOUR };
    const begunBefore = { createdAt: NOON - 2 * DAY };

    expect(abandoned([cart({ ...yes, ...begunAfter }), order(no.consent)], NOON + HOUR, required)).toBe('c1');
    // Touching it makes the yes in it no newer one.
    expect(
      abandoned([cart({ ...yes, ...begunBefore }), order(no.consent)], NOON + HOUR, required),
    ).toBeUndefined();
    expect(
      abandoned([cart({ ...no, ...begunBefore }), order(yes.consent)], NOON + HOUR, required),
    ).toBeUndefined();
    expect(abandoned([cart({ consent: {} }), order(yes.consent)], NOON + HOUR, required)).toBe('c1');
  });
});

describe('what is noted', () => {
  const marks = (entries: readonly OwnEntry[], now: number) => {
    const facts = factsOf(entries, new Map());
    return cartMarks(facts, cartStanding(facts, { policy: POLICY, now }), POLICY).map(
      ({ thing, id }) => `${thing.kind} ${thing.id} ${id}`,
    );
  };
  const noted = { [ABANDONED]: { state: 'done', at: NOON + HOUR } } as const;

  it('is once that something was abandoned', () => {
    expect(marks([cart()], NOON + HOUR - 1)).toEqual([]);
    expect(marks([cart()], NOON + HOUR)).toEqual([`cart c1 ${ABANDONED}`]);
    expect(marks([cart({ effects: noted })], NOON + HOUR)).toEqual([]);
  });

  it('is of the order that bought it, though the cart was touched since', () => {
    const back = cart({ effects: noted, updatedAt: NOON + 5 * HOUR, ordered: true });
    const order = bought({ createdAt: NOON + 5 * HOUR, cartId: 'c1' });

    expect(marks([back, order], NOON + 6 * HOUR)).toEqual([`order 9 ${RECOVERED}`]);
    expect(hasRecovered(factsOf([back, order], new Map()), POLICY)).toBe(true);
    expect(marks([back, { ...order, effects: { [RECOVERED]: noted[ABANDONED] } }], NOON + 6 * HOUR)).toEqual(
      [],
    );
  });

  it('is of an order that was left unpaid and was paid later, itself', () => {
    const paid = unpaid({ effects: noted, status: 'processing', paidAt: NOON + 2 * HOUR });

    expect(marks([paid], NOON + 3 * HOUR)).toEqual([`order 1 ${RECOVERED}`]);
  });

  it('is of the retry that came after the abandoned one, and of no order before or long after', () => {
    const left = unpaid({ effects: noted });
    const before = bought({ id: 7, createdAt: NOON - DAY });
    const later = bought({ id: 8, createdAt: NOON + 30 * DAY });

    expect(marks([left, before, bought({ createdAt: NOON + 2 * HOUR }), later], NOON + 31 * DAY)).toEqual([
      `order 9 ${RECOVERED}`,
    ]);
    expect(marks([left, before, later], NOON + 31 * DAY)).toEqual([]);
  });

  it('is nothing of a cart that was bought before it was abandoned', () => {
    expect(marks([cart({ ordered: true }), bought({ cartId: 'c1' })], NOON + HOUR)).toEqual([]);
  });
});

it('an erased product leaves a line without a price to share', () => {
  const order = unpaid({ lines: [orderLine({ quantity: 3, total: '10.00' }), orderLine({ quantity: 0 })] });

  const { abandoned: checkout } = standing([order], NOON + HOUR);

  expect(checkout?.lines.map(({ price }) => price)).toEqual(['3.33', '19.90']);
});
