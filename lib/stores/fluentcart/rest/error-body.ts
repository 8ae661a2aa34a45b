import * as v from 'valibot';

/** A code of WordPress or FluentCart; anything that does not look like one is not repeated in a message. */
const Code = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.integer(), v.transform(String))]),
  v.regex(/^[a-z0-9_ -]{1,80}$/i),
);
const Named = v.object({ code: Code });
/** As the published document has it; no FluentCart answers it (facts/fluentcart A2). */
const Published = v.object({ success: v.literal(false), error: v.optional(v.fallback(v.unknown(), {})) });
const Field = v.pipe(v.string(), v.regex(/^[\w.-]{1,80}$/));

/** What an error answer says for machines; its message is in the shop's language and may hold anything. */
export interface StoreError {
  readonly code: string;
  /** Names of refused fields. */
  readonly fields: readonly string[];
}

/** `undefined` when the body is no error of the six shapes that run, nor of the one that is published. */
export function errorOf(body: unknown): StoreError | undefined {
  const published = v.safeParse(Published, body);
  if (published.success) return publishedError(published.output.error);
  const named = v.safeParse(Named, body);
  if (named.success) return { code: named.output.code, fields: [] };
  const fields = refusedFields(body);
  return fields.length > 0 ? { code: 'validation', fields } : undefined;
}

function publishedError(error: unknown): StoreError {
  const named = v.safeParse(v.object({ code: Code, details: v.optional(v.unknown()) }), error);
  if (!named.success) return { code: 'error', fields: [] };
  return { code: named.output.code, fields: namesIn(named.output.details) };
}

/** `{"email":{"email":"…"}}`, or the same in `errors` beside a message. */
function refusedFields(body: unknown): readonly string[] {
  if (!isRecord(body)) return [];
  if (isRecord(body['errors'])) return namesIn(body['errors']);
  return Object.values(body).every(isRecord) ? namesIn(body) : [];
}

function namesIn(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value).filter((name) => v.is(Field, name)) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
