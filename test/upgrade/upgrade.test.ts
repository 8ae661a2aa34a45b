import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { FORMAT_REGISTER, LEDGER_FORMAT, WAY_BACK_MS } from '../../lib/core/ledger/format.ts';
import { createLedgerFormat } from '../../lib/pipeline/registers/ledger-format.ts';
import { expectHeld } from '../support/compare.ts';
import { type Line, recordingLog } from '../support/log.ts';
import { MemoryMautic } from '../support/memory-mautic.ts';
import { expectedFromRecordings, rawRecordedDeliveries } from '../support/recorded-expectation.ts';
import { messageOf, startBridge } from './bridge.ts';
import { IN_FLIGHT, mauticOf, releaseWith } from './release.ts';

type Bridge = Awaited<ReturnType<typeof startBridge>>;

const running: Bridge[] = [];
afterEach(async () => {
  for (const bridge of running.splice(0)) await bridge.close();
});

async function bridgeOn(...parts: Parameters<typeof startBridge>): Promise<Bridge> {
  const bridge = await startBridge(...parts);
  running.push(bridge);
  return bridge;
}

const deliveries = rawRecordedDeliveries().map(messageOf);
const released = Array.from({ length: LEDGER_FORMAT }, (_, index) => index + 1);

/** Whoever runs at once, as a door does it. */
function guardOf(bridge: Bridge, lines: Line[] = []) {
  const log = recordingLog((line) => void lines.push(line));
  return createLedgerFormat({ registers: bridge.ledger, clock: bridge.clock, log });
}

function held({ rows }: MemoryMautic) {
  return [...rows.values()].map(({ email, fields, tags }) => ({
    email,
    fields: Object.fromEntries(fields),
    tags: [...tags],
  }));
}

describe.each(released)('on what a version left that wrote form %i', (format) => {
  const release = releaseWith(format);

  test.each([
    ['on the first day, as the version before writes', 0],
    ['later, packed', 2 * WAY_BACK_MS],
  ])('this one works off its messages and everything that comes then, %s', async (_, later) => {
    const mautic = mauticOf(release);
    const bridge = await bridgeOn(mautic, release.items);
    await bridge.upgraded(later);

    await bridge.sync(release.rings);
    await bridge.record(release.deliveries);
    await bridge.settle();
    for (const message of deliveries.slice(IN_FLIGHT)) await bridge.record([message]);
    await bridge.settle();

    expectHeld(held(mautic), expectedFromRecordings());
    expect((await bridge.items()).some((item) => 'packed' in item)).toBe(later > 0 || format > 1);
  });

  test('nothing is noted or mailed again, and nobody is written who did not change', async () => {
    const mautic = mauticOf(release);
    const bridge = await bridgeOn(mautic, release.items);
    await bridge.upgraded(2 * WAY_BACK_MS);
    await bridge.sync(release.rings);
    await bridge.settle();
    const [notes, calls] = [mautic.notes.length, mautic.calls];

    await bridge.record(deliveries.slice(0, 60));
    await bridge.settle();

    expect(mautic.notes).toHaveLength(notes);
    expect(new Set(mautic.notes.map(({ text }) => text)).size).toBe(notes);
    expect(mautic.sent).toEqual([]);
    expect(mautic.calls).toBe(calls);
  });
});

describe('the form of the ledger', () => {
  /** As the version before read an item of an order, a customer or a product. */
  const BeforePacking = v.object({
    state: v.pipe(v.string(), v.parseJson(), v.looseObject({ type: v.string() })),
    revision: v.number(),
    savedAt: v.exactOptional(v.number()),
  });
  const things = (items: Awaited<ReturnType<Bridge['items']>>) =>
    items.filter(({ sk }) => sk === 'ORDER' || sk === 'CUSTOMER' || sk === 'PRODUCT');

  test('is one that the version before reads for a day after this one came, and not longer', async () => {
    const bridge = await bridgeOn(new MemoryMautic());
    await bridge.upgraded(0);

    await bridge.record(deliveries.slice(0, 30));
    const first = things(await bridge.items());
    await bridge.upgraded(WAY_BACK_MS);
    await bridge.record(deliveries.slice(30, 60));
    const all = things(await bridge.items());

    expect(first.length).toBeGreaterThan(5);
    for (const item of first) expect(v.is(BeforePacking, item)).toBe(true);
    expect(all.filter((item) => !v.is(BeforePacking, item)).length).toBeGreaterThan(5);
    for (const item of all) expect('state' in item).not.toBe('packed' in item);
  });

  test('is noted once, with what the next one meets', async () => {
    const bridge = await bridgeOn(new MemoryMautic());
    const lines: Line[] = [];

    for (const _ of [1, 2]) await guardOf(bridge, lines).guard(async () => undefined)();

    expect(lines).toMatchObject([
      { level: 'info', fields: { before: 1, format: 2, changes: expect.stringContaining('form 2: ') } },
    ]);
    expect(JSON.parse((await bridge.ledger.read(FORMAT_REGISTER))?.text ?? '')).toMatchObject({ format: 2 });
  });

  test('of a newer version is refused with a sentence, before anything is done', async () => {
    const bridge = await bridgeOn(new MemoryMautic());
    await bridge.ledger.write(FORMAT_REGISTER, JSON.stringify({ format: 3, since: 0 }), undefined);
    let done = false;
    const work = guardOf(bridge).guard(async () => {
      done = true;
    });

    await expect(work()).rejects.toThrow(
      /^A newer version of the bridge was at work on this ledger \(form 3\); .* Deploy the newer version again/,
    );
    expect(done).toBe(false);
  });

  test('is asked for again when the ledger failed, and then once', async () => {
    const bridge = await bridgeOn(new MemoryMautic());
    let reads = 0;
    const registers = {
      ...bridge.ledger,
      read: async (...args: Parameters<Bridge['ledger']['read']>) => {
        reads += 1;
        if (reads === 1) throw new Error('away');
        return bridge.ledger.read(...args);
      },
    };
    const format = createLedgerFormat({ registers, clock: bridge.clock, log: recordingLog() });
    const work = format.guard(async () => 'done');

    await expect(work()).rejects.toThrow('away');
    expect([await work(), await work()]).toEqual(['done', 'done']);
    expect(reads).toBe(2);
  });
});
