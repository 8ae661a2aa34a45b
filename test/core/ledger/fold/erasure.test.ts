import { describe, expect, test } from 'vitest';
import { type Erasing, forget, isReturn, withoutErased } from '../../../../lib/core/ledger/fold/erasure.ts';
import { fold, type State } from '../../../../lib/core/ledger/fold/order.ts';
import { NOBODY, type Snapshot } from '../../../../lib/core/ledger/snapshot.ts';
import { version } from '../../../../lib/core/ledger/version.ts';
import {
  cartState,
  contact,
  customerState,
  emailOf,
  orderRef,
  orderState,
  productState,
} from '../../../contracts/samples.ts';

const ADA = contact('ada');
const CREATED = 1_750_000_000_000;
const erasing = (change: Partial<Erasing> = {}): Erasing => ({
  contact: ADA,
  erasedAt: CREATED,
  hasReturned: false,
  ...change,
});

/** What a webhook says of the order of the samples. */
function told(change: Parameters<typeof orderState>[0] = {}): Extract<Snapshot, { type: 'order' }> {
  const { version, data } = orderState(change);
  if (!version || !data) throw new Error('the sample has data');
  const address = { usable: true, email: emailOf('ada'), key: ADA } as const;
  return { type: 'order', ref: orderRef(23), version, data, address };
}

describe('what is told of somebody who was erased', () => {
  test('comes without name, address and consent, and keeps its money and its version', () => {
    const seen = withoutErased(told(), new Map([[ADA, CREATED]]));

    expect(JSON.stringify(seen)).not.toMatch(/ada@|Lovelace|London|newsletter/);
    expect(seen).toMatchObject({
      address: { usable: false, reason: 'erased' },
      version: told().version,
      data: { total: '19.90', lines: [{ sku: 'ENGINE' }] },
    });
  });

  test('comes without where it goes to, the meta that the policy maps, and the link that pays for it', () => {
    const personal = {
      shipping: { ...NOBODY, lastName: 'Byron', address1: '7 Ockham Park' },
      meta: { vat_number: 'GB1234' },
      checkout: { createdVia: 'checkout', needsPayment: true, paymentUrl: 'https://shop.test/pay?key=wc_1' },
      attribution: { user_agent: 'Lynx of Ada' },
    };
    const { data } = told(personal);
    const seen = withoutErased(told(personal), new Map([[ADA, CREATED]]));

    expect(data).toMatchObject(personal);
    expect(JSON.stringify(seen)).not.toMatch(/Byron|Ockham|GB1234|wc_1|Lynx/);
    expect(forget(fold(undefined, told(personal)), erasing())).toEqual(fold(undefined, seen));
  });

  test('is kept as it is when it is younger, of somebody else, or of a product', () => {
    const younger = told({ createdAt: CREATED + 1 });
    expect(withoutErased(younger, new Map([[ADA, CREATED]]))).toBe(younger);
    expect(withoutErased(younger, new Map([[contact('bob'), CREATED * 2]]))).toBe(younger);
    const { version, data } = productState('Engine');
    const product: Snapshot = { type: 'product', ref: orderRef(1), version, data };
    expect(withoutErased(product, new Map([[ADA, CREATED]]))).toBe(product);
  });
});

test('a try at a cart by somebody who was erased since names nobody, a later one does', () => {
  const ref = { kind: 'cart', store: 'demo', id: 'c1' } as const;
  const address = { usable: true, email: emailOf('ada'), key: ADA } as const;
  const told = (at: number) => ({ type: 'cart-try', ref, address, at }) as const;

  expect(withoutErased(told(CREATED), new Map([[ADA, CREATED]]))).toEqual({
    ...told(CREATED),
    address: { usable: false, reason: 'erased' },
  });
  expect(withoutErased(told(CREATED + 1), new Map([[ADA, CREATED]]))).toEqual(told(CREATED + 1));
});

describe('a subscription of somebody who was erased', () => {
  const told: Extract<Snapshot, { type: 'subscription' }> = {
    type: 'subscription',
    ref: { store: 'demo', kind: 'subscription', id: '7' },
    version: version({ schema: 1, modifiedAt: CREATED, rank: [], receivedAt: 0, content: 'any' }),
    address: { usable: true, email: emailOf('ada'), key: ADA },
    data: {
      status: 'active',
      productId: '9',
      name: 'Tea',
      interval: 'monthly',
      amount: '9.00',
      currency: 'EUR',
      createdAt: CREATED,
      modifiedAt: CREATED,
      orderId: '23',
    },
  };

  test('stays what it was, of nobody, whether it was known before the erasure or is told after it', () => {
    const before = forget(fold(undefined, told), erasing());
    const after = fold(undefined, withoutErased(told, new Map([[ADA, CREATED]])));

    expect(before).toEqual(after);
    expect(before).toMatchObject({ refused: 'erased', data: told.data });
    expect(JSON.stringify(before)).not.toMatch(/ada@/);
  });
});

describe('what the ledger keeps', () => {
  test('is the same whether the order was known before the erasure or is told after it', () => {
    const before = forget(fold(undefined, told()), erasing());
    const after = fold(undefined, withoutErased(told(), new Map([[ADA, CREATED]])));

    expect(before).toEqual(after);
    expect(fold(before, withoutErased(told(), new Map([[ADA, CREATED]])))).toEqual(before);
    expect(JSON.stringify(before)).not.toMatch(/ada@|Lovelace|London|newsletter/);
  });

  test('is untouched, the very same, where there is nothing to forget', () => {
    const states: readonly State[] = [
      orderState({ createdAt: CREATED + 1 }),
      forget(orderState(), erasing()),
      productState('Engine'),
    ];
    for (const state of states) expect(forget(state, erasing())).toBe(state);
  });

  test('of an order that went over to somebody else is theirs', () => {
    const bob = { contact: contact('bob'), email: emailOf('bob') };
    const moved = { ...orderState(), ...bob, contacts: { [ADA]: emailOf('ada'), [bob.contact]: bob.email } };

    const kept = forget(moved, erasing());

    expect(kept).toMatchObject({ ...bob, data: { identity: { firstName: 'Ada' } } });
    expect(kept.contacts).toEqual({ [bob.contact]: bob.email });
  });

  test('of a cart that the person tried since is who must hear of it; told of the try again it is no other', () => {
    const order = { id: '31', version: told().version };
    const address = { usable: true, email: emailOf('ada'), key: ADA } as const;
    const ref = { kind: 'cart', store: 'demo', id: 'c1' } as const;
    const tried: Snapshot = { type: 'cart-try', ref, address, at: CREATED + 1, order };
    const cart = cartState({ createdAt: CREATED });
    const bob = {
      contact: contact('bob'),
      email: emailOf('bob'),
      contacts: { [contact('bob')]: emailOf('bob') },
    };
    const theirs = fold(cart, tried);
    const ofBob = fold({ ...cart, ...bob }, tried);

    expect(forget(ofBob, erasing())).toBe(ofBob);
    const kept = forget(theirs, erasing());
    expect(kept).toMatchObject({ refused: 'erased', contacts: { [ADA]: emailOf('ada') } });
    expect(kept).not.toHaveProperty('contact');
    expect(fold(kept, tried)).toEqual(kept);
    expect(forget(kept, erasing())).toBe(kept);
    expect(forget(ofBob, erasing({ erasedAt: CREATED + 1 }))).toHaveProperty('contacts', bob.contacts);
  });

  test('of an order of which only its deletion is known loses nothing', () => {
    const mark = fold(undefined, { type: 'order-mark', ref: orderRef(23), mark: 'deleted', by: '2/1' });

    expect(forget(mark, erasing())).toBe(mark);
  });

  test('of a customer record goes, unless the person came back and it changed since', () => {
    const record = customerState();
    const changedAt = record.data?.modifiedAt ?? 0;

    expect(forget(record, erasing({ erasedAt: changedAt, hasReturned: true }))).not.toBe(record);
    expect(forget(record, erasing({ erasedAt: changedAt - 1, hasReturned: false }))).not.toBe(record);
    expect(forget(record, erasing({ erasedAt: changedAt - 1, hasReturned: true }))).toBe(record);
  });
});

test('who orders after the erasure is back', () => {
  const since = { contact: ADA, erasedAt: CREATED };

  expect(isReturn(orderState({ createdAt: CREATED + 1 }), since)).toBe(true);
  expect(isReturn(orderState(), since)).toBe(false);
  expect(isReturn(customerState(), since)).toBe(false);
});
