import { describe, expect, test } from 'vitest';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { createMauticSegments } from '../../../lib/mautic/effects/segments.ts';
import {
  failureOf,
  instance,
  must,
  plainClient,
  type Reply,
  recorded,
  serve,
  simulatedMautic,
} from '../support.ts';

async function simulated(people = 3) {
  const { mautic, http } = await simulatedMautic();
  const { client } = instance({ url: mautic.url, http });
  must(await client.call({ method: 'POST', path: '/api/segments/new', body: { name: 'Buyers' } }));
  const created = await createMauticContacts(client).create(
    Array.from({ length: people }, (_, n) => ({
      email: `person${String(n)}@example.com`,
      fields: {},
      addTags: [],
      removeTags: [],
    })),
  );
  const members = async (id: number) => {
    const path = `/api/contacts/${String(id)}/segments`;
    return must(await client.call({ method: 'GET', path })).body;
  };
  return { mautic, ids: created.map((one) => must(one).id), members, segments: createMauticSegments(client) };
}

async function answering(...replies: Reply[]) {
  const left = [...replies];
  const server = await serve(() => left.shift() ?? { status: 503 });
  return { segments: createMauticSegments(plainClient(server.url)), seen: server.seen };
}

const IN_BUYERS = { total: 1, lists: { '1': { name: 'Buyers' } } };

describe('adding to a segment', () => {
  test('is one call for many contacts (recording 399)', async () => {
    const { segments, seen } = await answering({
      status: 200,
      body: { success: 1, details: { '1': { success: true }, '330': { success: true } } },
    });

    must(await segments.add(1, [1, 330]));

    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/segments/1/contacts/add',
      json: { ids: [1, 330] },
    });
  });

  test('may be repeated', async () => {
    const { segments, ids, members } = await simulated();

    must(await segments.add(1, ids));
    must(await segments.add(1, ids));

    for (const id of ids) expect(await members(id)).toMatchObject(IN_BUYERS);
  });

  test('goes on over hundreds of contacts', async () => {
    const { mautic, segments, ids, members } = await simulated(120);

    must(await segments.add(1, ids));

    expect(mautic.counts.get('POST /api/segments/{id}/contacts/add')).toBe(2);
    expect(await members(ids.at(-1) ?? 0)).toMatchObject(IN_BUYERS);
  });

  test('of nobody costs no call', async () => {
    const { segments, seen } = await answering();

    must(await segments.add(1, []));
    must(await segments.remove(1, []));

    expect(seen).toHaveLength(0);
  });

  test('answers who is in: not whoever is missing (recording 399)', async () => {
    const { segments } = await answering(recorded('399'));

    expect([...must(await segments.add(1, [1, 330, 999_999]))]).toEqual([1, 330]);
  });

  test('answers the one in whose place another came in, which was merged into it', async () => {
    const { mautic, segments, ids } = await simulated();
    const [loser = 0, winner = 0, other = 0] = ids;
    mautic.people.merge({ loser, winner });

    expect(must(await segments.add(1, [loser, other]))).toEqual(new Set([winner, other]));
  });

  test('that does not say who is in is tried again', async () => {
    const { segments } = await answering({ status: 200, body: { success: 1 } });

    expect(failureOf(await segments.add(1, [8]))).toMatchObject({ kind: 'retry', code: 'unreadable' });
  });

  test('parks an unknown segment (recording 397)', async () => {
    const { segments, ids } = await simulated();

    const failure = failureOf(await segments.add(99_999, ids));

    expect(failure).toMatchObject({ kind: 'park', code: 'segment-not-found' });
    expect(failure.message).toContain('99999');
  });

  test.each(['timeout', 'commit-then-reset', 'html-502', 'commit-then-500', 'rate-limit-429'] as const)(
    'is simply tried again after %s',
    async (kind) => {
      const { mautic, segments, ids, members } = await simulated();
      mautic.faults.failNext(kind);

      expect(failureOf(await segments.add(1, ids)).kind).toBe('retry');
      must(await segments.add(1, ids));

      expect(await members(ids[0] ?? 0)).toMatchObject(IN_BUYERS);
    },
  );
});

describe('an answer about a segment that says neither yes nor no', () => {
  test.each([{}, { success: false }, { success: 1 }, { details: { '1': {} } }])(
    'blames no contact: %j is tried again when adding',
    async (body) => {
      const { segments } = await answering({ status: 200, body });

      expect(failureOf(await segments.add(1, [1]))).toMatchObject({ kind: 'retry', code: 'unreadable' });
    },
  );

  test.each([{}, { success: false }, { success: 0 }])('is tried again when removing: %j', async (body) => {
    const { segments } = await answering({ status: 200, body });

    expect(failureOf(await segments.remove(1, [1]))).toMatchObject({ kind: 'retry', code: 'unreadable' });
  });

  test.each(['empty', 'cut-off', 'commit-then-html-200', 'html-200', 'html-403'] as const)(
    'is tried again after %s',
    async (kind) => {
      const { mautic, segments, ids, members } = await simulated();
      mautic.faults.failNext(kind, 2);

      expect(failureOf(await segments.add(1, ids)).kind).toBe('retry');
      expect(failureOf(await segments.remove(1, ids)).kind).toBe('retry');
      must(await segments.add(1, ids));

      expect(await members(ids[0] ?? 0)).toMatchObject(IN_BUYERS);
    },
  );
});

describe('removing from a segment', () => {
  test('may be repeated, and is no error for who is not in it (recordings 401, 402)', async () => {
    const { segments, ids, members } = await simulated();
    const [one = 0, other = 0] = ids;
    must(await segments.add(1, [one, other]));

    must(await segments.remove(1, ids));
    must(await segments.remove(1, ids));

    expect(await members(one)).toMatchObject({ total: 0 });
    expect(await members(other)).toMatchObject({ total: 0 });
  });

  test('tells an unknown segment from an unknown contact (recordings 403, 404)', async () => {
    const { segments, ids } = await simulated();

    expect(failureOf(await segments.remove(99_999, ids))).toMatchObject({
      kind: 'park',
      code: 'segment-not-found',
    });
    expect(failureOf(await segments.remove(1, [999_999]))).toMatchObject({ kind: 'park', code: 'not-found' });
  });

  test('serves the contacts after one that is missing', async () => {
    const { segments, ids, members } = await simulated();
    const [one = 0, other = 0] = ids;
    must(await segments.add(1, ids));

    expect(failureOf(await segments.remove(1, [one, 999_999, other])).code).toBe('not-found');

    expect(await members(other)).toMatchObject({ total: 0 });
  });

  test('asks nothing more of an unknown segment or a Mautic that is down', async () => {
    const unknown = await answering(recorded('403'), recorded('049'));
    const down = await answering({ status: 503 });

    failureOf(await unknown.segments.remove(99_999, [1, 2, 3]));
    expect(failureOf(await down.segments.remove(1, [1, 2, 3])).kind).toBe('retry');

    expect([unknown.seen.length, down.seen.length]).toEqual([2, 1]);
  });

  test('is simply tried again after a lost answer', async () => {
    const { mautic, segments, ids } = await simulated();
    mautic.faults.failNext('commit-then-reset');

    expect(failureOf(await segments.remove(1, ids))).toMatchObject({
      kind: 'retry',
      code: 'connection-lost',
    });
  });
});
