import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { type Story, storyLines } from '../../lib/pipeline/explain/story.ts';
import { createExplain, type Subject } from '../../lib/pipeline/explain.ts';
import { orderRef } from '../contracts/samples.ts';
import { cartBody } from '../support/recorded-carts.ts';
import { emailsThat, keyOf, MINUTE, NOON, openWorkshop, type Workshop } from '../support/workshop.ts';

const ANNA = 'anna@example.test';

async function explained(shop: Workshop, subject: Subject): Promise<Story> {
  const { ledger, clock } = shop;
  const explain = createExplain({
    things: ledger,
    contacts: ledger,
    registers: ledger,
    policy: shop.current.policy,
    clock,
  });
  const story = await explain(subject);
  if (!story) throw new Error('there is no story');
  return story;
}

const ofOrder = (shop: Workshop, id: number) => explained(shop, { kind: 'order', ref: orderRef(String(id)) });

describe('the story of an order', () => {
  test('says how it stands, what the shop said and what Mautic was told', async () => {
    const shop = openWorkshop();
    await shop.order({ id: 1, email: ANNA, total: '12.50' });
    await shop.settle();

    const { summary, passages, todo } = await ofOrder(shop, 1);

    expect(summary).toMatch(
      /^Order 1 of store demo: processing, 12\.50 EUR\. It counts towards the totals of its buyer\. Mautic has all of it, as contact \d+\.$/,
    );
    expect(passages.map(({ says }) => says)).toEqual(
      expect.arrayContaining(['the order was placed', 'it was seen as processing']),
    );
    expect(passages.find(({ of }) => of === 'mautic')?.says).toMatch(
      /^Mautic was told the fields .*; the tags /,
    );
    expect(todo).toEqual([]);
  });

  test('of a status that does not count says which do', async () => {
    const shop = openWorkshop();
    await shop.order({ id: 1, email: ANNA, status: 'on-hold' });

    expect((await ofOrder(shop, 1)).summary).toContain(
      'It does not count: its status is none of processing, completed.',
    );
  });

  test('without an address says that it belongs to nobody', async () => {
    const shop = openWorkshop();
    await shop.order({ id: 1, email: '' });

    expect((await ofOrder(shop, 1)).summary).toContain(
      'It belongs to nobody in Mautic (it has no e-mail address).',
    );
  });

  test('names a parked e-mail, why, and what a person must do', async () => {
    const shop = openWorkshop({ emails: { processing: { template: 7, transactional: true } } });
    await shop.policyChange();
    shop.world.emails = emailsThat('refuse');
    await shop.order({ id: 1, email: ANNA, createdAt: shop.clock.now() + MINUTE });
    await shop.settle();

    const { passages, todo } = await ofOrder(shop, 1);

    expect(passages.find(({ of }) => of === 'effect')?.says).toMatch(
      /^the e-mail on processing is parked \(\S+\)$/,
    );
    expect(todo[0]).toMatch(/^the e-mail on processing is parked .*bridge -- replay --store demo --order 1$/);
  });

  test('of which the ledger knows nothing does not exist', async () => {
    const { ledger, clock, current } = openWorkshop();
    const explain = createExplain({
      things: ledger,
      contacts: ledger,
      registers: ledger,
      policy: current.policy,
      clock,
    });

    expect(await explain({ kind: 'order', ref: orderRef('404') })).toBeUndefined();
    expect(await explain({ kind: 'contact', contact: keyOf(ANNA) })).toBeUndefined();
  });
});

describe('the story of a person', () => {
  test('lists the orders in order of time, and holds no address', async () => {
    const shop = openWorkshop();
    await shop.order({ id: 2, email: ANNA, createdAt: NOON - 2 * MINUTE });
    await shop.order({ id: 1, email: ANNA, createdAt: NOON - 3 * MINUTE });
    await shop.settle();

    const story = await explained(shop, { kind: 'contact', contact: keyOf(ANNA) });

    expect(story.summary).toMatch(/^2 orders belong to this person\. Mautic has all of it/);
    const orders = story.passages.filter(({ says }) => says.startsWith('Order '));
    expect(orders.map(({ says }) => says.slice(0, 7))).toEqual(['Order 1', 'Order 2']);
    expect(JSON.stringify(story)).not.toContain('@');
  });

  test('who is parked says what to do about it', async () => {
    const shop = openWorkshop();
    await shop.order({ id: 1, email: ANNA });
    const { wanted } = shop.profile(ANNA);
    const message = 'Two contacts have this address. Merge them in Mautic.';
    await shop.ledger.park(keyOf(ANNA), wanted, { code: 'duplicate-contacts', message, at: NOON });

    const story = await explained(shop, { kind: 'contact', contact: keyOf(ANNA) });

    expect(story.summary).toContain(`Its contact is parked: ${message}`);
    expect(story.todo).toEqual([
      `Mend what is said above (duplicate-contacts), then: npm run -s bridge -- replay --contact ${keyOf(ANNA)}`,
    ]);
    expect(storyLines(story).at(-2)).toBe('To do:');
  });
});

describe('the story of a person who asked to be forgotten', () => {
  test('says so while it is under way and when it is done, and so does that of the order', async () => {
    const shop = openWorkshop();
    await shop.order({ id: 1, email: ANNA });
    await shop.settle();
    await shop.ledger.erase(keyOf(ANNA), shop.clock.now());

    const subject = { kind: 'contact', contact: keyOf(ANNA) } as const;
    const during = await explained(shop, subject);
    await shop.settle();
    const after = await explained(shop, subject);

    expect(during.summary).toContain('It is being forgotten');
    expect(after.summary).toContain('It was forgotten');
    expect(after.summary).not.toContain('Mautic has all of it');
    expect((await ofOrder(shop, 1)).summary).toContain(
      'It belongs to nobody in Mautic (its buyer was forgotten).',
    );
  });
});

describe('the story of a person of whom more is kept', () => {
  const scored = { map: { rfmScore: 'rfm' } };

  test('says why nobody has scores yet', async () => {
    const shop = openWorkshop(scored);
    await shop.order({ id: 1, email: ANNA });
    await shop.settle();

    const { passages } = await explained(shop, { kind: 'contact', contact: keyOf(ANNA) });

    expect(passages.find(({ says }) => says.startsWith('buyers have no scores yet'))?.says).toContain(
      'bridge -- backfill',
    );
  });

  test('says whom its scores are relative to', async () => {
    const shop = openWorkshop(scored);
    await shop.order({ id: 1, email: ANNA });
    await shop.settle();
    const borders = { demo: { buyers: 40, recency: [1], frequency: [1], monetary: ['1'] } };
    const standing = { policy: 'x', calculatedAt: NOON, borders, told: 0, done: true };
    await shop.ledger.write({ of: 'mautic', name: 'SCORES' }, JSON.stringify(standing), undefined);

    const { passages } = await explained(shop, { kind: 'contact', contact: keyOf(ANNA) });

    expect(passages).toContainEqual({
      at: NOON,
      of: 'bridge',
      says: 'the scores of buyers are relative to 40 buyers of demo',
    });
  });

  test('names custom items that are parked or wait, and why', async () => {
    const customObjects = { orders: { object: 'orders', unique: 'orderkey', attributes: {} } };
    const shop = openWorkshop();
    await shop.order({ id: 1, email: ANNA });
    await shop.settle();
    shop.deploy({ customObjects });
    await shop.ledger.saveItems(
      keyOf(ANNA),
      new Map([
        ['orders#demo/1', { fingerprint: 'a', contactId: 1, parked: 'Mautic refused it' }],
        [
          'orders#demo/2',
          { fingerprint: 'b', contactId: 1, claimed: true, claimedAt: 0, serverErrors: 3, notBefore: NOON },
        ],
        ['orders#demo/3', { fingerprint: 'c', contactId: 1 }],
      ]),
    );

    const { passages } = await explained(shop, { kind: 'contact', contact: keyOf(ANNA) });

    expect(passages.filter(({ says }) => says.includes('custom item')).map(({ says }) => says)).toEqual([
      'the custom item orders#demo/1 is parked: Mautic refused it',
      'the custom item orders#demo/2 is to be written once more; it failed 3 times',
    ]);
  });
});

describe('the carts of a person', () => {
  test('are told with what became of them and what was done for them, and are no customer records', async () => {
    const shop = openWorkshop(v.parse(Policy, { carts: { consent: 'not-required' } }));
    const updated_at = new Date(shop.clock.now()).toISOString().replace(/\.\d+Z/, 'Z');
    await shop.deliver('demo', 'cart.updated', { ...cartBody('0025'), id: 'c1', email: ANNA, updated_at });
    await shop.sync();
    shop.forward(61 * MINUTE);
    await shop.sweep();
    await shop.sync();
    const failed = { state: 'parked', at: shop.clock.now(), reason: 'coupon-differs' } as const;
    await shop.ledger.markEffect({ kind: 'cart', store: 'demo', id: 'c1' }, 'coupon:cart', failed);

    const { summary, passages, todo } = await explained(shop, { kind: 'contact', contact: keyOf(ANNA) });

    expect(summary).toMatch(/^0 orders belong to this person\./);
    expect(passages.map(({ says }) => says)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^cart\/demo\/c1 was touched last: (1 line|\d+ lines), [\d.]+ EUR$/),
        'the mark that it was abandoned was done',
        'the coupon of policy.carts is parked (coupon-differs)',
      ]),
    );
    expect(todo).toEqual([expect.stringContaining(`bridge -- replay --contact ${keyOf(ANNA)}`)]);
  });

  test('are told with the try under another address that ended them, and never with the address', async () => {
    const shop = openWorkshop(v.parse(Policy, { carts: { consent: 'not-required' } }));
    const updated_at = new Date(shop.clock.now()).toISOString().replace(/\.\d+Z/, 'Z');
    const cart = { ...cartBody('0025'), id: 'cart-1', email: ANNA, created_at: updated_at, updated_at };
    await shop.deliver('demo', 'cart.updated', cart);
    shop.forward(5 * MINUTE);
    const meta_data = [{ id: 1, key: '_mcb_cart_id', value: 'cart-1' }];
    const date_created_gmt = new Date(shop.clock.now()).toISOString().slice(0, 19);
    const order = { id: 7, status: 'failed', created_via: 'checkout', parent_id: 0, meta_data };
    const billing = { email: 'ben@example.test' };
    await shop.deliver('demo', 'order.updated', { ...order, billing, date_created_gmt });

    const { passages } = await explained(shop, { kind: 'contact', contact: keyOf(ANNA) });

    expect(passages.map(({ says }) => says)).toContainEqual(
      expect.stringMatching(
        /^cart\/demo\/cart-1 was touched last: .+, and tried since under another address/,
      ),
    );
    expect(JSON.stringify(passages)).not.toContain('ben@');
  });
});
