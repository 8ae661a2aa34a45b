/** The middle value; the mean of the two middle ones. @throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (low === undefined || high === undefined) throw new RangeError('no values, no median');
  return (low + high) / 2;
}

/** 0 of none. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** One measurement of each of two things, taken right after one another. */
interface Pair {
  readonly ours: number;
  readonly baseline: number;
}

/** Median of each, and the median of the ratios within the pairs: noise that lasts longer than a pair falls out. */
export function compare(pairs: readonly Pair[]): Pair & { readonly ratio: number } {
  return {
    ours: median(pairs.map(({ ours }) => ours)),
    baseline: median(pairs.map(({ baseline }) => baseline)),
    ratio: median(pairs.map(({ ours, baseline }) => ours / baseline)),
  };
}

/** Measures both again and again, in alternating order. */
export async function inTurns<Value>(
  count: number,
  measure: { readonly ours: () => Promise<Value>; readonly baseline: () => Promise<Value> },
): Promise<readonly { readonly ours: Value; readonly baseline: Value }[]> {
  const turns: { ours: Value; baseline: Value }[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const early = turn % 2 === 0 ? undefined : await measure.baseline();
    const ours = await measure.ours();
    turns.push({ ours, baseline: early ?? (await measure.baseline()) });
  }
  return turns;
}

/** Pieces of this size; the last may be shorter. */
export function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
