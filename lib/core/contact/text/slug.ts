/** One character of UTF-8 as escapes; also what is none, which decoding finds out. */
const ESCAPED =
  /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi;

/**
 * A slug as people read it: WordPress keeps every other script than Latin percent-encoded, and cuts what is long
 * without regard to escapes. What is no whole character stays as it is.
 */
export function slugText(slug: string): string {
  return slug.replace(ESCAPED, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
