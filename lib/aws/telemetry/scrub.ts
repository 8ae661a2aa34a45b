import type { Fields } from '../../core/ports/telemetry.ts';

const SECRETS: readonly RegExp[] = [
  /(\b(?:Bearer|Basic)\s+)[\w.~+/=-]{6,}/gi,
  /((?:access_token|refresh_token|client_secret|consumer_secret|consumer_key|password)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi,
];
/** What no address holds; matched word by word, because a pattern for addresses takes quadratic time. */
const WORD = /[^\s"'`<>()[\]{}:;,=&?/\\|]+/g;
const ADDRESS = /.(?:@|%40)./i;

/** Masks e-mail addresses, tokens and passwords in a text that somebody else wrote. */
export function scrub(text: string): string {
  const withoutSecrets = SECRETS.reduce((masked, secret) => masked.replace(secret, '$1[secret]'), text);
  return withoutSecrets.replace(WORD, (word) => (ADDRESS.test(word) ? '[email]' : word));
}

/** An error as log fields, masked. The stack is left out of errors that name their own remedy. */
export function errorFields(error: unknown): Fields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const { name, message, stack, cause } = error;
  return {
    errorName: name,
    errorMessage: scrub(message),
    ...(cause instanceof Error && { errorCause: scrub(`${cause.name}: ${cause.message}`) }),
    ...(!OWN_ERRORS.has(name) && stack !== undefined && { errorStack: scrub(stack) }),
  };
}

/** What may be thrown on: the runtime prints name, message and stack of whatever ends an invocation, as they are. */
export function masked(error: unknown): Error {
  const {
    errorName,
    errorMessage = 'something that is no error was thrown',
    errorStack,
  } = errorFields(error);
  const safe = new Error(String(errorMessage));
  safe.name = String(errorName);
  safe.stack = typeof errorStack === 'string' ? errorStack : `${safe.name}: ${safe.message}`;
  return safe;
}

const OWN_ERRORS: ReadonlySet<string> = new Set(['SecretError']);
