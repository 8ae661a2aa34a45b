import { describe, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../lib/local/memory/ledger.ts';
import { Gate } from '../../../../lib/pipeline/sync/pace/gate.ts';
import { manualClock } from '../../../mautic/support.ts';
import { recordingLog } from '../../../support/log.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

describe('calls that are let through together', () => {
  const ANSWERED = { evidence: 'answered' } as const;

  async function gateFor(timeMs: number) {
    const { clock, forward } = manualClock(0);
    const registers = createMemoryLedger(clock);
    const gate = new Gate(
      { registers, clock, log: recordingLog(), metrics: { count: () => undefined } },
      () => timeMs - clock.now(),
    );
    await gate.open();
    const made: number[] = [];
    const call = {
      make: async () => made.push(clock.now()),
      testimony: () => ANSWERED,
    };
    return { gate, forward, made, call };
  }

  it('are not made where what came before them has used up the time', async () => {
    const { gate, forward, made, call } = await gateFor(MINUTE);

    const ended = await gate.inOneGo(async (go) => {
      forward(50 * SECOND);
      return (await go.pass(call)) ?? 'later';
    });

    expect([ended, made]).toEqual(['later', []]);
  });

  it('are made from the beginning when a hold that began in between has ended', async () => {
    const { gate, made, call } = await gateFor(10 * MINUTE);
    const looks: number[] = [];
    const look = {
      make: async () => looks.push(1),
      testimony: () => (looks.length === 1 ? ({ evidence: 'away', waitMs: 10 * SECOND } as const) : ANSWERED),
    };

    await gate.inOneGo(async (go) => {
      await go.pass(look);
      return (await go.pass(call)) ?? 'later';
    });

    expect(looks).toHaveLength(2);
    expect(made).toHaveLength(1);
    expect(made[0]).toBeGreaterThanOrEqual(10 * SECOND);
  });

  it('are not made where such a hold is too long, and nobody takes them for made', async () => {
    const { gate, made, call } = await gateFor(10 * MINUTE);
    const look = { ...call, testimony: () => ({ evidence: 'away', waitMs: 5 * MINUTE }) as const };

    const ended = await gate.inOneGo(async (go) => {
      await go.pass(look);
      return (await go.pass(call)) ?? 'later';
    });

    expect(ended).toBe('later');
    expect(made).toHaveLength(1);
    expect(gate.heldBack()).toMatchObject({ kind: 'retry', code: 'held-back', retryAfterMs: 5 * MINUTE });
  });
});
