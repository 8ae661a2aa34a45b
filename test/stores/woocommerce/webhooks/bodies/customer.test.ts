import { describe, expect, test } from 'vitest';
import { apartFromReceipt, recordedSnapshot, snapshotIn } from '../../../../support/translation.ts';
import { bodyOf } from '../../../../support/woocommerce.ts';

const recordedCustomer = (number: string) => recordedSnapshot('customer', number);

function changed(fields: Readonly<Record<string, unknown>>) {
  return snapshotIn('customer', 'customer.updated', { ...bodyOf('0047'), ...fields });
}

test('translates a customer (recording 0047)', () => {
  expect(recordedCustomer('0047')).toMatchObject({
    ref: { kind: 'customer', store: 'demo', id: '2' },
    address: { usable: true, email: 'claire@example.test' },
    data: {
      modifiedAt: Date.UTC(2026, 10, 21, 23, 6, 5),
      role: 'customer',
      identity: {
        firstName: 'Clairé',
        lastName: 'Dupont-Müller',
        company: '',
        phone: '+33 1 23 45 67 89',
        address1: '5 rue Molière',
        address2: '',
        city: 'Paris',
        state: '',
        postcode: '75001',
        country: 'FR',
      },
    },
  });
});

test.each([
  ['0047', 'customer'],
  ['0202', 'subscriber'],
  ['0203', 'customer'],
  ['0204', 'administrator'],
  ['0205', 'subscriber'],
])('every WordPress user comes, so the role is kept (recording %s: %s)', (number, role) => {
  expect(recordedCustomer(number).data.role).toBe(role);
});

test('a user who was never changed counts from creation (recordings 0202, then 0205)', () => {
  expect(bodyOf('0202')).toMatchObject({ date_modified_gmt: null });
  expect(recordedCustomer('0202').data.modifiedAt).toBe(Date.UTC(2026, 10, 21, 23, 10, 35));
  expect(recordedCustomer('0205').version > recordedCustomer('0202').version).toBe(true);
});

test('a user without any date counts from zero', () => {
  expect(changed({ date_modified_gmt: null, date_created_gmt: null }).data.modifiedAt).toBe(0);
});

test('the same state told twice is one version but for when it came (recordings 0047 and 0048, 0049 and 0050)', () => {
  const versionOf = (number: string) => apartFromReceipt(recordedCustomer(number).version);

  expect(versionOf('0047')).toBe(versionOf('0048'));
  expect(versionOf('0049')).toBe(versionOf('0050'));
});

test('a paying customer is later than the same one not paying (recording 0210)', () => {
  expect(bodyOf('0210')).toMatchObject({ is_paying_customer: true });
  expect(changed({ is_paying_customer: true }).version > changed({ is_paying_customer: false }).version).toBe(
    true,
  );
});

describe('identity', () => {
  test('prefers the bill and falls back to the account for the name', () => {
    const billing = { first_name: '', last_name: 'Billed', city: 'Lyon', email: 'other@example.test' };
    const { address, data } = changed({ first_name: 'Account', last_name: 'Account', billing });

    expect(data.identity).toMatchObject({
      firstName: 'Account',
      lastName: 'Billed',
      city: 'Lyon',
      postcode: '',
    });
    expect(address).toMatchObject({ email: 'claire@example.test' });
  });

  test('falls back for either name alone', () => {
    const names = { first_name: 'Account', last_name: 'Account' };

    expect(changed({ ...names, billing: { first_name: 'Billed' } }).data.identity).toMatchObject({
      firstName: 'Billed',
      lastName: 'Account',
    });
  });

  test.each([null, [], 'x', 7])('survives a bill that is %j', (billing) => {
    expect(changed({ billing }).data.identity).toMatchObject({ firstName: 'Clairé', city: '' });
  });
});

test.each([null, '', 5, ['a@example.test']])('an account with the e-mail %j has no contact', (email) => {
  expect(changed({ email }).address.usable).toBe(false);
});
