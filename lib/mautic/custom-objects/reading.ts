import * as v from 'valibot';
import type { MauticContact } from '../../core/ports/mautic.ts';
import { contactOf } from '../contacts/contact-answer.ts';

/** The plugin answers 10 of each collection, the seed says 50; neither can be changed (recordings 508, 545). */
const Meta = v.object({
  page: v.object({ number: v.number(), size: v.number() }),
  sort: v.string(),
});

const Value = v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(v.unknown())]);

const Item = v.object({
  id: v.number(),
  name: v.string(),
  language: v.nullish(v.unknown()),
  category: v.nullish(v.unknown()),
  isPublished: v.boolean(),
  dateAdded: v.nullable(v.string()),
  dateModified: v.nullable(v.string()),
  createdBy: v.nullable(v.number()),
  modifiedBy: v.nullable(v.number()),
  /** PHP writes no attributes as a list. */
  attributes: v.union([
    v.record(v.string(), Value),
    v.pipe(
      v.array(v.never()),
      v.transform((): Record<string, v.InferOutput<typeof Value>> => ({})),
    ),
  ]),
});

const CustomObject = v.object({
  id: v.number(),
  alias: v.string(),
  data: v.array(Item),
  meta: v.optional(Meta),
});
const CustomObjects = v.object({ data: v.array(CustomObject), meta: v.optional(Meta) });

/** The items of one object as Mautic answers them: the newest ten. */
type ReadObject = v.InferOutput<typeof CustomObject>;

/** A contact, and the items that came back with it. */
export interface ContactWithItems {
  readonly contact: MauticContact;
  /** Undefined: it has no item, or Mautic has no plugin (recordings 331, 550). */
  readonly objects: readonly ReadObject[] | undefined;
}

const Answer = v.object({ customObjects: v.optional(CustomObjects) });

/** Reads a contact with its items out of an answer to `includeCustomObjects=true`; undefined when it is none. */
export function contactWithItemsOf(value: unknown): ContactWithItems | undefined {
  const contact = contactOf(value);
  const parsed = v.safeParse(Answer, value);
  if (!contact || !parsed.success) return undefined;
  return { contact, objects: parsed.output.customObjects?.data };
}
