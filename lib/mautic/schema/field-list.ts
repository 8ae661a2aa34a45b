import * as v from 'valibot';
import type { FieldInfo, NeededField } from '../../core/contact/contact-write.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticClient } from '../client.ts';
import { keyed } from '../keyed.ts';

/** A contact field as Mautic lists it. */
export interface ListedField extends FieldInfo {
  readonly alias: string;
  /** Not published: created in the background, or switched off. Values written to it are ignored silently. */
  readonly usable: boolean;
  /** Mautic takes a new contact for one it has if they share its value (5.2.1: 059). */
  readonly unique: boolean;
  /** Without a value new contacts and whole ones are refused (5.2.1: 129, 132). */
  readonly required: boolean;
}

const PATH = '/api/fields/contact';
/** The default page of 30 hides fields: a stock install has 28 to 43 (recordings 176, 183). */
const PAGE = 500;
const MAX_PAGES = 20;
/** What Mautic takes at most in a field of type text, whatever its own limit says (recordings 213-215). */
const MAX_TEXT = 191;
const LIMITED = new Set(['text', 'url', 'email', 'tel', 'select', 'lookup']);

const Field = v.object({
  alias: v.string(),
  type: v.string(),
  isPublished: v.optional(v.boolean(), true),
  isUniqueIdentifier: v.optional(v.boolean(), false),
  /** As Mautic 4 and 5.0 spell it. */
  isUniqueIdentifer: v.optional(v.boolean(), false),
  isRequired: v.optional(v.boolean(), false),
  /** Shown from Mautic 6 on. */
  charLengthLimit: v.optional(v.nullable(v.number())),
});
const FieldAnswer = v.object({ field: Field });
const ListAnswer = v.object({
  total: v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
  fields: v.unknown(),
});

/** Every contact field of Mautic, by alias. */
export async function listFields(client: MauticClient): Promise<Outcome<ReadonlyMap<string, ListedField>>> {
  const found = new Map<string, ListedField>();
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = `${PATH}?limit=${String(PAGE)}&start=${String(page * PAGE)}`;
    const answer = await client.call({ method: 'GET', path });
    if (!answer.ok) return answer;
    const list = v.safeParse(ListAnswer, answer.value.body);
    if (!list.success) return failed(unreadable(`GET ${PATH}`));
    for (const item of keyed(list.output.fields).values()) {
      const field = v.safeParse(Field, item);
      if (field.success) found.set(field.output.alias, listed(field.output));
    }
    if ((page + 1) * PAGE >= list.output.total) break;
  }
  return succeeded(found);
}

/** Creates a field; the alias of the result is Mautic's, which may differ from the one asked for. */
export async function createField(client: MauticClient, field: NeededField): Promise<Outcome<ListedField>> {
  const limit = isLimited(field) ? (field.limit ?? MAX_TEXT) : undefined;
  const body = definitionOf(field, limit);
  const answer = await client.call({ method: 'POST', path: `${PATH}/new`, body });
  // Mautic 7 takes no more than 191 for a link either (7.0.0: 022).
  if (limit !== undefined && limit > MAX_TEXT && !answer.ok && isOverLimit(answer.failure))
    return createField(client, { ...field, limit: MAX_TEXT });
  if (!answer.ok) return answer;
  const parsed = v.safeParse(FieldAnswer, answer.value.body);
  if (!parsed.success) return failed({ ...unreadable(`POST ${PATH}/new`), kind: 'unknown' });
  const created = listed(parsed.output.field);
  // 202: the column is created by a cron job later (FieldApiController).
  const usable = created.usable && answer.value.status !== 202;
  return succeeded({ ...created, usable, ...(limit === undefined ? {} : { limit }) });
}

/**
 * Without these a text takes 64 characters, a number reads back without its decimals (recordings 208, 311, 313), and a
 * field of yes and no is refused (191).
 */
function definitionOf(field: NeededField, limit: number | undefined): object {
  const { alias, label, type } = field;
  return {
    label,
    alias,
    type,
    group: 'core',
    ...(type === 'number' ? { properties: { scale: field.scale ?? 0, roundmode: 4 } } : {}),
    ...(type === 'boolean' ? { properties: { yes: 'Yes', no: 'No' } } : {}),
    ...(limit === undefined ? {} : { charLengthLimit: limit }),
  };
}

function isOverLimit(failure: Failure): boolean {
  return failure.kind === 'repair' && 'charLengthLimit' in failure.rejected;
}

function isLimited({ type }: NeededField): boolean {
  return type === 'text' || type === 'url';
}

function listed(field: v.InferOutput<typeof Field>): ListedField {
  const { alias, type, isPublished, charLengthLimit } = field;
  const shown = LIMITED.has(type) && charLengthLimit ? charLengthLimit : undefined;
  const limit = shown !== undefined && type === 'text' ? Math.min(shown, MAX_TEXT) : shown;
  const unique = field.isUniqueIdentifier || field.isUniqueIdentifer;
  const { isRequired: required } = field;
  return { alias, type, usable: isPublished, unique, required, ...(limit === undefined ? {} : { limit }) };
}

function unreadable(endpoint: string) {
  const message = `${endpoint} did not answer as Mautic does. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message } as const;
}
