import { describe, expect, onTestFinished, test } from 'vitest';
import type { Failure } from '../../../lib/core/ledger/failure.ts';
import type { Claims } from '../../../lib/core/ports/ledger.ts';
import type { TagsReady } from '../../../lib/core/ports/mautic.ts';
import { listTags } from '../../../lib/mautic/schema/tag-list.ts';
import { createMauticTags } from '../../../lib/mautic/schema/tags.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import {
  failureOf,
  instance,
  manualClock,
  memoryClaims,
  must,
  type Reply,
  recorded,
  serve,
} from '../support.ts';

const BASIC = { username: 'someone', password: 'secret' };

async function simulated() {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  const tagsOf = (claims: Claims = memoryClaims()) => createMauticTags(instance({ url: mautic.url, claims }));
  const { client } = instance({ url: mautic.url });
  return {
    tagsOf,
    created: () => mautic.counts.get('POST /api/tags/new') ?? 0,
    listed: () => mautic.counts.get('GET /api/tags') ?? 0,
    /** The texts of all rows. */
    texts: async () => must(await listTags(client)).map(({ tag }) => tag),
    person: async (tag: string) => client.call({ method: 'POST', path: '/api/tags/new', body: { tag } }),
  };
}

/** How each tag is spelt in Mautic. @throws Error when one cannot be had. */
function spelt({ spellings, failures }: TagsReady): Record<string, string> {
  if (failures.size > 0) throw new Error(`failed: ${JSON.stringify([...failures])}`);
  return Object.fromEntries(spellings);
}

/** Why one tag cannot be had. */
function whyNot({ failures }: TagsReady, tag: string): Failure {
  const failure = failures.get(tag);
  return failureOf(failure && { ok: false, failure });
}

const NO_TAGS = { status: 200, body: { total: 0, tags: {} } };

/** Mautic has no tags, and answers this when one is made. */
async function answering(reply: () => Reply, shared: Partial<Parameters<typeof instance>[0]> = {}) {
  const server = await serve(({ method }) => (method === 'GET' ? NO_TAGS : reply()));
  const all = instance({ url: server.url, credentials: BASIC, ...shared });
  const posted = () => server.seen.filter(({ method }) => method === 'POST');
  return { tags: createMauticTags(all), posted };
}

describe('tags', () => {
  test('are created with their text and nothing else', async () => {
    const { tags, posted } = await answering(() => recorded('370'));

    expect(spelt(await tags.ready(['newtag']))).toEqual({ newtag: 'newtag' });

    expect(posted()).toEqual([
      expect.objectContaining({ method: 'POST', url: '/api/tags/new', json: { tag: 'newtag' } }),
    ]);
  });

  test('that somebody makes at the same moment are taken as they are (recording 371)', async () => {
    const { tags } = await answering(() => recorded('371'));

    expect(spelt(await tags.ready(['newtag']))).toEqual({ newtag: 'newtag' });
  });

  test('are created once by twenty instances at the same time', async () => {
    const { tagsOf, created } = await simulated();
    const claims = memoryClaims();

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => tagsOf(claims).ready(['a', 'b', 'c'])),
    );

    for (const outcome of outcomes) spelt(outcome);
    expect(created()).toBe(3);
  });

  test('are created once by calls within one instance', async () => {
    const { tagsOf, created } = await simulated();
    const tags = tagsOf();

    await Promise.all([tags.ready(['a', 'b']), tags.ready(['b', 'c']), tags.ready(['a', 'c'])]);

    expect(created()).toBe(3);
  });

  test('that are known cost neither a call nor a claim', async () => {
    const { tagsOf, created, listed } = await simulated();
    const claims = memoryClaims();
    let claimed = 0;
    const counting: Claims = {
      ...claims,
      claim: (kind, name, lease) => {
        if (kind === 'TAG') claimed += 1;
        return claims.claim(kind, name, lease);
      },
    };
    spelt(await tagsOf(counting).ready(['a', 'b']));
    const other = tagsOf(counting);

    spelt(await other.ready(['a']));
    spelt(await other.ready(['a', 'b']));

    expect([created(), claimed, listed()]).toEqual([2, 2, 1]);
  });

  test('one that fails gives its claim back, so that the next attempt creates it', async () => {
    const replies = [{ status: 503 }, recorded('370')];
    const { clock, forward } = manualClock();
    const { tags } = await answering(() => replies.shift() ?? { status: 503 }, { clock });

    expect(whyNot(await tags.ready(['newtag']), 'newtag').kind).toBe('retry');
    forward(60_000);
    expect(spelt(await tags.ready(['newtag']))).toEqual({ newtag: 'newtag' });
  });

  test('one that fails keeps no other from being made', async () => {
    const replies = [recorded('146'), recorded('370')];
    const { tags } = await answering(() => replies.shift() ?? { status: 503 });

    const ready = await tags.ready(['odd', 'newtag']);

    expect([...ready.spellings.keys()]).toEqual(['newtag']);
    expect([...ready.failures.keys()]).toEqual(['odd']);
  });

  test('one that fails is asked for once by all contacts of a batch', async () => {
    const { clock } = manualClock();
    const { tags, posted } = await answering(() => ({ status: 503 }), { clock });

    const outcomes = await Promise.all(Array.from({ length: 20 }, () => tags.ready(['newtag'])));

    expect(outcomes.map((outcome) => whyNot(outcome, 'newtag').code)).toEqual(
      outcomes.map(() => 'unavailable'),
    );
    expect(posted()).toHaveLength(1);
  });

  test.each([{}, { tag: {} }, { success: true }])(
    'one whose answer does not show it is in doubt: %j',
    async (body) => {
      const { tags } = await answering(() => ({ status: 200, body }));

      expect(whyNot(await tags.ready(['newtag']), 'newtag')).toMatchObject({
        kind: 'unknown',
        code: 'unreadable',
      });
    },
  );

  test('one that another instance is creating is waited for', async () => {
    const { clock } = manualClock();
    const claims = memoryClaims();
    const now = clock.now();
    await claims.claim('TAG', 'a', { holder: 'other', now, until: now + 3_000 });
    const { tags } = await answering(() => recorded('370'), { claims, clock });

    spelt(await tags.ready(['a']));

    expect(clock.now() - now).toBeGreaterThanOrEqual(3_000);
  });

  test.each([
    ['too long', 'T'.repeat(192)],
    ['empty', ' '],
    ['invisible', '\u200B'],
  ])('one that is %s is refused before it breaks a whole batch', async (_name, tag) => {
    const { tags, posted } = await answering(() => recorded('370'));

    const ready = await tags.ready(['fine', tag]);

    expect([...ready.spellings.keys()]).toEqual(['fine']);
    expect(whyNot(ready, tag)).toMatchObject({ kind: 'park', code: 'tag-length' });
    expect(posted()).toHaveLength(1);
  });
});

describe('tags that Mautic holds equal', () => {
  const EQUAL = [
    ['sku:straße', 'sku:strasse'],
    ['sku:x🎉', 'sku:x🚀'],
    ['sku:m²', 'sku:m2'],
    ['sku:tea™', 'sku:teatm'],
    ['sku:ＴＥＡ', 'sku:tea'],
    ['sku:café', 'sku:cafe'],
    ['sku:te\u200Ba', 'sku:tea'],
  ] as const;

  test.each(EQUAL)('keep their first spelling, whoever asks: %s, then %s', async (first, second) => {
    const { tagsOf, texts } = await simulated();
    const claims = memoryClaims();

    expect(spelt(await tagsOf(claims).ready([first]))).toEqual({ [first]: first });
    expect(spelt(await tagsOf(claims).ready([second]))).toEqual({ [second]: first });
    // An instance whose ledger knows nothing finds it in Mautic's list.
    expect(spelt(await tagsOf().ready([second]))).toEqual({ [second]: first });

    expect(await texts()).toEqual([first]);
  });

  test('are not renamed where a person made the first of them', async () => {
    const { tagsOf, texts, person } = await simulated();
    await person('SKU:Tea');

    expect(spelt(await tagsOf().ready(['sku:tea']))).toEqual({ 'sku:tea': 'SKU:Tea' });

    expect(await texts()).toEqual(['SKU:Tea']);
  });

  test('that an earlier version noted by their text are known by it', async () => {
    const { tagsOf, created } = await simulated();
    const claims = memoryClaims();
    await claims.finish('TAG', 'sku:straße', '1');

    expect(spelt(await tagsOf(claims).ready(['sku:strasse']))).toEqual({ 'sku:strasse': 'sku:straße' });

    expect(created()).toBe(0);
  });

  test('are made all the same where the list of tags cannot be read', async () => {
    const server = await serve(({ method }) => (method === 'GET' ? recorded('575') : recorded('370')));
    const tags = createMauticTags(instance({ url: server.url, credentials: BASIC }));

    expect(spelt(await tags.ready(['newtag']))).toEqual({ newtag: 'newtag' });
  });
});
