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
  return {
    names: () => names(client),
    create: (template) => create(client, template),
    category: (title) => category(client, title),
  };
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
  { name, subject, html, category }: Parameters<MauticTemplates['create']>[0],
): Promise<Outcome<number>> {
  const sorted = category === undefined ? {} : { category };
  const body = { name, subject, customHtml: html, emailType: 'template', isPublished: false, ...sorted };
  const answer = await client.call({ method: 'POST', path: '/api/emails/new', body });
  if (!answer.ok) return answer;
  const parsed = v.safeParse(NewAnswer, answer.value.body);
  if (!parsed.success) return failed({ ...unreadable('a new e-mail'), kind: 'unknown' });
  return succeeded(parsed.output.email.id);
}

const Category = v.object({ id: v.number(), title: v.string(), bundle: v.optional(v.string(), '') });
const CategoryList = v.object({ categories: v.union([v.record(v.string(), Category), v.array(Category)]) });
const NewCategory = v.object({ category: v.object({ id: v.number() }) });

/** As Mautic's documentation shows it; not recorded. */
async function category(client: MauticClient, title: string): Promise<Outcome<number>> {
  for (let start = 0; ; start += PAGE) {
    const path = `/api/categories?start=${String(start)}&limit=${String(PAGE)}`;
    const answer = await client.call({ method: 'GET', path });
    if (!answer.ok) return answer;
    const parsed = v.safeParse(CategoryList, answer.value.body);
    if (!parsed.success) return failed(unreadable('the list of categories'));
    const page: readonly v.InferOutput<typeof Category>[] = Object.values(parsed.output.categories);
    const found = page.find((one) => one.title === title && one.bundle === 'email');
    if (found) return succeeded(found.id);
    if (page.length < PAGE) break;
  }
  const body = { title, bundle: 'email' };
  const made = await client.call({ method: 'POST', path: '/api/categories/new', body });
  if (!made.ok) return made;
  const parsed = v.safeParse(NewCategory, made.value.body);
  return parsed.success ? succeeded(parsed.output.category.id) : failed(unreadable('a new category'));
}

function unreadable(what: string) {
  const message = `Mautic's answer about ${what} cannot be read. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message } as const;
}
