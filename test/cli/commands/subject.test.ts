import { expect, test } from 'vitest';
import { subjectOf } from '../../../lib/cli/commands/subject.ts';
import { UsageError } from '../../../lib/cli/usage-error.ts';

const ONE = [{ id: 'demo' }];
const TWO = [{ id: 'demo' }, { id: 'shop2' }];
const order = (store: string, id: string) => ({ kind: 'order', ref: { kind: 'order', store, id } });

test.each([
  ['134', ONE, undefined, order('demo', '134')],
  ['#0134', ONE, undefined, order('demo', '134')],
  ['shop2/134', TWO, undefined, order('shop2', '134')],
  ['134', TWO, 'shop2', order('shop2', '134')],
  ['shop2/134', TWO, 'shop2', order('shop2', '134')],
] as const)('%s of %j with --store %s is an order', (...[text, stores, flag, subject]) => {
  expect(subjectOf(text, stores, flag)).toEqual(subject);
});

test.each([
  ['order', ONE, undefined, 'That is no order and no address: give 123, demo/123 or someone@example.com.'],
  ['134', TWO, undefined, 'Say of which store: demo/134 or shop2/134.'],
  ['other/134', ONE, undefined, 'bridge.config.ts has no such store: give demo/134.'],
  ['134', ONE, 'other', 'bridge.config.ts has no such store: give demo/134.'],
  ['demo/134', TWO, 'shop2', 'The order is of one store, and --store names another.'],
] as const)(
  '%s of %j with --store %s is none, and the answer says what to give',
  (...[text, stores, flag, said]) => {
    expect(() => subjectOf(text, stores, flag)).toThrow(new UsageError(said));
  },
);
