import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticClient } from '../client.ts';
import { keyed } from '../keyed.ts';

/** A tag as Mautic lists it; two can have the same text (Mautic has no unique key on it). */
export interface ListedTag {
  readonly id: number;
  readonly tag: string;
}

const PATH = '/api/tags';
const PAGE = 500;
const MAX_PAGES = 200;

const TagList = v.object({
  total: v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
  tags: v.unknown(),
});
const Tag = v.object({ id: v.number(), tag: v.string() });

/** Every tag of Mautic. Its list takes no `search` (recordings 368, 369), so it is read whole. */
export async function listTags(client: MauticClient): Promise<Outcome<readonly ListedTag[]>> {
  const found = new Map<number, ListedTag>();
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = `${PATH}?limit=${String(PAGE)}&start=${String(page * PAGE)}`;
    const answer = await client.call({ method: 'GET', path });
    if (!answer.ok) return answer;
    const list = v.safeParse(TagList, answer.value.body);
    if (!list.success) return failed(unreadable());
    for (const item of keyed(list.output.tags).values()) {
      const tag = v.safeParse(Tag, item);
      if (tag.success) found.set(tag.output.id, tag.output);
    }
    if ((page + 1) * PAGE >= list.output.total) break;
  }
  return succeeded([...found.values()]);
}

function unreadable() {
  const message = `GET ${PATH} did not answer as Mautic does. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message } as const;
}
