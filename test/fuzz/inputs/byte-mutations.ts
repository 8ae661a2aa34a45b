import type { Dice } from './dice.ts';

type Mutation = (dice: Dice, bytes: Buffer) => Buffer;

/** Some bits are others. */
export const flipped: Mutation = (dice, bytes) => {
  const copy = Buffer.from(bytes);
  const times = Math.min(copy.length, dice.pick([1, 1, 2, 5, 50]));
  for (let time = 0; time < times; time += 1) {
    const at = dice.below(copy.length);
    copy[at] = dice.chance(0.5) ? dice.below(256) : (copy[at] ?? 0) ^ (1 << dice.below(8));
  }
  return copy;
};

export const truncated: Mutation = (dice, bytes) => {
  const cut = dice.below(bytes.length + 1);
  return dice.chance(0.8) ? bytes.subarray(0, cut) : bytes.subarray(cut);
};

/** The whole, or a part of it, twice. */
export const doubled: Mutation = (dice, bytes) => {
  if (dice.chance(0.4)) return Buffer.concat([bytes, bytes]);
  const [from, to] = [dice.below(bytes.length + 1), dice.below(bytes.length + 1)].sort((a, b) => a - b);
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
};

/** Bytes that mean something to somebody, put anywhere. */
export const seasoned: Mutation = (dice, bytes) => {
  const at = dice.below(bytes.length + 1);
  const what = dice.pick([
    Buffer.from([0xef, 0xbb, 0xbf]),
    Buffer.from([0xff, 0xfe]),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xc0, 0x80]),
    Buffer.from([0]),
    Buffer.from('\\ud800'),
    Buffer.from('\\u0000'),
    Buffer.from('"'),
    Buffer.from('}{'),
    Buffer.from(',"id":1'),
  ]);
  return Buffer.concat([bytes.subarray(0, dice.chance(0.2) ? 0 : at), what, bytes.subarray(at)]);
};
