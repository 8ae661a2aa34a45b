import type { Row } from './mautic-contacts.ts';

/** Who is in which segment, or in which campaign, by the ids of both. */
export class MemberTable {
  readonly #members = new Map<number, Set<number>>();

  isIn(group: number, { id }: Pick<Row, 'id'>): boolean {
    return this.#members.get(group)?.has(id) ?? false;
  }

  add(group: number, { id }: Pick<Row, 'id'>): void {
    this.#members.set(group, (this.#members.get(group) ?? new Set()).add(id));
  }

  leave(group: number, { id }: Pick<Row, 'id'>): void {
    this.#members.get(group)?.delete(id);
  }

  /** Memberships go to the winner. */
  merge(loser: Row, winner: Row): void {
    for (const members of this.#members.values()) if (members.delete(loser.id)) members.add(winner.id);
  }
}
