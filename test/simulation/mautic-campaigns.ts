import type { Row } from './mautic-contacts.ts';
import { MemberTable } from './mautic-members.ts';

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
export class CampaignTable extends MemberTable {
  readonly enterings: Entering[] = [];

  enter(row: Pick<Row, 'id'>, entering: Entering): void {
    this.enterings.push(entering);
    this.add(entering.campaign, row);
  }
}
