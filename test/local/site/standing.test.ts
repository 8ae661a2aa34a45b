import { beforeEach, describe, expect, it } from 'vitest';
import { fold } from '../../../lib/core/ledger/fold/order.ts';
import { refName } from '../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { readStanding } from '../../../lib/local/site/standing.ts';
import { contactStory, orderStory } from '../../../lib/local/site/stories.ts';
import { createExplain } from '../../../lib/pipeline/explain.ts';
import { snapshotsOf } from '../../support/translation.ts';
import { keyOf, NOON } from '../../support/workshop.ts';

const HELENE = 'helene@example.test';
const KEY = keyOf(HELENE);

let ledger: MemoryLedger;
const pending = async () => ({ deliveries: 0, contacts: 1, effects: 0 });
const standing = () => readStanding({ ledger, pending, now: () => NOON });
const nobody = async () => undefined;
const told = () => {
  const clock = { now: () => NOON };
  const explain = createExplain({
    things: ledger,
    contacts: ledger,
    registers: ledger,
    policy: DEFAULT_POLICY,
    clock,
  });
  return { ledger, explain };
};

/** Takes recorded deliveries into the ledger, as `record` does. */
async function takeIn(...numbers: readonly string[]): Promise<void> {
  for (const snapshot of snapshotsOf(...numbers)) {
    const known = (await ledger.load([snapshot.ref])).get(refName(snapshot.ref));
    await ledger.save(snapshot.ref, fold(known?.state, snapshot), known?.revision);
    await ledger.point(KEY, snapshot.ref);
  }
  await ledger.want(KEY, HELENE, NOON);
}

beforeEach(() => {
  ledger = createMemoryLedger({ now: () => NOON });
});

describe('what the page lists', () => {
  it('is what is pending, who is in the ledger and every order, the newest first', async () => {
    await takeIn('0057', '0101');

    const { contacts, orders, ...rest } = await standing();

    expect(rest).toEqual({ pending: { deliveries: 0, contacts: 1, effects: 0 }, isCut: false });
    expect(contacts).toEqual([{ key: KEY, email: HELENE, place: 'behind', due: NOON }]);
    expect(orders.map(({ name, status, total }) => [name, status, total])).toEqual([
      ['demo/35', 'processing', '95.76'],
      ['demo/23', 'processing', '57.17'],
    ]);
  });

  it('puts who is parked before who waits, and says why', async () => {
    for (const email of ['a@example.test', 'b@example.test', 'c@example.test'])
      await ledger.want(keyOf(email), email, NOON);
    const waiting = { code: 'unavailable', message: 'Mautic takes no calls.' };
    await ledger.defer(keyOf('b@example.test'), NOON + 60_000, { doubt: false, waiting });
    await ledger.park(keyOf('c@example.test'), 1, { code: 'refused', message: 'Look at it.', at: NOON });
    await ledger.settle(keyOf('a@example.test'), 1, { mauticId: 7 });

    expect((await standing()).contacts).toMatchObject([
      { email: 'c@example.test', place: 'parked', why: 'Look at it. (refused)' },
      {
        email: 'b@example.test',
        place: 'waits',
        why: 'Mautic takes no calls. (unavailable)',
        due: NOON + 60_000,
      },
      { email: 'a@example.test', place: 'in step' },
    ]);
  });
});

describe('the story of an order', () => {
  it('says what was bought, what it went through, what was done for it and where its contact stands', async () => {
    await takeIn('0057', '0059');
    const ref = { kind: 'order', store: 'demo', id: '23' } as const;
    await ledger.claimEffect(ref, 'note:completed', { at: NOON, contactId: 7 });
    await ledger.markEffect(ref, 'note:completed', { state: 'done', at: NOON });
    await ledger.settle(KEY, 1, { mauticId: 7 });

    const story = await orderStory(told(), 'demo', '23');

    expect(story).toMatchObject({
      title: 'Order 23',
      contact: KEY,
      lines: [{ quantity: 2 }, { quantity: 1 }],
    });
    expect(story?.facts).toContainEqual(['Total', '57.17 EUR']);
    const texts = story?.steps.map(({ text }) => text);
    expect(texts?.[0]).toBe('the order was placed');
    for (const text of ['it was seen as processing', 'it was seen as completed'])
      expect(texts).toContain(text);
    expect(texts?.join()).toMatch(/note/);
    expect(story?.summary).toMatch(/^Order 23 of store demo: completed, 57\.17 EUR\. It counts/);
    expect(story?.todo).toEqual([]);
  });

  it('says that an order is gone', async () => {
    await takeIn('0148', '0149');

    const story = await orderStory(told(), 'demo', '53');

    expect(story?.summary).toContain('It is gone in the shop and counts for nothing.');
  });

  it('is none where the ledger knows no such order', async () => {
    expect(await orderStory(told(), 'demo', '1')).toBeUndefined();
  });
});

describe('the story of a contact', () => {
  it('says what Mautic holds now, and which orders are its own', async () => {
    await takeIn('0057');
    const held = { fields: { city: 'Paris' }, tags: ['vip'] };

    expect(await contactStory(ledger, async () => held, KEY)).toMatchObject({
      email: HELENE,
      place: 'behind',
      held,
      orders: ['demo/23'],
    });
  });

  it('says why Mautic could not be asked', async () => {
    await takeIn('0057');
    const away = async () => {
      throw new Error('Mautic takes no calls.');
    };

    expect(await contactStory(ledger, away, KEY)).toMatchObject({ unasked: 'Mautic takes no calls.' });
  });

  it('is none of somebody whom the ledger does not know', async () => {
    expect(await contactStory(ledger, nobody, KEY)).toBeUndefined();
  });
});
