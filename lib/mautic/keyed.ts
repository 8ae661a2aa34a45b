import * as v from 'valibot';

/** PHP writes an array as a list only while its keys are 0 to n-1 in order (recordings 157, 161, 178, 179). */
const ListOrObject = v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())]);

/** The entries of what may be a list or an object, by key; empty for anything else. */
export function keyed(value: unknown): ReadonlyMap<string, unknown> {
  const parsed = v.safeParse(ListOrObject, value);
  return new Map(parsed.success ? Object.entries(parsed.output) : []);
}
