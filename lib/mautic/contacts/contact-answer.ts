import * as v from 'valibot';
import type { MauticContact } from '../../core/ports/mautic.ts';

const GROUPS = ['core', 'social', 'personal', 'professional'] as const;

/** Ids are numbers or digits, depending on how Mautic loaded the thing (recordings 038, 039). */
const Id = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
  v.integer(),
  v.minValue(1),
);

const Descriptor = v.object({ type: v.optional(v.string()), value: v.optional(v.unknown()) });

/** An empty group is a list, a filled one an object (recording 038). */
const Group = v.fallback(v.record(v.string(), Descriptor), {});

/** `all` is missing from an entity whose edit failed (recording 171). */
const Fields = v.object({
  all: v.optional(v.record(v.string(), v.unknown())),
  core: v.optional(Group),
  social: v.optional(Group),
  personal: v.optional(Group),
  professional: v.optional(Group),
});

/** Empty for most contacts (recording 049); an entry says since when, why and for which channel (407). */
const Consent = v.array(v.object({ channel: v.string(), reason: v.optional(v.unknown()) }));

/** `tags` is null in a minimal answer, and consent missing (recording 102). */
const Contact = v.object({
  id: Id,
  fields: Fields,
  tags: v.optional(v.nullable(v.array(v.object({ tag: v.string() })))),
  doNotContact: v.fallback(v.optional(Consent), undefined),
});

/** One field as a contact carries it. */
export interface FieldValue {
  readonly type: string;
  readonly value: unknown;
}

/** Reads a contact out of an answer; `undefined` when it is none. */
export function contactOf(value: unknown): MauticContact | undefined {
  const parsed = v.safeParse(Contact, value);
  if (!parsed.success) return undefined;
  const { id, fields, tags, doNotContact } = parsed.output;
  const values = valuesOf(fields);
  const email = typeof values.email === 'string' ? values.email : '';
  return {
    id,
    email,
    fields: values,
    tags: (tags ?? []).map(({ tag }) => tag),
    ...(doNotContact && { mayBeMailed: email !== '' && !isRefused(doNotContact) }),
  };
}

/** Whatever the reason but 0, which means that the contact may be contacted (LeadBundle, DoNotContact). */
function isRefused(consent: v.InferOutput<typeof Consent>): boolean {
  return consent.some(({ channel, reason }) => channel === 'email' && Number(reason) !== 0);
}

/** All fields of a contact with their types, which only the groups tell. */
export function fieldsOf(value: unknown): ReadonlyMap<string, FieldValue> {
  const parsed = v.safeParse(Contact, value);
  if (!parsed.success) return new Map();
  const { fields } = parsed.output;
  const types = new Map(descriptorsOf(fields).map(([alias, { type }]) => [alias, type ?? ''] as const));
  return new Map(
    Object.entries(valuesOf(fields)).map(([alias, of]) => [
      alias,
      { type: types.get(alias) ?? '', value: of },
    ]),
  );
}

function valuesOf(fields: v.InferOutput<typeof Fields>): Record<string, unknown> {
  if (!fields.all)
    return Object.fromEntries(descriptorsOf(fields).map(([alias, { value }]) => [alias, value]));
  const { id: _contactId, ...values } = fields.all;
  return values;
}

function descriptorsOf(fields: v.InferOutput<typeof Fields>): [string, v.InferOutput<typeof Descriptor>][] {
  return GROUPS.flatMap((group) => Object.entries(fields[group] ?? {}));
}
