import { describe, expect, onTestFinished, test } from 'vitest';
import type { Claims } from '../../../lib/core/ports/ledger.ts';
import { createMauticTags } from '../../../lib/mautic/schema/tags.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { failureOf, instance, manualClock, memoryClaims, must, recorded, serve } from '../support.ts';

const BASIC = { username: 'someone', password: 'secret' };

async function simulated() {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  const tagsOf = (claims: Claims = memoryClaims()) => createMauticTags(instance({ url: mautic.url, claims }));
  return { tagsOf, created: () => mautic.counts.get('POST /api/tags/new') ?? 0 };
}

describe('tags', () => {
  test('are created with their text and nothing else', async () => {
    const server = await serve(() => recorded('370'));
    const tags = createMauticTags(instance({ url: server.url, credentials: BASIC }));

    must(await tags.ready(['newtag']));

    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/api/tags/new', json: { tag: 'newtag' } });
  });

  test('that Mautic has already are taken as they are (recording 371)', async () => {
    const server = await serve(() => recorded('371'));
    const tags = createMauticTags(instance({ url: server.url, credentials: BASIC }));

    expect(await tags.ready(['newtag'])).toEqual({ ok: true, value: undefined });
  });

  test('are created once by twenty instances at the same time', async () => {
    const { tagsOf, created } = await simulated();
    const claims = memoryClaims();

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => tagsOf(claims).ready(['a', 'b', 'c'])),
    );

    for (const outcome of outcomes) must(outcome);
    expect(created()).toBe(3);
  });

  test('are created once by calls within one instance', async () => {
    const { tagsOf, created } = await simulated();
    const tags = tagsOf();

    await Promise.all([tags.ready(['a', 'b']), tags.ready(['b', 'c']), tags.ready(['a', 'c'])]);

    expect(created()).toBe(3);
  });

  test('that are known cost neither a call nor a claim', async () => {
    const { tagsOf, created } = await simulated();
    const claims = memoryClaims();
    let claimed = 0;
    const counting: Claims = {
      ...claims,
      claim: (kind, name, lease) => {
        if (kind === 'TAG') claimed += 1;
        return claims.claim(kind, name, lease);
      },
    };
    must(await tagsOf(counting).ready(['a', 'b']));
    const other = tagsOf(counting);

    must(await other.ready(['a']));
    must(await other.ready(['a', 'b']));

    expect([created(), claimed]).toEqual([2, 2]);
  });

  test('one that fails gives its claim back, so that the next attempt creates it', async () => {
    let calls = 0;
    const server = await serve(() => {
      calls += 1;
      return calls === 1 ? { status: 503 } : recorded('370');
    });
    const { clock, forward } = manualClock();
    const tags = createMauticTags(instance({ url: server.url, credentials: BASIC, clock }));

    expect(failureOf(await tags.ready(['newtag'])).kind).toBe('retry');
    forward(60_000);
    expect(await tags.ready(['newtag'])).toMatchObject({ ok: true });
  });

  test('one that fails is asked for once by all contacts of a batch', async () => {
    const server = await serve(() => ({ status: 503 }));
    const { clock } = manualClock();
    const tags = createMauticTags(instance({ url: server.url, credentials: BASIC, clock }));

    const outcomes = await Promise.all(Array.from({ length: 20 }, () => tags.ready(['newtag'])));

    expect(outcomes.map((outcome) => failureOf(outcome).code)).toEqual(outcomes.map(() => 'unavailable'));
    expect(server.seen).toHaveLength(1);
  });

  test('one that another instance is creating is waited for', async () => {
    const { clock } = manualClock();
    const claims = memoryClaims();
    const now = clock.now();
    await claims.claim('TAG', 'a', { holder: 'other', now, until: now + 3_000 });
    const server = await serve(() => recorded('370'));
    const tags = createMauticTags(instance({ url: server.url, credentials: BASIC, claims, clock }));

    must(await tags.ready(['a']));

    expect(clock.now() - now).toBeGreaterThanOrEqual(3_000);
  });

  test.each([
    ['too long', 'T'.repeat(192)],
    ['empty', ' '],
  ])('one that is %s is refused before it breaks a whole batch', async (_name, tag) => {
    const tags = createMauticTags(instance({ url: 'http://127.0.0.1:1', credentials: BASIC }));

    expect(failureOf(await tags.ready(['fine', tag]))).toMatchObject({ kind: 'park', code: 'tag-length' });
  });
});
