import * as v from 'valibot';

/** A code of WordPress or of a plugin; anything that does not look like one is not repeated in a message. */
const Code = v.pipe(v.string(), v.regex(/^[a-z0-9_-]{1,80}$/i));

const ErrorBody = v.object({
  code: Code,
  data: v.fallback(v.object({ params: v.fallback(v.record(v.string(), v.unknown()), {}) }), { params: {} }),
});

/** What an error answer says for machines; its `message` is in the shop's language and may hold anything. */
export interface StoreError {
  readonly code: string;
  /** Names of refused parameters. */
  readonly parameters: readonly string[];
}

/** `undefined` when the body is no error of WordPress (facts/woocommerce §4). */
export function errorOf(body: unknown): StoreError | undefined {
  const error = v.safeParse(ErrorBody, body);
  if (!error.success) return undefined;
  const names = Object.keys(error.output.data.params).filter((name) => v.is(Code, name));
  return { code: error.output.code, parameters: names };
}
