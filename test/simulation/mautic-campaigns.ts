import type { Row } from './mautic-contacts.ts';

/** Somebody was put into a campaign: from then on it sends its e-mails. */
export interface Entering {
  readonly campaign: number;
  /** The address that stood under the id then. */
  readonly email: string;
  /** How long the id had been somebody else's when it was asked for, in ms; undefined: it was not. */
  readonly strayedMs: number | undefined;
  /** Epoch ms. */
  readonly askedAt: number;
}

/** Mautic's campaigns: they allow restarts, so whoever is put in again gets all e-mails again. */
export class CampaignTable {
  readonly enterings: Entering[] = [];
  readonly #members = new Map<number, Set<number>>();

  isIn(campaign: number, { id }: Pick<Row, 'id'>): boolean {
    return this.#membersOf(campaign).has(id);
  }

  enter({ id }: Pick<Row, 'id'>, entering: Entering): void {
    this.enterings.push(entering);
    this.#membersOf(entering.campaign).add(id);
  }

  leave(campaign: number, { id }: Pick<Row, 'id'>): void {
    this.#membersOf(campaign).delete(id);
  }

  /** Memberships go to the winner. */
  merge(loser: Row, winner: Row): void {
    for (const members of this.#members.values()) if (members.delete(loser.id)) members.add(winner.id);
  }

  #membersOf(campaign: number): Set<number> {
    const members = this.#members.get(campaign) ?? new Set<number>();
    this.#members.set(campaign, members);
    return members;
  }
}
