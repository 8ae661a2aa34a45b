import type { Dice } from './engine.ts';

/** What can go wrong, by the name under which it is counted. */
export const FAULTS = [
  'delivery lost',
  'delivery doubled',
  'delivery delayed',
  'answer to the store lost',
  'ledger refused',
  'ledger answer lost',
  'queue refused',
  'queue answer lost',
  'secrets failed',
  'store refused',
  'store answer lost',
  'store flooded',
  'thing that cannot be shown',
  'mautic refused',
  'mautic rate limit',
  'mautic answer lost',
  'mautic request lost',
  'mautic late commit',
  'mautic server error',
  'mautic slow',
  'mautic outage',
  'mautic refuses the credentials',
  'process killed',
  'contacts queue emptied',
  'deliveries queue emptied',
  'deployed',
  'message of another version',
  'policy changed',
  'secret rotated',
  'contact deleted by a person',
  'contact renamed by a person',
  'contact merged by a person',
  'contact unsubscribed by itself',
] as const;
export type Fault = (typeof FAULTS)[number];

/** How likely each fault is, for one seed: some seeds are calm, some have one kind only, some have everything. */
export class Faults {
  readonly counts = new Map<Fault, number>();
  /** Off: from now on nothing goes wrong any more. */
  on = true;
  readonly #dice: Dice;
  readonly #likely: ReadonlyMap<Fault, number>;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#likely = likelihoods(dice);
  }

  /** Whether it happens now; `scale` makes it rarer or more frequent where it is asked. */
  happens(fault: Fault, scale = 1): boolean {
    const likely = (this.#likely.get(fault) ?? 0) * scale;
    if (!this.on || likely === 0 || !this.#dice.chance(likely)) return false;
    this.note(fault);
    return true;
  }

  note(fault: Fault): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
  }
}

/** Per occasion. */
const TYPICAL: Readonly<Record<Fault, number>> = {
  'delivery lost': 0.15,
  'delivery doubled': 0.1,
  'delivery delayed': 0.15,
  'answer to the store lost': 0.05,
  'ledger refused': 0.01,
  'ledger answer lost': 0.01,
  'queue refused': 0.03,
  'queue answer lost': 0.03,
  'secrets failed': 0.02,
  'store refused': 0.25,
  'store answer lost': 0.05,
  'store flooded': 0.1,
  'thing that cannot be shown': 0.4,
  'mautic refused': 0.05,
  'mautic rate limit': 0.03,
  'mautic answer lost': 0.06,
  'mautic request lost': 0.03,
  'mautic late commit': 0.08,
  'mautic server error': 0.03,
  'mautic slow': 0.1,
  'mautic outage': 0.25,
  'mautic refuses the credentials': 0.02,
  'process killed': 0.08,
  'contacts queue emptied': 0.2,
  'deliveries queue emptied': 0.2,
  deployed: 0.5,
  'message of another version': 0.5,
  'policy changed': 0.3,
  'secret rotated': 0.2,
  'contact deleted by a person': 0.1,
  'contact renamed by a person': 0.15,
  'contact merged by a person': 0.2,
  'contact unsubscribed by itself': 0.2,
};

function likelihoods(dice: Dice): ReadonlyMap<Fault, number> {
  const mood = dice.next();
  const share = mood < 0.1 ? 0 : mood < 0.35 ? 0.12 : mood < 0.8 ? 0.4 : 1;
  const strength = dice.pick([0.5, 1, 1, 2]);
  return new Map(
    FAULTS.map((fault) => [fault, dice.chance(share) ? Math.min(0.6, TYPICAL[fault] * strength) : 0]),
  );
}
