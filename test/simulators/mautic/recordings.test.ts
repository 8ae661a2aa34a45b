import { beforeAll, describe, expect, it } from 'vitest';
import { NOT_REPRODUCED } from './not-reproduced.ts';
import { readRecordings } from './recording.ts';
import { replay } from './replay.ts';
import { SESSIONS } from './sessions.ts';

const recordings = readRecordings();
const reasons = new Map(
  NOT_REPRODUCED.flatMap(({ reason, names }) => names.map((name) => [name, reason] as const)),
);

describe.each(SESSIONS)('the simulator answers like the recorded Mautic: $title', (session) => {
  let results = new Map<string, string[]>();
  const mine = recordings.filter(({ number }) => number >= session.from && number <= session.to);

  beforeAll(async () => {
    results = await replay(session, recordings);
  });

  it.each(mine.filter(({ name }) => !reasons.has(name)).map(({ name }) => name))('%s', (name) => {
    expect(results.get(name)).toEqual([]);
  });

  it('differs in every recording the catalogue names', () => {
    const named = mine.filter(({ name }) => reasons.has(name));
    expect(named.filter(({ name }) => results.get(name)?.length === 0)).toEqual([]);
  });
});

describe('the catalogue of what is not reproduced', () => {
  it('names recordings only', () => {
    const known = new Set(recordings.map(({ name }) => name));
    expect([...reasons.keys()].filter((name) => !known.has(name))).toEqual([]);
  });

  it('and the sessions together cover every recording', () => {
    const uncovered = recordings.filter(
      ({ number }) => !SESSIONS.some(({ from, to }) => number >= from && number <= to),
    );
    expect(uncovered).toEqual([]);
  });
});
