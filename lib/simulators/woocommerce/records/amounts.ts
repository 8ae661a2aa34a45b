/** Amounts are whole cents inside and strings with two decimals outside. */

/** @throws Error when the text is no amount with at most two decimals. */
export function cents(text: string): number {
  if (!/^-?\d+(\.\d{1,2})?$/.test(text)) throw new Error(`"${text}" is no amount`);
  return Math.round(Number(text) * 100);
}

export function amount(value: number): string {
  return (value / 100).toFixed(2);
}

/** Parts of a sum in proportion to the weights; the last part takes what rounding leaves. */
export function shares(sum: number, weights: readonly number[]): readonly number[] {
  const all = weights.reduce((total, weight) => total + weight, 0);
  let left = sum;
  return weights.map((weight, index) => {
    const share = index === weights.length - 1 ? left : Math.round(all === 0 ? 0 : (sum * weight) / all);
    left -= share;
    return share;
  });
}
