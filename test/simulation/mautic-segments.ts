import type { MauticContactTable, Row } from './mautic-contacts.ts';

/** Somebody came into a segment: Mautic mails whoever does. */
export interface Joining {
  readonly segment: number;
  /** The address that stood under the id then. */
  readonly email: string;
  /** The id that was asked for, or that of who came in, was somebody else's once. */
  readonly isMoved: boolean;
  /** Epoch ms. */
  readonly at: number;
}

/** Mautic's segments, by the ids of their members. */
export class SegmentTable {
  readonly joinings: Joining[] = [];
  readonly #members = new Map<number, Set<number>>();
  readonly #contacts: MauticContactTable;

  constructor(contacts: MauticContactTable) {
    this.#contacts = contacts;
  }

  isIn(segment: number, { id }: Pick<Row, 'id'>): boolean {
    return this.#membersOf(segment).has(id);
  }

  /** Answers by the winner's id for one that was merged away. @param at epoch ms */
  join(segment: number, ids: readonly number[], at: number): ReadonlySet<number> {
    const members = this.#membersOf(segment);
    const joined = new Set<number>();
    for (const asked of ids) {
      const row = this.#contacts.behind(asked);
      if (!row) continue;
      const isMoved = [asked, row.id].some((id) => this.#contacts.movedAt.has(id));
      if (!members.has(row.id)) this.joinings.push({ segment, email: row.email, isMoved, at });
      members.add(row.id);
      joined.add(row.id);
    }
    return joined;
  }

  leave(segment: number, ids: readonly number[]): void {
    for (const id of ids) this.#membersOf(segment).delete(id);
  }

  /** Memberships go to the winner. */
  merge(loser: Row, winner: Row): void {
    for (const members of this.#members.values()) if (members.delete(loser.id)) members.add(winner.id);
  }

  #membersOf(segment: number): Set<number> {
    const members = this.#members.get(segment) ?? new Set<number>();
    this.#members.set(segment, members);
    return members;
  }
}
