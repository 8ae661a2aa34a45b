import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  ABANDONED,
  cartMarks,
  cartStanding,
  hasRecovered,
  RECOVERED,
} from '../../../../lib/core/contact/carts/abandoned.ts';
import { elsewhereIn } from '../../../../lib/core/contact/facts/elsewhere.ts';
import { factsOf, type OwnEntry } from '../../../../lib/core/contact/facts/facts.ts';
import type { CartState } from '../../../../lib/core/ledger/fold/order.ts';
import type { CartData, CheckoutData, OrderData } from '../../../../lib/core/ledger/snapshot.ts';
import type { Version } from '../../../../lib/core/ledger/version.ts';
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

describe('one cart under two addresses', () => {
  const ADA = contactOf('ada');
  const BOB = contactOf('bob');
  const tried = (at: number, order = '1', since = '1') => ({ at, order, since: since as Version });
  /** It was touched long before any try. */
  const OLD = { updatedAt: NOON - HOUR };

  describe('an order that was made from it', () => {
    const left = (change: Partial<CartState>, order: Unpaid = {}, told: Cart = {}) => {
      const { ref, state } = cart(told);
      const elsewhere = elsewhereIn([{ ref, state: { ...state, ...change } }], ADA);
      const facts = factsOf([unpaid({ cartId: 'c1', ...order })], new Map(), { elsewhere });
      return cartStanding(facts, { policy: POLICY, now: NOON + 2 * HOUR }).abandoned?.ref.id;
    };
    const since = (updatedAt: number, order: Unpaid = {}) => left({ contact: BOB }, order, { updatedAt });

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
      const { contact: _contact, ...nobodys } = cartState({ updatedAt: NOON });

      const elsewhere = elsewhereIn([{ ref: cartRef('c1'), state: nobodys }], ADA);

      expect([...elsewhere]).toEqual([['cart/demo/c1', { touchedAt: NOON }]]);
      expect(left({ contact: BOB, ordered: false, gone: true })).toBeUndefined();
      expect([...elsewhereIn([{ ref: cartRef('c1'), state: cartState() }], ADA)]).toEqual([]);
    });

    it('is over once somebody tried to buy the cart under another address, known or not what is in it', () => {
      const by = (at: number, order = '2') => left({ tries: { [BOB]: tried(at, order) } }, {}, OLD);

      expect([by(NOON + 1), by(NOON), by(NOON - 1)]).toEqual([undefined, undefined, '1']);
      expect([by(NOON, '0'), by(NOON + 1, '0')]).toEqual(['1', undefined]);
      const { data: _data, version: _version, ...unknown } = cartState();
      const elsewhere = elsewhereIn(
        [{ ref: cartRef('c1'), state: { ...unknown, tries: { [BOB]: tried(NOON + 1, '2') } } }],
        ADA,
      );
      const facts = factsOf([unpaid({ cartId: 'c1' })], new Map(), { elsewhere });
      expect(cartStanding(facts, { policy: POLICY, now: NOON + 2 * HOUR })).toEqual({});
    });

    it('is its own newest try when its address was corrected, and its older ones are no others', () => {
      expect(left({ tries: { [ADA]: tried(NOON), [BOB]: tried(NOON, '1', '0') } }, {}, OLD)).toBe('1');
      expect(left({ tries: { [ADA]: tried(NOON + HOUR, '7') } }, {}, OLD)).toBe('1');
    });

    it('is younger than the draft that it was, which has its date', () => {
      const draft = { updatedAt: NOON, checkout: CHECKOUT };

      expect(left({ contact: BOB }, {}, draft)).toBe('1');
    });
  });

  describe('the cart', () => {
    const left = (tries: CartState['tries'], told: Cart = {}, policy = POLICY) => {
      const { ref, state } = cart(told);
      const own = { ref, state: { ...state, ...(tries && { tries }) }, effects: {} };
      return abandoned([own], NOON + 2 * HOUR, policy);
    };

    it('is over once somebody tried to buy it under another address since it was touched', () => {
      expect(left({ [BOB]: tried(NOON + 1) })).toBeUndefined();
      expect(left({ [BOB]: tried(NOON) })).toBe('c1');
      expect(left({ [BOB]: tried(NOON + 1), [ADA]: tried(NOON) })).toBeUndefined();
      expect(left({ nobody: tried(NOON + 1) })).toBeUndefined();
    });

    it('is not when it was tried under its own, then or again after another one', () => {
      expect(left({ [ADA]: tried(NOON + 2), [BOB]: tried(NOON + 1, '2') })).toBe('c1');
      expect(left({ [ADA]: tried(NOON + 1, '2'), [BOB]: tried(NOON + 1, '10') })).toBeUndefined();
      expect(left({ [ADA]: tried(NOON + 1, '2', '2'), [BOB]: tried(NOON + 1, '2', '1') })).toBe('c1');
    });

    it('is over also where the policy counts no unpaid checkouts', () => {
      const policy = v.parse(Policy, { carts: { consent: 'not-required', unpaid: false } });

      expect(left({ [BOB]: tried(NOON + 1) }, {}, policy)).toBeUndefined();
    });

    it('is older than the order that it became, if it was a draft', () => {
      expect(left({ [BOB]: tried(NOON) }, { checkout: CHECKOUT })).toBeUndefined();
    });
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
