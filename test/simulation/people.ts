import type { Dice, Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Mautic } from './mautic.ts';

/** What people do in Mautic behind the bridge's back. */
export class People {
  /** Address → when its contact was deleted or renamed, epoch ms. */
  readonly taken = new Map<string, number>();
  /** Ids of contacts that somebody gave another address. */
  readonly renamed = new Set<number>();
  readonly #mautic: Mautic;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #faults: Faults;

  constructor(mautic: Mautic, world: { engine: Engine; dice: Dice; faults: Faults }) {
    this.#mautic = mautic;
    this.#engine = world.engine;
    this.#dice = world.dice;
    this.#faults = world.faults;
  }

  act(): void {
    const rows = [...this.#mautic.rows.values()].filter(({ id }) => !this.renamed.has(id));
    if (rows.length === 0) return;
    if (this.#faults.happens('contact deleted by a person')) {
      const row = this.#dice.pick(rows);
      this.taken.set(row.email, this.#engine.now);
      this.#mautic.rows.delete(row.id);
    } else if (this.#faults.happens('contact renamed by a person')) {
      const row = this.#dice.pick(rows);
      this.taken.set(row.email, this.#engine.now);
      this.renamed.add(row.id);
      row.email = `renamed-${String(row.id)}@people.test`;
    }
  }
}
