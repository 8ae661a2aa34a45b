import { describe, expect, it } from 'vitest';
import { fold, type State } from '../../../../../lib/core/ledger/fold/order.ts';
import { refName, type Snapshot } from '../../../../../lib/core/ledger/snapshot.ts';
import { translate } from '../../../../../lib/stores/woocommerce/webhooks/translate.ts';
import { cartBody, cartRecordings } from '../../../../support/recorded-carts.ts';
import { arrivalWith } from '../../../../support/woocommerce.ts';

function said(body: unknown, topic = 'cart.updated'): readonly Snapshot[] {
  const translation = translate(arrivalWith(topic, body));
  return 'snapshots' in translation ? translation.snapshots : [];
}

function changed(number: string, change: object): unknown {
  return { ...cartBody(number), ...change };
}

/** The state of the one cart of these snapshots. */
function folded(...bodies: readonly unknown[]): State | undefined {
  return bodies.flatMap((body) => said(body)).reduce<State | undefined>(fold, undefined);
}

const ID = '5708a6b6-8030-4e7d-a08a-bb9d1a78d4b1';

describe('a cart that a companion tells of', () => {
  it('says whose it is, what is in it as the visitor saw it, and how to come back', () => {
    expect(said(cartBody('0007'))).toMatchObject([
      {
        type: 'cart',
        ref: { kind: 'cart', store: 'demo', id: ID },
        address: { usable: true, email: 'gabi@example.test' },
        data: {
          status: 'open',
          updatedAt: Date.parse('2026-11-27T00:03:38Z'),
          currency: 'EUR',
          total: '40.66',
          coupons: ['save10'],
          consent: { 'lab/marketing-opt-in': true },
          country: 'DE',
          links: [expect.stringContaining('/checkout-link/?products='), expect.stringContaining('/?mcb=')],
        },
      },
    ]);
  });

  it('has the prices of one piece, with taxes where the shop shows them so', () => {
    const [gross] = said(cartBody('0006'));
    const [net] = said(changed('0006', { prices_include_tax: false }));

    const pricesOf = (snapshot: Snapshot | undefined) =>
      snapshot?.type === 'cart' ? snapshot.data.lines.map(({ price }) => price) : [];
    expect([pricesOf(gross), pricesOf(net)]).toEqual([['12.90'], ['10.84']]);
  });

  it('is read from every recording', () => {
    const carts = cartRecordings().filter(({ topic }) => topic === 'cart.updated');

    expect(carts).toHaveLength(37);
    for (const { body } of carts) expect(said(JSON.parse(body))[0]).toMatchObject({ type: 'cart' });
  });

  it('is ordered for good', () => {
    const [seen, mark] = said(cartBody('0010'));

    expect([seen?.type, mark]).toEqual([
      'cart',
      { type: 'cart-mark', ref: { kind: 'cart', store: 'demo', id: ID }, mark: 'ordered' },
    ]);
    expect(folded(cartBody('0010'), cartBody('0007'))).toMatchObject({ ordered: true });
  });

  it('is gone for good where the shop does not have it any more', () => {
    expect(folded({ id: ID, status: 'gone' }, cartBody('0007'))).toMatchObject({
      gone: true,
      ordered: false,
    });
    expect(folded({ id: ID, status: 'gone' })).toEqual({
      type: 'cart',
      contacts: {},
      ordered: false,
      gone: true,
    });
  });

  it('is the newest by its time, and within a second by its revision, whatever came last', () => {
    const newest = folded(cartBody('0007'), cartBody('0002'), cartBody('0006'));
    const reinstalled = folded(
      cartBody('0007'),
      changed('0006', { revision: 1, updated_at: '2026-11-28T00:00:00Z' }),
    );
    const sameSecond = folded(
      changed('0007', { revision: 12 }),
      changed('0007', { revision: 9, email: 'x@example.test' }),
    );

    expect(newest).toMatchObject({ data: { total: '40.66' } });
    expect(reinstalled).toMatchObject({ data: { total: '44.53' } });
    expect(sameSecond).toMatchObject({ email: 'gabi@example.test' });
  });

  it('remembers every address that it ever had', () => {
    const state = folded(cartBody('0003'), cartBody('0002'));

    expect(state).toMatchObject({ email: 'gabi@example.test' });
    expect(Object.values(state?.type === 'cart' ? state.contacts : {}).sort()).toEqual([
      'gabi@example.test',
      'gabi@example.tst',
    ]);
  });

  it.each(['', 'josé@example.test', 'erased@site.invalid'])(
    'of nobody who can be written to (%s) keeps nothing of a person, and is the newest word all the same',
    (email) => {
      const nobodys = changed('0007', { email, revision: 12, updated_at: '2026-11-27T01:00:00Z' });

      expect(said(nobodys)).toMatchObject([
        {
          address: { usable: false },
          data: {
            firstName: '',
            lastName: '',
            country: '',
            customerId: '0',
            lines: [],
            links: [],
            consent: {},
          },
        },
      ]);
      expect(folded(cartBody('0007'), nobodys, cartBody('0006'))).not.toHaveProperty('contact');
    },
  );

  it.each([
    ['no id', { id: '' }],
    ['an id that is none', { id: '../x' }],
    ['a status that nobody knows', { status: 'lost' }],
  ])('with %s is dropped', (_what, change) => {
    expect(translate(arrivalWith('cart.updated', changed('0007', change)))).toEqual({ dropped: 'malformed' });
  });

  it('has a link of any number of products whole, or gives way to the shorter one', () => {
    const [short = '', restore = ''] = ['checkout_link', 'restore_url'].map((name) =>
      String(cartBody('0007')[name]),
    );
    const linkTo = (count: number) =>
      short.replace(
        'products=11:3',
        `products=${Array.from({ length: count }, (_, id) => `${String(10_000 + id)}:1`).join(',')}`,
      );
    const linksOf = (checkout_link: string) => {
      const [seen] = said(changed('0007', { checkout_link }));
      return seen?.type === 'cart' ? seen.data.links : [];
    };

    expect(linksOf(linkTo(150))).toEqual([linkTo(150), restore]);
    expect(linksOf(linkTo(1000))).toEqual([restore]);
  });

  it('with strange fields is a cart all the same, and its links are links', () => {
    const strange = {
      lines: { a: null },
      totals: 'x',
      coupons: 5,
      consent: [],
      revision: 'x',
      checkout_link: 'javascript:x',
    };

    expect(said(changed('0007', { ...strange, restore_url: null }))).toMatchObject([
      { data: { lines: [], total: '0', coupons: [], consent: {}, links: [] } },
    ]);
  });
});

describe('an order that was made from a cart', () => {
  it('marks that cart as ordered once it is more than an attempt, whoever placed it', () => {
    const marks = (number: string) =>
      said(cartBody(number), 'order.updated').map(({ type, ref }) => [type, refName(ref)]);

    expect(marks('0008')).toEqual([
      ['order', 'order/demo/159'],
      ['cart-mark', `cart/demo/${ID}`],
    ]);
    expect(marks('0046')).toEqual([
      ['order', 'order/demo/163'],
      ['cart-try', 'cart/demo/5159e410-93d7-447d-af5e-1d07ff60127d'],
    ]);
    expect(marks('0052')).toContainEqual(['cart-mark', 'cart/demo/5159e410-93d7-447d-af5e-1d07ff60127d']);
  });

  it.each(['cancelled', 'trash'])(
    'marks it also where the first that is heard of it is that it is %s, and was paid',
    (status) => {
      const paid = changed('0052', { status, date_paid_gmt: '2026-11-27T00:08:06' });

      expect(said(paid, 'order.updated')[1]).toMatchObject({ type: 'cart-mark', mark: 'ordered' });
      expect(said(changed('0052', { status, date_paid_gmt: null }), 'order.updated')[1]).toMatchObject({
        type: 'cart-try',
      });
    },
  );
});
