import { describe, expect, test } from 'vitest';
import { isBuyer } from '../../../../lib/core/contact/facts/buyer.ts';
import { type Facts, factsOf } from '../../../../lib/core/contact/facts/facts.ts';
import type { CustomerState } from '../../../../lib/core/ledger/fold/order.ts';
import type { OrderData } from '../../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY } from '../../../../lib/core/policy/policy.ts';
import { customerRef, orderRef, orderState } from '../../../contracts/samples.ts';

/** An order, and every other status it was ever seen in. */
function seen(change: Partial<OrderData>, ...statuses: readonly string[]): Facts {
  const state = orderState({ status: 'pending', ...change });
  const sights = Object.fromEntries(statuses.map((status) => [status, 1]));
  return factsOf(
    [{ ref: orderRef(1), state: { ...state, sights: { ...sights, ...state.sights } } }],
    new Map(),
  );
}

function countingAlso(status: string) {
  return { countedStatuses: [...DEFAULT_POLICY.countedStatuses, status] };
}

describe('whoever has an order', () => {
  test.each(['pending', 'failed', 'cancelled', 'trash'])('is no buyer by one in %s', (status) => {
    expect(isBuyer(seen({ status }), DEFAULT_POLICY)).toBe(false);
    expect(isBuyer(seen({ status }, 'pending', 'failed'), DEFAULT_POLICY)).toBe(false);
  });

  test.each(['on-hold', 'processing', 'completed', 'refunded', 'quote-sent'])(
    'is a buyer once it was seen in %s, whatever became of it',
    (status) => {
      expect(isBuyer(seen({}, status), DEFAULT_POLICY)).toBe(true);
      expect(isBuyer(seen({ status: 'trash' }, status), DEFAULT_POLICY)).toBe(true);
    },
  );

  test('is a buyer by one that is paid, however it was seen', () => {
    expect(isBuyer(seen({ status: 'cancelled', paidAt: 1 }), DEFAULT_POLICY)).toBe(true);
  });

  test('is a buyer by one that the policy counts', () => {
    expect(isBuyer(seen({}), countingAlso('pending'))).toBe(true);
    expect(isBuyer(seen({ status: 'failed' }), countingAlso('pending'))).toBe(false);
  });

  test('is a buyer by a customer record', () => {
    expect(isBuyer(registered(), DEFAULT_POLICY)).toBe(true);
  });
});

describe('who becomes a contact besides those who bought', () => {
  const contacts = { registered: true, unpaid: false, declined: true };
  const consent = { fields: ['shop/newsletter'], require: true };

  test('is the same with the defaults spelt out as without them', () => {
    for (const facts of [registered(), seen({ status: 'failed' }), seen({ status: 'completed' })])
      expect(isBuyer(facts, { ...DEFAULT_POLICY, contacts })).toBe(isBuyer(facts, DEFAULT_POLICY));
  });

  test('is nobody who only registered, if the policy says so, but whoever also bought', () => {
    const policy = { ...DEFAULT_POLICY, contacts: { ...contacts, registered: false } };

    expect(isBuyer(registered(), policy)).toBe(false);
    expect(isBuyer({ ...seen({ status: 'processing' }), customers: registered().customers }, policy)).toBe(
      true,
    );
  });

  test('is whoever has an order that nobody paid, if the policy says so', () => {
    const policy = { ...DEFAULT_POLICY, contacts: { ...contacts, unpaid: true } };

    expect(isBuyer(seen({ status: 'failed' }), policy)).toBe(true);
    expect(isBuyer(factsOf([], new Map()), policy)).toBe(false);
  });

  test('is a buyer who answered no, unless the policy leaves those out', () => {
    const declined = seen({ status: 'completed', consent: { 'shop/newsletter': false } });
    const silent = seen({ status: 'completed', consent: {} });
    const strict = { ...DEFAULT_POLICY, consent, contacts: { ...contacts, declined: false } };

    expect(isBuyer(declined, { ...DEFAULT_POLICY, consent })).toBe(true);
    expect(isBuyer(declined, strict)).toBe(false);
    expect(isBuyer(silent, strict)).toBe(true);
  });
});

/** Somebody with a customer record and no order. */
function registered(): Facts {
  const { data } = orderState();
  if (!data) throw new Error('the sample has data');
  const state: CustomerState = {
    type: 'customer',
    data: { modifiedAt: 1, role: 'customer', identity: data.identity },
    contacts: {},
    deleted: false,
  };
  return factsOf([{ ref: customerRef(7), state }], new Map());
}
