import { normaliseEmail } from '../../lib/core/ledger/email.ts';
import { Dice, type Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Mautic } from './mautic.ts';
import type { Row } from './mautic-contacts.ts';

interface World {
  readonly engine: Engine;
  readonly dice: Dice;
  readonly faults: Faults;
  /** Addresses of the shop, as they are typed. */
  readonly buyers: readonly string[];
  /** The bridge knows where the contact with this address stands, or has nothing to do with it. */
  readonly isTraceable: (row: Row) => boolean;
  /** Somebody else wrote totals into it before the bridge came. */
  readonly hasPast: (row: Row) => boolean;
}

/** What people do in Mautic behind the bridge's back. */
export class People {
  /** Address → when its contact was deleted, renamed or merged away, epoch ms. */
  readonly taken = new Map<string, number>();
  /** Addresses that were given to another contact. */
  readonly given = new Set<string>();
  /** Ids of contacts into which another was merged. */
  readonly winners = new Set<number>();
  /** Ids of contacts that may hold what the bridge wrote without ever having learnt where it stands. */
  readonly untraceable = new Set<number>();
  readonly #mautic: Mautic;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #faults: Faults;
  readonly #buyers: readonly string[];
  readonly #isTraceable: World['isTraceable'];
  readonly #hasPast: World['hasPast'];
  #leads = 0;

  constructor(mautic: Mautic, { engine, dice, faults, buyers, isTraceable, hasPast }: World) {
    this.#mautic = mautic;
    this.#engine = engine;
    this.#dice = dice;
    this.#faults = faults;
    this.#isTraceable = isTraceable;
    this.#hasPast = hasPast;
    this.#buyers = buyers.flatMap((typed) => {
      const address = normaliseEmail(typed);
      return address.usable ? [address.email] : [];
    });
  }

  act(): void {
    const rows = [...this.#mautic.contacts.rows.values()];
    if (rows.length === 0) return;
    if (this.#faults.happens('contact deleted by a person')) this.#delete(this.#dice.pick(rows));
    else if (this.#faults.happens('contact renamed by a person')) this.#rename(this.#dice.pick(rows));
    else if (this.#faults.happens('contact merged by a person')) this.#merge(this.#dice.pick(rows), rows);
    else if (this.#faults.happens('contact unsubscribed by itself'))
      this.#dice.pick(rows).silencedAt ??= this.#engine.now;
  }

  /** In one world of sixteen, told of each call of the bridge: now and then somebody acts in the seconds after it. */
  inHaste(seed: number): (() => void) | undefined {
    if (seed % 16 !== 13) return undefined;
    const dice = new Dice(seed + 0x4a57e);
    return () => {
      if (this.#faults.on && dice.chance(0.1)) this.#engine.after(dice.between(0, 3000), () => this.act());
    };
  }

  #delete(row: Row): void {
    this.taken.set(row.email, this.#engine.now);
    this.#mautic.delete(row);
  }

  /** Now and then to the address of another buyer, who has no contact of its own. */
  #rename(row: Row): void {
    const { contacts } = this.#mautic;
    const free = this.#buyers.filter((email) => contacts.byEmail(email).length === 0);
    const isBuyer = free.length > 0 && this.#dice.chance(0.4);
    this.taken.set(row.email, this.#engine.now);
    const isUncertain = !this.#isTraceable(row) || (isBuyer && this.#hasPast(row));
    if (isUncertain) this.untraceable.add(row.id);
    const email = isBuyer ? this.#dice.pick(free) : `renamed-${String(row.id)}@people.test`;
    this.given.add(email);
    contacts.rename(row, email);
  }

  #merge(loser: Row, rows: readonly Row[]): void {
    const others = rows.filter(({ id }) => id !== loser.id);
    const winner = others.length > 0 && this.#dice.chance(0.7) ? this.#dice.pick(others) : this.#lead();
    const before = [loser.email, winner.email];
    if ([loser, winner].some((row) => this.#isUncertain(row))) this.untraceable.add(winner.id);
    this.#mautic.merge({ loser, winner });
    this.winners.add(winner.id);
    for (const email of before) if (email !== winner.email) this.taken.set(email, this.#engine.now);
  }

  /** Of two pasts that somebody merged nobody can tell whose is kept, nor whose one is that was given away. */
  #isUncertain(row: Row): boolean {
    return this.untraceable.has(row.id) || !this.#isTraceable(row) || this.#hasPast(row);
  }

  #lead(): Row {
    this.#leads += 1;
    return this.#mautic.contacts.insert(`lead-${String(this.#leads)}@people.test`);
  }
}
