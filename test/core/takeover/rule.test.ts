import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FollowUp } from '../../../lib/core/policy/follow-ups/follow-ups.ts';
import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';
import type { OldEmail } from '../../../lib/core/takeover/old-follow-ups.ts';
import { verdictOn } from '../../../lib/core/takeover/rule.ts';
import { translated } from '../../../lib/core/takeover/tokens.ts';
import table from '../../../lib/stores/follow-up-emails/published-api.data.json' with { type: 'json' };

const EMAIL: OldEmail = {
  id: '13',
  type: 'storewide',
  name: 'Review request',
  subject: 'How was {item_names}?',
  message: 'Hi',
  status: 'active',
  trigger: 'completed',
  interval: 3,
  duration: 'days',
  productId: undefined,
  categoryId: undefined,
  campaigns: [],
  requirements: [],
};
const OPTIONS = { store: 'demo', categories: new Map([['16', 'tea']]) };
const verdict = (change: Partial<OldEmail>) => verdictOn({ ...EMAIL, ...change }, OPTIONS);

describe('an e-mail of Follow-Up Emails', () => {
  it('becomes a rule that the policy takes', () => {
    const found = verdict({
      productId: '11',
      requirements: [
        { condition: 'order_total_above', values: ['50'] },
        { condition: 'bought_products', values: ['11', '12'] },
        { condition: 'bought_categories', values: ['16'] },
        { condition: 'total_orders_below', values: ['3'] },
      ],
    });

    expect(found).toEqual({
      rule: {
        id: 'fue-13',
        store: 'demo',
        on: { status: 'completed' },
        after: '3 days',
        when: {
          products: ['11'],
          orderTotalAbove: '50',
          boughtProducts: { all: ['11', '12'] },
          boughtCategories: { all: ['tea'] },
          totalOrdersBelow: 3,
        },
      },
    });
    const { rule } = found as { rule: object };
    expect(v.safeParse(FollowUp, { ...rule, send: { template: 7 } }).issues).toBeUndefined();
  });

  it('keeps each of several requirements of a kind', () => {
    const requirements = [
      { condition: 'bought_products', values: ['11'] },
      { condition: 'bought_products', values: ['12', '11'] },
      { condition: 'order_total_above', values: ['50'] },
      { condition: 'order_total_above', values: ['9.50'] },
      { condition: 'order_total_below', values: ['200'] },
      { condition: 'order_total_below', values: ['1000'] },
      { condition: 'total_orders_above', values: ['2'] },
      { condition: 'total_orders_above', values: ['10'] },
    ];

    expect(verdict({ requirements })).toMatchObject({
      rule: {
        when: {
          boughtProducts: { all: ['11', '12'] },
          orderTotalAbove: '50',
          orderTotalBelow: '200',
          totalOrdersAbove: 10,
        },
      },
    });
  });

  it.each([
    [10_080, 'minutes', '168 hours'],
    [9999, 'minutes', '9999 minutes'],
    [12_000, 'hours', '500 days'],
  ])('of %d %s is due after %s, as the policy takes it', (interval, duration, after) => {
    const found = verdict({ interval, duration });

    expect(found).toMatchObject({ rule: { after } });
    const { rule } = found as { rule: object };
    expect(v.safeParse(FollowUp, { ...rule, send: { template: 7 } }).issues).toBeUndefined();
  });

  it.each([
    [10_001, 'minutes'],
    [10_000, 'days'],
  ])('of %d %s is written by hand', (interval, duration) => {
    expect(verdict({ interval, duration })).toHaveProperty('stays');
  });

  it.each([
    [{ status: 'archived' }, 'it is archived'],
    [{ productId: '11,12' }, 'its product 11,12 is no number of a product'],
    [
      { requirements: [{ condition: 'bought_products', values: ['11,12'] }] },
      'its requirement bought_products cannot be kept',
    ],
    [
      { requirements: [{ condition: 'order_total_above', values: ['50', '60'] }] },
      'its requirement order_total_above cannot be kept',
    ],
    [{ type: 'manual' }, 'e-mails of type manual follow no order'],
    [{ trigger: 'downloaded' }, 'nothing tells the bridge of its trigger downloaded'],
    [
      { trigger: 'total_orders' },
      'the number of its trigger total_orders is in no answer: write its rule by hand',
    ],
    [{ interval: undefined }, 'it has no interval: write its rule by hand'],
    [{ categoryId: '17' }, 'its category 17 is not known by its slug'],
    [
      { requirements: [{ condition: 'have_failed_quiz', values: ['1'] }] },
      'its requirement have_failed_quiz cannot be kept',
    ],
    [
      { requirements: [{ condition: 'bought_categories', values: ['16', '17'] }] },
      'its requirement bought_categories cannot be kept',
    ],
  ])('stays where it is rather than reach more people: %j', (change, stays) => {
    expect(verdict(change)).toEqual({ stays });
  });

  const triggerOf = (what: string) => {
    const [type = '', trigger = ''] = what.split(' ');
    return verdict({ type, trigger });
  };
  const { refused = [], mapped = [] } = Object.groupBy(table.triggers, (row) => row.verdict);
  const isByHand = ({ ours = '' }: { readonly ours?: unknown }) =>
    typeof ours === 'object' ? ours !== null && !('status' in ours) : ours === 'cart' || ours === 'signup';

  it.each(refused)('of trigger $what stays, as the table says', ({ what }) => {
    expect(triggerOf(what)).toHaveProperty('stays');
  });

  it.each(mapped.filter(isByHand))(
    'of trigger $what is written by hand: its number is unknown, or its items carry no order',
    ({ what }) => {
      expect(triggerOf(what)).toMatchObject({ stays: expect.stringContaining('by hand') });
    },
  );

  it.each(mapped.filter((row) => !isByHand(row)))('of trigger $what becomes what the table says', (row) => {
    expect(triggerOf(row.what)).toMatchObject({ rule: { on: row.ours } });
  });
});

describe('a text of Follow-Up Emails', () => {
  const shop = { name: 'Tea & Co', url: 'https://tea.test' };
  const read = (text: string) => translated(text, shop, DEFAULT_POLICY);

  it('gets Mautic’s tokens', () => {
    expect(
      read(
        '{section:header}Hi {customer_first_name}, {order_number} at {store_name} {store_url=/shop}{/section}',
      ),
    ).toEqual({
      text: 'Hi {contactfield=firstname}, {order_number} at Tea & Co https://tea.test/shop',
      unknown: [],
    });
    expect(read('{amount_spent_total} {number_orders} {item_names}').text).toBe(
      '{contactfield=mautic_woo_total_spent} {contactfield=mautic_woo_order_count} {items}',
    );
  });

  it('names what there is nothing for, and leaves it', () => {
    expect(read('{points_earned} and {post_id=12}')).toEqual({
      text: '{points_earned} and {post_id=12}',
      unknown: ['{points_earned}', '{post_id=12}'],
    });
  });

  it('that is called like something every object has is unknown', () => {
    expect(read('{constructor}').unknown).toEqual(['{constructor}']);
  });
});
