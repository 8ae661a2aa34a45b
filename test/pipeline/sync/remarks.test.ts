import { describe, expect, test } from 'vitest';
import type { CustomerState } from '../../../lib/core/ledger/fold/order.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import { createRemarks } from '../../../lib/pipeline/sync/remarks.ts';
import { customerRef, orderRef, orderState } from '../../contracts/samples.ts';
import { recordingLog } from '../../support/log.ts';

function remarksOf(policy: Partial<Policy> = {}) {
  const said: string[] = [];
  const log = recordingLog(
    ({ level, fields }) => void said.push([level, ...Object.values(fields ?? {})].join(' ')),
  );
  return { said, remarks: createRemarks({ policy: { ...DEFAULT_POLICY, ...policy }, log }) };
}

function customer(role: string) {
  const { data } = orderState();
  if (!data) throw new Error('the sample has data');
  const state: CustomerState = {
    type: 'customer',
    data: { modifiedAt: 1, role, identity: data.identity },
    contacts: {},
    deleted: false,
  };
  return { ref: customerRef(7), state };
}

function order(status: string, paidAt?: number) {
  return { ref: orderRef(1), state: orderState({ status, ...(paidAt !== undefined && { paidAt }) }) };
}

describe('a role that makes no contacts', () => {
  test('is said once, and only of those who are no staff of every shop as a warning', () => {
    const { said, remarks } = remarksOf();

    for (const role of ['customer', 'wholesale', 'wholesale', 'administrator', 'subscriber', 'administrator'])
      remarks.about([customer(role)]);

    expect(said).toEqual(['warn demo wholesale', 'info demo administrator', 'info demo subscriber']);
  });

  test('is not said where the policy names it', () => {
    const { said, remarks } = remarksOf({ customerRoles: ['*'] });

    remarks.about([customer('wholesale')]);

    expect(said).toEqual([]);
  });
});

describe('a status that does not count', () => {
  test('is said once where it is the shop’s own and the order is not paid', () => {
    const { said, remarks } = remarksOf({ countedStatuses: ['packed'] });

    remarks.about([
      order('shipped'),
      order('shipped'),
      order('delivered', 1),
      order('packed'),
      order('failed'),
    ]);

    expect(said).toEqual(['warn demo shipped']);
  });
});

test('what a store calls a role or a status is told only if it looks like one, and not without end', () => {
  const { said, remarks } = remarksOf();

  remarks.about([customer('leo@example.test'), order('b\nc'), order('x'.repeat(41))]);
  for (let index = 0; index < 200; index += 1) remarks.about([order(`own-${String(index)}`)]);

  expect(said.slice(0, 2)).toEqual(['warn demo other', 'warn demo other']);
  expect(said).toHaveLength(100);
});
