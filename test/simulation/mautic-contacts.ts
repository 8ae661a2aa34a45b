import type { ContactWrite } from '../../lib/core/contact/contact-write.ts';
import type { MauticContact } from '../../lib/core/ports/mautic.ts';
import type { Engine } from './engine.ts';

export interface Row {
  readonly id: number;
  email: string;
  readonly fields: Map<string, string | number | null>;
  readonly tags: Set<string>;
  changedAt: number;
  /** When it asked not to be mailed, epoch ms. */
  silencedAt?: number;
}

/** Mautic's table of contacts: nothing in it is unique, and people rename, merge and delete. */
export class MauticContactTable {
  readonly rows = new Map<number, Row>();
  /** The id of a contact that was merged away → the one it was merged into. */
  readonly heirs = new Map<number, number>();
  /** Id → when it came to be somebody else's, epoch ms. */
  readonly movedAt = new Map<number, number>();
  readonly #engine: Engine;
  #lastId = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  byEmail(email: string): Row[] {
    return [...this.rows.values()].filter((row) => row.email === email);
  }

  /** The code of the coupon that whoever has this address was told of. */
  couponOf(email: string): string | undefined {
    const codes = this.byEmail(email).map(({ fields }) => fields.get('mautic_woo_coupon_code'));
    return codes.find((code) => typeof code === 'string');
  }

  /** Whom an id leads to in a single call: the winner, where it was merged away. */
  behind(id: number): Row | undefined {
    const heir = this.heirs.get(id);
    return heir === undefined ? this.rows.get(id) : this.behind(heir);
  }

  insert(email: string): Row {
    this.#lastId += 1;
    const changedAt = this.#engine.now;
    const row: Row = { id: this.#lastId, email, fields: new Map(), tags: new Set(), changedAt };
    this.rows.set(row.id, row);
    return row;
  }

  /** As a PATCH does: what looks like zero is dropped in silence, `null` blanks (facts/mautic-observed §3). */
  write(row: Row, { fields, addTags, removeTags }: ContactWrite): MauticContact {
    for (const [alias, value] of Object.entries(fields)) {
      if (value === null) row.fields.set(alias, null);
      else if (Number.isNaN(Number(value)) || Math.trunc(Number(value)) !== 0)
        row.fields.set(alias, asNumber(value));
    }
    for (const tag of removeTags) row.tags.delete(tag);
    for (const tag of addTags) row.tags.add(tag);
    row.changedAt = this.#engine.now;
    return read(row);
  }

  /** Its id is another address's from now on. */
  rename(row: Row, email: string): void {
    row.email = email;
    row.changedAt = this.#engine.now;
    this.movedAt.set(row.id, this.#engine.now);
  }

  /** The winner's id stays; of two values that of the contact which was changed last, of the addresses too (§12). */
  merge({ loser, winner }: { readonly loser: Row; readonly winner: Row }): void {
    const { now } = this.#engine;
    const [oldest, newest] = loser.changedAt > winner.changedAt ? [winner, loser] : [loser, winner];
    const values = [...oldest.fields, ...[...newest.fields].filter(([, value]) => value !== null)];
    if (newest.email !== winner.email) this.movedAt.set(winner.id, now);
    winner.email = newest.email;
    for (const [alias, value] of values) winner.fields.set(alias, value);
    for (const tag of loser.tags) winner.tags.add(tag);
    if (loser.silencedAt !== undefined) winner.silencedAt ??= now;
    winner.changedAt = now;
    this.rows.delete(loser.id);
    this.heirs.set(loser.id, winner.id);
    this.movedAt.set(loser.id, now);
  }
}

export function asNumber(value: string): string | number {
  return /^-?\d+\.\d+$/.test(value) ? Number(value) : value;
}

export function read({ id, email, fields, tags }: Row): MauticContact {
  return { id, email, fields: Object.fromEntries(fields), tags: [...tags] };
}
