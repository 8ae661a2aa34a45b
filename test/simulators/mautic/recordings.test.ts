import { beforeAll, describe, expect, it } from 'vitest';
import { readRecordings } from './recording.ts';
import { RECORDING_SETS } from './recording-sets.ts';
import { recordingsOf, replay } from './replay.ts';

describe.each(RECORDING_SETS)('the simulator answers like the recorded Mautic $title', (set) => {
  const recordings = readRecordings(set.folder);
  const reasons = new Map(
    set.notReproduced.flatMap(({ reason, names }) => names.map((name) => [name, reason] as const)),
  );

  describe.each(set.sessions)('$title', (session) => {
    let results = new Map<string, string[]>();
    const mine = recordingsOf(session, recordings);

    beforeAll(async () => {
      results = await replay(set, session, recordings);
    });

    it.each(mine.filter(({ name }) => !reasons.has(name)).map(({ name }) => name))('%s', (name) => {
      expect(results.get(name)).toEqual([]);
    });

    it('differs in every recording the catalogue names', () => {
      const named = mine.filter(({ name }) => reasons.has(name));
      expect(named.filter(({ name }) => results.get(name)?.length === 0)).toEqual([]);
    });
  });

  it('names recordings only in the catalogue of what is not reproduced', () => {
    const known = new Set(recordings.map(({ name }) => name));
    expect([...reasons.keys()].filter((name) => !known.has(name))).toEqual([]);
  });

  it('leaves no recording out of the sessions', () => {
    const covered = new Set(set.sessions.flatMap((session) => recordingsOf(session, recordings)));
    expect(recordings.filter((one) => !covered.has(one))).toEqual([]);
  });
});
