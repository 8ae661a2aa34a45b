import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticSegmentList } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';

const Listed = v.object({ id: v.number(), name: v.string() });
const ListAnswer = v.object({
  // An empty list is no object.
  lists: v.union([v.record(v.string(), Listed), v.array(Listed)]),
});
const NewAnswer = v.object({ list: v.object({ id: v.number() }) });

const PAGE = 100;

/** Segments by name: `GET segments` (recording 406) and `POST segments/new` (391 to 394). */
export function createMauticSegmentList(client: MauticClient): MauticSegmentList {
  return { names: () => names(client), create: (name) => create(client, name) };
}

async function names(client: MauticClient): Promise<Outcome<ReadonlyMap<string, number>>> {
  const found = new Map<string, number>();
  for (let start = 0; ; start += PAGE) {
    const path = `/api/segments?start=${String(start)}&limit=${String(PAGE)}&orderBy=id&orderByDir=asc`;
    const answer = await client.call({ method: 'GET', path });
    if (!answer.ok) return answer;
    const parsed = v.safeParse(ListAnswer, answer.value.body);
    if (!parsed.success) return failed(unreadable('the list of segments'));
    const page: readonly v.InferOutput<typeof Listed>[] = Object.values(parsed.output.lists);
    for (const { id, name } of page) found.set(name, Math.min(id, found.get(name) ?? id));
    if (page.length < PAGE) return succeeded(found);
  }
}

async function create(client: MauticClient, name: string): Promise<Outcome<number>> {
  const answer = await client.call({
    method: 'POST',
    path: '/api/segments/new',
    body: { name, isPublished: true },
  });
  if (!answer.ok) return answer;
  const parsed = v.safeParse(NewAnswer, answer.value.body);
  if (!parsed.success) return failed({ ...unreadable('a new segment'), kind: 'unknown' });
  return succeeded(parsed.output.list.id);
}

function unreadable(what: string) {
  const message = `Mautic's answer about ${what} cannot be read. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message } as const;
}
