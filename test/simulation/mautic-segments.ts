import type { MauticContactTable } from './mautic-contacts.ts';
import { MemberTable } from './mautic-members.ts';

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

/** Mautic's segments, and who came into one when. */
export class SegmentTable extends MemberTable {
  readonly joinings: Joining[] = [];
  readonly #contacts: MauticContactTable;

  constructor(contacts: MauticContactTable) {
    super();
    this.#contacts = contacts;
  }

  /** Answers by the winner's id for one that was merged away. @param at epoch ms */
  join(segment: number, ids: readonly number[], at: number): ReadonlySet<number> {
    const joined = new Set<number>();
    for (const asked of ids) {
      const row = this.#contacts.behind(asked);
      if (!row) continue;
      const isMoved = [asked, row.id].some((id) => this.#contacts.movedAt.has(id));
      if (!this.isIn(segment, row)) this.joinings.push({ segment, email: row.email, isMoved, at });
      this.add(segment, row);
      joined.add(row.id);
    }
    return joined;
  }
}
