import { describe, expect, onTestFinished, test } from 'vitest';
import { listTags } from '../../../lib/mautic/schema/tag-list.ts';
import { createMauticTags } from '../../../lib/mautic/schema/tags.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { failureOf, instance, must, plainClient, type Reply, recorded, serve } from '../support.ts';

async function answering(reply: Reply) {
  const server = await serve(() => reply);
  return { client: plainClient(server.url), seen: server.seen };
}

async function simulated() {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  return instance({ url: mautic.url });
}

describe('the list of tags', () => {
  test('is read as recording 368 answers it', async () => {
    const { client, seen } = await answering(recorded('368'));

    expect(must(await listTags(client))).toEqual([
      { id: 1, tag: 'alpha' },
      { id: 2, tag: 'beta' },
      { id: 3, tag: 'Alpha' },
    ]);
    expect(seen[0]?.url).toBe('/api/tags?limit=500&start=0');
  });

  test('has those of every page', async () => {
    const server = await serve(({ url }) => {
      const start = Number(new URL(url, 'http://mautic').searchParams.get('start'));
      const ids = Array.from({ length: Math.min(500, 1_200 - start) }, (_, n) => start + n + 1);
      const tags = Object.fromEntries(ids.map((id) => [id, { id, tag: `tag${String(id)}` }]));
      return { status: 200, body: { total: 1_200, tags } };
    });

    expect(must(await listTags(plainClient(server.url)))).toHaveLength(1_200);
    expect(server.seen).toHaveLength(3);
  });

  test('is empty for a new Mautic and has what the bridge creates', async () => {
    const all = await simulated();
    expect(must(await listTags(all.client))).toEqual([]);

    await createMauticTags(all).ready(['new', 'vip']);

    expect(must(await listTags(all.client)).map(({ tag }) => tag)).toEqual(['new', 'vip']);
  });

  test.each([
    ['a user without the permission (recording 575)', recorded('575'), 'authorise'],
    ['an answer that is no list', { status: 200, body: { fields: {} } }, 'retry'],
  ])('fails for %s', async (_name, reply, kind) => {
    const { client } = await answering(reply);

    expect(failureOf(await listTags(client)).kind).toBe(kind);
  });
});
