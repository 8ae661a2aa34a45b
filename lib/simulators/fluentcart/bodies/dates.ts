/** FluentCart writes two formats: with a zone, and without one, which is UTC too (facts/fluentcart A1). */

export function zoned(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

export function plain(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
