import { FEWEST_BUYERS } from '../../core/contact/facts/scores.ts';
import { readScores, SCORES, scoresDueAt } from '../../core/contact/facts/scores-standing.ts';
import { mapsScores } from '../../core/contact/mapped.ts';
import { commandLine } from '../../core/ledger/command.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Registers } from '../../core/ports/ledger.ts';

/** How the scores of buyers stand. */
export interface ScoresStory {
  readonly says: string;
  /** When they were calculated, epoch ms; absent while there are none. */
  readonly at?: number;
  /** When they will be again, epoch ms. */
  readonly dueAt?: number;
}

/** What there is to say about the scores of the policy; `undefined` when it maps none, and nothing is read. */
export async function scoresStory(
  registers: Pick<Registers, 'read'>,
  policy: Policy,
): Promise<ScoresStory | undefined> {
  if (!mapsScores(policy)) return undefined;
  const standing = readScores((await registers.read(SCORES))?.text);
  if (!standing)
    return {
      says: `buyers have no scores yet: they are calculated within a quarter of an hour once the history of every store is in the ledger (${commandLine('backfill')}), or the policy says history: none`,
    };
  const dueAt = scoresDueAt(standing);
  const stores = Object.entries(standing.borders);
  if (stores.length === 0)
    return { says: `buyers have no scores yet: no store has ${String(FEWEST_BUYERS)} buyers`, dueAt };
  const counted = stores.map(([store, { buyers }]) => `${String(buyers)} buyers of ${store}`);
  return {
    says: `the scores of buyers are relative to ${counted.join(', ')}`,
    at: standing.calculatedAt,
    dueAt,
  };
}
