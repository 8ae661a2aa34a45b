import { expect, it } from 'vitest';
import { failed, succeeded } from '../../../lib/core/ledger/failure.ts';
import type { StoreApi, StoreQuestion } from '../../../lib/core/stores/store-api.ts';
import { Politeness } from '../../../lib/pipeline/backfill/polite.ts';

const DOWN = failed({ kind: 'retry', code: 'unavailable', message: 'away' });

/** A store that takes so long for each call, and what its guest slept between them. */
function store(usualMs?: Readonly<Record<string, number>>) {
  let now = 0;
  const state = { ms: 400, slept: [] as number[], atOnce: 0, most: 0 };
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
      state.slept.push(ms);
    },
  };
  const api = {
    list: async () => {
      state.atOnce += 1;
      state.most = Math.max(state.most, state.atOnce);
      now += state.ms;
      await Promise.resolve();
      state.atOnce -= 1;
      return succeeded({ items: [], total: 0, now });
    },
    order: async () => DOWN,
  } as unknown as StoreApi;
  const politeness = new Politeness(clock, usualMs);
  return { state, politeness, guest: politeness.guest(api) };
}

const PAGE: StoreQuestion = { kind: 'order', page: 1 };

it('does not rest while the store answers as usual, nor for a page that takes long now and then', async () => {
  const { state, guest } = store();
  for (let page = 0; page < 40; page += 1) {
    state.ms = page % 8 === 7 ? 1000 : 400 + (page % 3) * 60;
    await guest.list(PAGE);
  }

  expect(state.slept).toEqual([]);
});

it('rests the longer the slower the store has become, and goes on at once when it is well again', async () => {
  const { state, guest } = store();
  await guest.list(PAGE);
  const rests: number[] = [];
  for (const ms of [1200, 1200, 1200, 1200, 2400, 2400, 2400]) {
    state.ms = ms;
    await guest.list(PAGE);
    rests.push(state.slept.splice(0)[0] ?? 0);
  }
  state.ms = 400;
  for (let page = 0; page < 6; page += 1) await guest.list(PAGE);
  state.slept.splice(0);
  for (let page = 0; page < 6; page += 1) await guest.list(PAGE);

  expect(rests[0]).toBe(0);
  expect(rests[3]).toBeGreaterThan(800);
  expect(rests[6]).toBeGreaterThan(2 * (rests[3] ?? 0));
  expect(state.slept).toEqual([]);
});

it('takes a store that answers at once for well, however much quicker it was before', async () => {
  const { state, guest } = store({ order: 20 });
  state.ms = 300;
  for (let page = 0; page < 10; page += 1) await guest.list(PAGE);

  expect(state.slept).toEqual([]);
});

it('never rests longer than ten seconds', async () => {
  const { state, guest } = store();
  await guest.list(PAGE);
  state.ms = 25_000;
  for (let page = 0; page < 3; page += 1) await guest.list(PAGE);

  expect(state.slept.at(-1)).toBe(10_000);
});

it('knows from the run before what is usual, so that a store which is slow since then is spared', async () => {
  const { state, politeness, guest } = store({ order: 400 });
  state.ms = 2000;
  for (let page = 0; page < 3; page += 1) await guest.list(PAGE);

  expect(state.slept).toHaveLength(2);
  expect(politeness.usualMs['order']).toBeLessThan(500);
});

it('has one request at a time', async () => {
  const { state, guest } = store();
  for (let page = 0; page < 5; page += 1) await guest.list(PAGE);

  expect(state.most).toBe(1);
});

it('compares whole pages of one kind only', async () => {
  const { state, guest } = store();
  await guest.list(PAGE);
  state.ms = 2000;
  await guest.list({ kind: 'customer', page: 1 });
  await guest.list({ ...PAGE, perPage: 1 });
  await guest.list({ ...PAGE, ids: ['1'] });
  await guest.order('1');
  await guest.list({ kind: 'customer', page: 2 });

  expect(state.slept).toEqual([]);
});
