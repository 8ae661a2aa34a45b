import type { MemoryLedger } from '../../lib/local/memory/ledger.ts';
import type { Engine } from './engine.ts';

/** What is due is done within so long. */
const TURN_MS = 3 * 60_000;
/** A ledger in which something is always due again ends some time. */
const MOST_TURNS = 150;

/** Lets so much time pass (ms), and stops where something is due. */
export async function pass(ms: number, engine: Engine, ledger: MemoryLedger): Promise<void> {
  const end = engine.now + ms;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const dues = Object.values(ledger.contents().profiles).flatMap(({ work, due }) =>
      work === undefined || due === undefined ? [] : [due],
    );
    const next = Math.min(...dues);
    if (next >= end) break;
    engine.skip(Math.max(0, next - engine.now));
    await engine.runUntil(engine.now + TURN_MS);
  }
  engine.skip(Math.max(0, end - engine.now));
  ledger.lapse();
}
