import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Email } from '../../../../lib/stores/follow-up-emails/rest/emails.ts';
import { fueRecording } from '../../../support/follow-up-emails.ts';

const Recorded = v.object({ email: v.record(v.string(), v.unknown()) });

/** The recorded e-mail with another field or two. */
function read(change: Readonly<Record<string, unknown>>) {
  const { email } = v.parse(Recorded, fueRecording('emails-edit').response.body);
  return v.parse(Email, { email: { ...email, ...change } });
}

const unreadable = { condition: 'unreadable', values: [] };
const above = { condition: 'order_total_above', value: '50' };

describe('requirements of an e-mail', () => {
  it.each([
    ['as they were recorded', [above], [{ condition: 'order_total_above', values: ['50'] }]],
    [
      'by number, as PHP writes a list from which one was taken out',
      { 1: above, 3: { condition: 'bought_products', value: { 0: 11, 2: '12' } } },
      [
        { condition: 'order_total_above', values: ['50'] },
        { condition: 'bought_products', values: ['11', '12'] },
      ],
    ],
    [
      'of which one has no known form',
      [above, 'bought'],
      [{ condition: 'order_total_above', values: ['50'] }, unreadable],
    ],
    ['that name no condition', [{ value: '50' }], [unreadable]],
    [
      'over what is no value',
      [{ condition: 'bought_products', value: [11, { id: 12 }] }],
      [{ condition: 'bought_products', values: [] }],
    ],
    ['in a text', 'a:1:{i:0;s:3:"buy"}', [unreadable]],
    ['in an empty text', '', []],
    ['in an empty object', {}, []],
    ['that are not there', undefined, []],
    ['that are null', null, []],
    ['that are false', false, []],
  ])('%s are never fewer than there are', (_, requirements, expected) => {
    expect(read({ requirements }).requirements).toEqual(expected);
  });
});

describe('the product and the category of an e-mail', () => {
  it.each([
    ['11', '11'],
    [11, '11'],
    ['', undefined],
    ['0', undefined],
    [0, undefined],
    [null, undefined],
    [[], undefined],
    ['11,12', '11,12'],
    [['11', '12'], 'unreadable'],
    ['-1', '-1'],
  ])('%j are %j: what cannot be read is not none', (written, expected) => {
    expect(read({ product_id: written }).productId).toBe(expected);
    expect(read({ category_id: written }).categoryId).toBe(expected);
  });
});
