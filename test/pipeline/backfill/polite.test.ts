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

it('does not rest while the store answers as usual', async () => {
  const { state, guest } = store();
  for (let page = 0; page < 20; page += 1) {
    state.ms = 400 + (page % 3) * 60;
    await guest.list(PAGE);
  }

  expect(state.slept).toEqual([]);
});

it('rests the longer the slower the store has become, and goes on at once when it is well again', async () => {
  const { state, guest } = store();
  await guest.list(PAGE);
  for (const ms of [800, 1600, 400, 400]) {
    state.ms = ms;
    await guest.list(PAGE);
  }

  expect(state.slept).toHaveLength(2);
  expect(state.slept[0]).toBeGreaterThan(400);
  expect(state.slept[1]).toBeGreaterThan(3 * (state.slept[0] ?? 0));
});

it('never rests longer than ten seconds', async () => {
  const { state, guest } = store();
  await guest.list(PAGE);
  state.ms = 25_000;
  await guest.list(PAGE);
  await guest.list(PAGE);

  expect(state.slept).toEqual([10_000]);
});

it('knows from the run before what is usual, so that a store which is slow since then is spared', async () => {
  const { state, politeness, guest } = store({ order: 400 });
  state.ms = 1200;
  for (let page = 0; page < 3; page += 1) await guest.list(PAGE);

  expect(state.slept).toHaveLength(2);
  expect(politeness.usualMs['order']).toBeLessThan(500);
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
