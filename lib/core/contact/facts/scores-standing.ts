import * as v from 'valibot';
import type { Register } from '../../ledger/register.ts';
import { contentHash } from '../../ledger/version.ts';
import type { Store } from '../../policy/configuration/store.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ScoreBorders } from './scores.ts';

/** Where the borders stand by which buyers are scored. */
export const SCORES: Register = { of: 'mautic', name: 'SCORES' };

const Borders = v.object({
  buyers: v.number(),
  recency: v.pipe(v.array(v.number()), v.readonly()),
  frequency: v.pipe(v.array(v.number()), v.readonly()),
  monetary: v.pipe(v.array(v.string()), v.readonly()),
});

/** The borders, and who was told of them; as the ledger keeps it. Times are epoch ms. */
export const ScoresStanding = v.object({
  /** Hash of what decides what counts. */
  policy: v.string(),
  calculatedAt: v.number(),
  /** By store; of one with too few buyers there are none. */
  borders: v.record(v.string(), Borders),
  /** Contacts looked at since. */
  told: v.number(),
  /** Where the survey of the contacts goes on. */
  after: v.exactOptional(v.string()),
  /** All of them were. */
  done: v.boolean(),
});
export type ScoresStanding = v.InferOutput<typeof ScoresStanding>;

/** Borders by store. */
export type KnownBorders = ReadonlyMap<string, ScoreBorders>;

/** What a register's text says; `undefined` when it is nothing that this version knows. */
export function readScores(text: string | undefined): ScoresStanding | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), ScoresStanding), text);
  return result.success ? result.output : undefined;
}

/** Names all that decides what counts towards the scores. */
export function scoresHash(
  { countedStatuses, only, ignore }: Policy,
  stores: readonly Pick<Store, 'id' | 'currency'>[],
): string {
  const currencies = Object.fromEntries(stores.map(({ id, currency }) => [id, currency]));
  return contentHash({ countedStatuses, only: only ?? null, ignore, currencies });
}

/** Borders are calculated anew after so long, ms; where no store has enough buyers yet, each day. */
const PERIOD_MS = 28 * 86_400_000;
const DAY_MS = 86_400_000;

/** When borders are due to be calculated again, epoch ms. */
export function scoresDueAt({ calculatedAt, borders }: ScoresStanding): number {
  return calculatedAt + (Object.keys(borders).length === 0 ? DAY_MS : PERIOD_MS);
}
