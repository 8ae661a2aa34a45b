import { describe, expect, it } from 'vitest';
import { readScores, SCORES } from '../../lib/core/contact/facts/scores-standing.ts';
import { historyOf, historyText } from '../../lib/core/stores/history.ts';
import { createScores, type ScoresParts } from '../../lib/pipeline/scores.ts';
import { orderState } from '../contracts/samples.ts';
import { keyOf, MINUTE, openWorkshop, STORES, type Workshop } from '../support/workshop.ts';

const DAY = 24 * 60 * MINUTE;
const MAP = { rfmScore: 'rfm', recencyScore: 'recency', frequencyScore: 'frequency', monetaryScore: 'money' };

function run(shop: Workshop, change: Partial<ScoresParts> = {}, remainingMs = () => 5 * MINUTE) {
  const stores = STORES.map(({ id }) => ({ id, currency: 'EUR' }));
  const { policy } = shop.current;
  return createScores({ ...shop.ports, survey: shop.ledger, policy, stores, ...change })(remainingMs);
}

/** Everybody of these numbers has bought once, each a day later and for more than the one before. */
async function sold(shop: Workshop, count: number, store = 'demo'): Promise<void> {
  for (let id = 1; id <= count; id += 1)
    await shop.order({
      store,
      id,
      email: addressOf(id),
      total: `${String(id)}.00`,
      createdAt: shop.clock.now() - (100 - id) * DAY,
    });
  await shop.settle();
}

/** An order as the ledger holds it, of a buyer of its own. */
async function bought({ ledger, clock }: Workshop, id: number): Promise<void> {
  const email = addressOf(id);
  const ref = { kind: 'order', store: 'demo', id: String(id) } as const;
  const state = orderState({ createdAt: clock.now() + id * MINUTE });
  await ledger.save(ref, { ...state, contact: keyOf(email) }, undefined);
  await ledger.point(keyOf(email), ref);
  await ledger.want(keyOf(email), email, clock.now());
}

function addressOf(id: number): string {
  return `buyer${String(id)}@example.test`;
}

async function knowPast(shop: Workshop): Promise<void> {
  for (const { id } of STORES)
    await shop.ledger.write(historyOf(id), historyText(shop.clock.now()), undefined);
}

/** As the schedule does, until nothing is left to do. */
async function scored(shop: Workshop): Promise<void> {
  for (let runs = 0; runs < 10; runs += 1) {
    if ((await run(shop)) === 'in-step') break;
    shop.forward(15 * MINUTE);
  }
  await shop.sweep();
  await shop.settle();
}

async function scoredShop(count: number): Promise<Workshop> {
  const shop = openWorkshop({ map: MAP });
  await sold(shop, count);
  await knowPast(shop);
  await scored(shop);
  return shop;
}

describe('scores of recency, frequency and money', () => {
  it('are written once the history of the stores is in the ledger, relative to the shop', async () => {
    const shop = openWorkshop({ map: MAP });
    await sold(shop, 25);
    expect(await run(shop)).toBe('waiting');
    expect(shop.contact(addressOf(1)).fields['rfm']).toBeFalsy();

    await knowPast(shop);
    await scored(shop);

    expect(shop.contact(addressOf(1)).fields['rfm']).toBe('111');
    expect(shop.contact(addressOf(13)).fields['rfm']).toBe('313');
    expect(shop.contact(addressOf(25)).fields).toMatchObject({ rfm: '515', recency: '5', money: '5' });
  });

  it('need no history where the policy says that there is none', async () => {
    const shop = openWorkshop({ map: MAP, history: 'none' });
    await sold(shop, 25);
    await scored(shop);

    expect(shop.contact(addressOf(25)).fields['rfm']).toBe('515');
  });

  it('are none while a shop has too few buyers, and are looked at again the next day', async () => {
    const shop = await scoredShop(19);
    expect(shop.contact(addressOf(19)).fields['rfm']).toBeFalsy();

    await sold(shop, 20);
    expect(await run(shop)).toBe('in-step');
    shop.forward(DAY);
    await scored(shop);

    expect(shop.contact(addressOf(20)).fields['rfm']).toBe('515');
  });

  it('follow a purchase at once, by the borders there are', async () => {
    const shop = await scoredShop(25);
    await shop.order({ id: 99, email: addressOf(1), total: '500.00', createdAt: shop.clock.now() });
    await shop.settle();

    expect(shop.contact(addressOf(1)).fields['rfm']).toBe('555');
  });

  it('are those of the store that the newest order came from: one without borders gives none', async () => {
    const shop = await scoredShop(25);
    await shop.order({ store: 'other', id: 99, email: addressOf(25), createdAt: shop.clock.now() });
    await shop.settle();

    expect(shop.contact(addressOf(25)).fields['rfm']).toBeFalsy();
  });

  it('are calculated again after four weeks, and whose score changed is written, nobody else', async () => {
    const shop = await scoredShop(25);
    for (let id = 1; id <= 5; id += 1)
      await shop.order({ id: 100 + id, email: addressOf(id), total: '1.00', createdAt: shop.clock.now() });
    await shop.settle();
    shop.forward(28 * DAY - MINUTE * 60);
    expect(await run(shop)).toBe('in-step');
    shop.forward(MINUTE * 60);
    const before = shop.contact(addressOf(25)).fields['rfm'];
    const written = shop.lines.length;
    await scored(shop);

    expect(before).toBe('515');
    expect(shop.contact(addressOf(25)).fields['rfm']).toBe('415');
    // Everybody was looked at, and who stayed in his fifths was in step already.
    const said = shop.lines.slice(written).map(({ message }) => message);
    expect(said.filter((message) => message === 'In step already').length).toBeGreaterThan(0);
  });

  it('are calculated again when the policy counts otherwise', async () => {
    const shop = await scoredShop(25);
    shop.deploy({ map: MAP, countedStatuses: ['completed'] });

    expect(await run(shop)).toBe('in-step');
    expect(readScores((await shop.ledger.read(SCORES))?.text)?.borders).toEqual({});
  });

  it('count nobody who is ignored', async () => {
    const shop = openWorkshop({ map: MAP });
    await sold(shop, 25);
    await knowPast(shop);
    shop.deploy({ map: MAP, ignore: [addressOf(25)] });
    await run(shop);

    const standing = readScores((await shop.ledger.read(SCORES))?.text);
    expect(standing?.borders['demo']?.buyers).toBe(24);
  });

  it('cost one read of a register a run while nothing is due, and nothing without a policy for them', async () => {
    const shop = await scoredShop(25);
    const touched: string[] = [];
    const ports = Object.fromEntries(
      (['things', 'contacts', 'registers', 'survey'] as const).map((name) => [
        name,
        new Proxy(shop.ledger, {
          get: (ledger, method) => {
            touched.push(String(method));
            return Reflect.get(ledger, method) as unknown;
          },
        }),
      ]),
    ) as Partial<ScoresParts>;
    await run(shop, ports);

    expect(touched).toEqual(['read']);
  });
});

describe('a run that calculates scores', () => {
  it('goes on at the contact where the one before stopped', async () => {
    const shop = openWorkshop({ map: MAP });
    await sold(shop, 25);
    await knowPast(shop);
    await run(shop);
    // Nobody is told while an instance may still know the borders before.
    expect(await run(shop)).toBe('waiting');
    shop.forward(15 * MINUTE);
    expect(await run(shop, {}, () => 0)).toBe('unfinished');
    expect(Object.values(shop.ledger.contents().profiles).some(({ work }) => work !== undefined)).toBe(false);
    expect(await run(shop)).toBe('in-step');
    await shop.sweep();
    await shop.settle();

    expect(shop.contact(addressOf(25)).fields['rfm']).toBe('515');
  });

  it('writes no borders when its time ends before enough buyers were read', async () => {
    const shop = openWorkshop({ map: MAP });
    await sold(shop, 25);
    await knowPast(shop);

    expect(await run(shop, {}, () => 0)).toBe('unfinished');
    expect(await shop.ledger.read(SCORES)).toBeUndefined();
  });

  it('leaves the register to another that was faster', async () => {
    const shop = openWorkshop({ map: MAP });
    await sold(shop, 25);
    await knowPast(shop);
    const registers = { read: shop.ledger.read.bind(shop.ledger), write: async () => false };

    expect(await run(shop, { registers })).toBe('overtaken');
  });

  it('reads two thousand buyers and no more, however many there are', async () => {
    const shop = openWorkshop({ map: MAP });
    for (let id = 1; id <= 2_200; id += 1) await bought(shop, id);
    await knowPast(shop);
    await run(shop);

    const standing = readScores((await shop.ledger.read(SCORES))?.text);
    const { buyers = 0, recency } = standing?.borders['demo'] ?? {};
    expect(buyers).toBeGreaterThanOrEqual(2_000);
    expect(buyers).toBeLessThan(2_010);
    // Orders one to 2,200 were placed a minute after the other.
    const fifths = recency?.map((at) => Math.round((at - shop.clock.now()) / MINUTE / 440));
    expect(fifths).toEqual([1, 2, 3, 4]);
  });
});
