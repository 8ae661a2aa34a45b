import { FEWEST_BUYERS, scoreBorders } from '../core/contact/facts/scores.ts';
import {
  readScores,
  SCORES,
  type ScoresStanding,
  scoresDueAt,
  scoresHash,
} from '../core/contact/facts/scores-standing.ts';
import type { Store } from '../core/policy/configuration/store.ts';
import type { Contacts, Registers, SurveyedContact } from '../core/ports/ledger.ts';
import type { Clock, Log } from '../core/ports/telemetry.ts';
import { createHistory } from './registers/history.ts';
import { BORDERS_REMEMBERED_MS } from './scores/known-borders.ts';
import { type SampleParts, sampleBuyers } from './scores/sample.ts';
import { markLater } from './wants/mark-later.ts';

export interface ScoresParts extends Omit<SampleParts, 'currencies' | 'contacts'> {
  readonly contacts: Pick<Contacts, 'dossier' | 'wantLater'>;
  readonly registers: Registers;
  readonly stores: readonly Pick<Store, 'id' | 'currency'>[];
  readonly clock: Clock;
  readonly log: Log;
}

/** A page takes seconds, and so does a piece of the sample. */
const RESERVED_MS = 30_000;
/** Of what was read before time ran out: fewer would move every border by chance. */
const ENOUGH_IF_CUT = 200;

/** `waiting`: the past of a store is not in the ledger, or its buyers were read a moment ago. */
type ScoresEnd = 'in-step' | 'waiting' | 'overtaken' | 'unfinished';

/**
 * Keeps the borders by which buyers are scored: calculates them once the history of the stores is in the ledger and every
 * four weeks after that, and has every contact looked at then, `later`. In between a score changes with its contact only,
 * because borders are moments, not ages. Where it is stands in the ledger after each page.
 */
export function createScores(parts: ScoresParts): (remainingMs: () => number) => Promise<ScoresEnd> {
  const policy = scoresHash(parts.policy, parts.stores);
  const history = createHistory(parts);

  return async function score(remainingMs) {
    const hasTime = () => remainingMs() > RESERVED_MS;
    const known = await parts.registers.read(SCORES);
    const standing = readScores(known?.text);
    const isDue = standing?.policy !== policy || scoresDueAt(standing) <= parts.clock.now();
    if (standing && !standing.done && standing.policy === policy)
      return tell(parts, { standing, revision: known?.revision }, hasTime);
    if (!isDue) return 'in-step';
    if (parts.policy.history !== 'none' && (await history.isMissing())) return 'waiting';
    return calculate(parts, { policy, revision: known?.revision }, hasTime);
  };
}

interface Due {
  readonly policy: string;
  readonly revision: number | undefined;
}

async function calculate(
  parts: ScoresParts,
  { policy, revision }: Due,
  hasTime: () => boolean,
): Promise<ScoresEnd> {
  const currencies = new Map(parts.stores.map(({ id, currency }) => [id, currency]));
  const { buyers, isCut } = await sampleBuyers({ ...parts, currencies }, hasTime);
  const read = [...buyers.values()].reduce((sum, { length }) => sum + length, 0);
  if (isCut && read < ENOUGH_IF_CUT) return 'unfinished';
  const borders = Object.fromEntries(
    [...buyers].flatMap(([store, some]) => {
      const found = scoreBorders(some);
      return found ? [[store, found] as const] : [];
    }),
  );
  const done = Object.keys(borders).length === 0;
  const standing = { policy, calculatedAt: parts.clock.now(), borders, told: 0, done };
  if (!(await save(parts, { standing, revision }))) return 'overtaken';
  parts.log.info('The borders of scores were calculated', {
    buyers: read,
    fewest: FEWEST_BUYERS,
    stores: Object.keys(borders).join(', '),
  });
  return done ? 'in-step' : 'waiting';
}

interface Place {
  readonly standing: ScoresStanding;
  readonly revision: number | undefined;
}

/** Once no instance of `sync` can still know the borders before. */
async function tell(parts: ScoresParts, from: Place, hasTime: () => boolean): Promise<ScoresEnd> {
  let { standing, revision } = from;
  if (parts.clock.now() < standing.calculatedAt + BORDERS_REMEMBERED_MS) return 'waiting';
  while (!standing.done) {
    if (!hasTime()) return 'unfinished';
    standing = await tellPage(parts, standing);
    if (!(await save(parts, { standing, revision }))) return 'overtaken';
    revision = (revision ?? 0) + 1;
  }
  parts.log.info('All contacts are marked for the borders of scores', { contacts: standing.told });
  return 'in-step';
}

async function tellPage(
  parts: ScoresParts,
  { after: from, ...standing }: ScoresStanding,
): Promise<ScoresStanding> {
  const { items, next } = await parts.survey.profiles(from);
  const some = items.filter(isInMautic);
  await markLater(parts, some);
  const told = standing.told + some.length;
  return { ...standing, told, ...(next === undefined ? { done: true } : { after: next }) };
}

/** Of nobody else are there fields. */
function isInMautic({ profile: { mauticId, removedAt } }: SurveyedContact): boolean {
  return mauticId !== undefined && removedAt === undefined;
}

function save({ registers }: ScoresParts, { standing, revision }: Place): Promise<boolean> {
  return registers.write(SCORES, JSON.stringify(standing), revision);
}
