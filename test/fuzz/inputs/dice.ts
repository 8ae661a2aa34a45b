import { randomFrom } from '../../support/random.ts';

/** Everything an input is made of is thrown with its own dice, so that it follows from its seed alone. */
export interface Dice {
  /** A whole number from 0 to `sides` - 1. */
  below(sides: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** `least` to `most` random bytes. */
  bytes(least: number, most: number): Buffer;
}

export function diceFrom(seed: number): Dice {
  const random = randomFrom(seed);
  const below = (sides: number) => Math.floor(random() * sides);
  return {
    below,
    chance: (probability) => random() < probability,
    pick: <Item>(items: readonly Item[]) => {
      if (items.length === 0) throw new Error('there is nothing to pick from');
      // Some items are `undefined` themselves.
      return items[below(items.length)] as Item;
    },
    bytes: (least, most) =>
      Buffer.from(Array.from({ length: least + below(most - least + 1) }, () => below(256))),
  };
}
