import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticTemplates } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';

const Listed = v.object({ id: v.number(), name: v.string() });
const ListAnswer = v.object({
  // An empty list is no object (recording 418).
  emails: v.union([v.record(v.string(), Listed), v.array(Listed)]),
});
const NewAnswer = v.object({ email: v.object({ id: v.number(), isPublished: v.boolean() }) });

const PAGE = 100;

/** Templates by `POST emails/new` (recordings 413 to 417), always unpublished. */
export function createMauticTemplates(client: MauticClient): MauticTemplates {
  return { names: () => names(client), create: (template) => create(client, template) };
}

async function names(client: MauticClient): Promise<Outcome<ReadonlyMap<string, number>>> {
  const found = new Map<string, number>();
  for (let start = 0; ; start += PAGE) {
    const path = `/api/emails?start=${String(start)}&limit=${String(PAGE)}&orderBy=id&orderByDir=asc`;
    const answer = await client.call({ method: 'GET', path });
    if (!answer.ok) return answer;
    const parsed = v.safeParse(ListAnswer, answer.value.body);
    if (!parsed.success) return failed(unreadable('the list of e-mails'));
    const page: readonly v.InferOutput<typeof Listed>[] = Object.values(parsed.output.emails);
    for (const { id, name } of page) found.set(name, Math.min(id, found.get(name) ?? id));
    if (page.length < PAGE) return succeeded(found);
  }
}

async function create(
  client: MauticClient,
  { name, subject, html }: Parameters<MauticTemplates['create']>[0],
): Promise<Outcome<number>> {
  const body = { name, subject, customHtml: html, emailType: 'template', isPublished: false };
  const answer = await client.call({ method: 'POST', path: '/api/emails/new', body });
  if (!answer.ok) return answer;
  const parsed = v.safeParse(NewAnswer, answer.value.body);
  if (!parsed.success) return failed({ ...unreadable('a new e-mail'), kind: 'unknown' });
  return succeeded(parsed.output.email.id);
}

function unreadable(what: string) {
  const message = `Mautic's answer about ${what} cannot be read. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message } as const;
}
