import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { overlapDue } from '../../../lib/pipeline/sync/overlap.ts';
import { contact, emailOf } from '../../contracts/samples.ts';

const ADA = contact('ada');
const NOON = Date.parse('2026-12-01T12:00:00Z');
const MINUTE = 60_000;

let now: number;
let ledger: MemoryLedger;

beforeEach(async () => {
  now = NOON;
  ledger = createMemoryLedger({ now: () => now });
  await ledger.want(ADA, emailOf('ada'), now + MINUTE);
});

async function due(): Promise<number | undefined> {
  const profile = await ledger.profile(ADA);
  if (!profile) throw new Error('there is no such contact');
  const clock = { now: () => now, sleep: async () => undefined };
  return overlapDue({ contacts: ledger, clock }, ADA, profile);
}

/** The sweep rings for whoever is due. */
async function sweep(): Promise<void> {
  for (const shard of ['live', 'later'] as const) {
    const [one] = await ledger.due(shard, now, 1);
    if (one) await ledger.postpone(one, now + MINUTE);
  }
}

describe('a contact that the sweep rang for', () => {
  it('is written once more, four minutes later, while the ring of its change may be at work still', async () => {
    now += MINUTE;
    await sweep();

    expect(await due()).toBe(now + 4 * MINUTE);
  });

  it('is not when its change is long ago, as after an outage', async () => {
    now += 10 * MINUTE;
    await sweep();

    expect(await due()).toBeUndefined();
  });

  it('is not when a try of it ended and asked to be left alone', async () => {
    await ledger.defer(ADA, now + MINUTE, { doubt: true });
    now += MINUTE;
    await sweep();

    expect(await due()).toBeUndefined();
  });

  it('is not for ever: the second write finds it in step', async () => {
    now += MINUTE;
    await sweep();
    await ledger.settle(ADA, 1, { nextDue: now + 4 * MINUTE });
    now += 4 * MINUTE;
    await sweep();

    expect(await ledger.profile(ADA)).toMatchObject({ attempts: 1, work: 'live' });
    expect(await due()).toBeUndefined();
  });

  it('is not for a new policy, whose ring is its first', async () => {
    await ledger.settle(ADA, 1, {});
    await ledger.wantLater(ADA, now);
    await sweep();

    expect(await due()).toBeUndefined();
  });
});

it('a contact that is rung for at once is written once', async () => {
  expect(await due()).toBeUndefined();
});
