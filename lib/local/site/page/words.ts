/** A moment on this machine's clock, to the second. */
export function time(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}

/** A moment with its day. */
export function moment(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

/** How long ago, roughly. */
export function ago(at: number): string {
  const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 90) return `${String(seconds)} s ago`;
  return seconds < 5400 ? `${String(Math.round(seconds / 60))} min ago` : `at ${time(at)}`;
}

/** `1 order`, `2 orders`. */
export function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** A tone in a word, for who does not see its colour. */
export const TONES = { good: 'done', quiet: 'noted', waiting: 'waits', bad: 'needs a look' } as const;
