import * as v from 'valibot';

/** Anything that does not look like a code is not repeated in a message. */
const Code = v.pipe(v.string(), v.regex(/^[a-z0-9_-]{1,80}$/i));
const Listed = v.object({ code: Code, message: v.fallback(v.string(), '') });
const ErrorBody = v.object({
  errors: v.union([v.pipe(v.array(Listed), v.minLength(1)), v.record(v.string(), v.unknown())]),
});

/** What an error answer says. */
export interface PluginError {
  /** `api-off` where `errors` is no list: the plugin's API is switched off. */
  readonly code: string;
  /** In the shop's words: for telling errors apart, never for a message. */
  readonly text: string;
}

/** `undefined` when the body names no error. Several come in an answer of status 200 (`emails-send-missing-type`). */
export function errorOf(body: unknown): PluginError | undefined {
  const found = v.safeParse(ErrorBody, body);
  if (!found.success) return undefined;
  const { errors } = found.output;
  const first = Array.isArray(errors) ? errors[0] : undefined;
  return first === undefined ? { code: 'api-off', text: '' } : { code: first.code, text: first.message };
}
