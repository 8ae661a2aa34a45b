/** How many there are of each kind. */
export type Tally = Map<string, number>;

/** One more of a kind. */
export function add(tally: Tally, kind: string): void {
  tally.set(kind, (tally.get(kind) ?? 0) + 1);
}

/** Each kind with its number, such as `crashes 2, rejected 1`. */
export function listOf(tally: Tally): string {
  return [...tally]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${kind} ${String(count)}`)
    .join(', ');
}

/** How many there are in all. */
export function sumOf(tally: Tally): number {
  return [...tally.values()].reduce((sum, count) => sum + count, 0);
}
