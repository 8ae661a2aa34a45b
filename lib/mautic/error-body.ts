import * as v from 'valibot';
import type { Rejected, Rejection } from '../core/ledger/failure.ts';
import { countCharacters } from './characters.ts';

/**
 * One error of Mautic. Its texts are translated and can contain the e-mail address, so nothing is decided by
 * words, and none is passed on unmasked (`said.ts`): `code`, `type` and the keys of `details` say enough.
 */
export interface MauticError {
  readonly code: number | undefined;
  readonly type: string | null | undefined;
  /** Mautic's own words, which may quote what was sent. */
  readonly message: string | undefined;
  /** Field alias → the last message about it; absent where the answer has no `details` at all. */
  readonly details: Readonly<Record<string, string>> | undefined;
}

const Messages = v.record(v.string(), v.unknown());

/** `details` is a list when it is empty, as PHP writes empty arrays (recordings 050, 575). */
const ErrorItem = v.object({
  code: v.optional(v.unknown()),
  type: v.optional(v.nullable(v.string())),
  error: v.optional(v.string()),
  message: v.optional(v.unknown()),
  error_description: v.optional(v.unknown()),
  details: v.optional(v.union([v.array(v.unknown()), Messages])),
});

const ErrorBody = v.union([
  v.object({ errors: v.pipe(v.array(ErrorItem), v.minLength(1)) }),
  v.pipe(
    ErrorItem,
    v.check(({ error }) => error !== undefined),
    v.transform((error) => ({ errors: [error] })),
  ),
]);

/**
 * The first error of an answer: Mautic's envelope `{"errors":[…]}` (recordings 012, 052, 180, 562, 563) or the
 * `{"error":"invalid_client"}` of RFC 6749, whose code is returned as `type`.
 */
export function errorOf(body: unknown): MauticError | undefined {
  const parsed = v.safeParse(ErrorBody, body);
  return parsed.success ? itemError(parsed.output.errors[0]) : undefined;
}

/** One entry of the `errors` of a batch (recordings 157, 170, 171, 557). */
export function itemError(item: unknown): MauticError | undefined {
  const parsed = v.safeParse(ErrorItem, item);
  if (!parsed.success) return undefined;
  const { code, type, error, message, error_description: description, details } = parsed.output;
  return {
    code: typeof code === 'number' ? code : undefined,
    type: type ?? error ?? type,
    message: [message, description].find((text) => typeof text === 'string'),
    details: details && messagesOf(details),
  };
}

function messagesOf(details: readonly unknown[] | Readonly<Record<string, unknown>>): Record<string, string> {
  if (Array.isArray(details)) return {};
  return Object.fromEntries(Object.entries(details).map(([alias, messages]) => [alias, lastText(messages)]));
}

/** Mautic keeps the last message of a field, in a list (recording 074). */
function lastText(messages: unknown): string {
  const texts: unknown[] = Array.isArray(messages) ? messages : [messages];
  const last = texts.at(-1);
  return typeof last === 'string' ? last : '';
}

/** What was refused per field; `undefined` when the error names no field. `sent` is the object that was refused. */
export function rejectedOf(status: number, error: MauticError, sent: unknown): Rejected | undefined {
  const entries = Object.entries(error.details ?? {});
  if (entries.length === 0) return undefined;
  const values = v.safeParse(Messages, sent);
  const sentTo = (alias: string) => (values.success ? values.output[alias] : undefined);
  return Object.fromEntries(
    entries.map(([alias, text]) => [alias, rejectionOf(status, text, sentTo(alias))] as const),
  );
}

function rejectionOf(status: number, text: string, value: unknown): Rejection {
  // Only the validator of unique fields answers 422 (recordings 131, 171, 498).
  if (status === 422) return { why: 'not-unique' };
  const limit = limitIn(text, value);
  return limit === undefined ? { why: 'not-allowed' } : { why: 'too-long', limit };
}

/**
 * The number in "This value is too long. It should have 64 characters or less." (recordings 079, 213-215, 281),
 * whatever the language. A message that quotes an e-mail address (recording 052) or names a number the value
 * does not exceed is about something else.
 */
function limitIn(text: string, value: unknown): number | undefined {
  if (text.includes('@')) return undefined;
  const limit = Number(/\d+/.exec(text)?.[0]);
  if (!Number.isSafeInteger(limit) || limit < 1) return undefined;
  if (typeof value === 'string' && countCharacters(value) <= limit) return undefined;
  return limit;
}
