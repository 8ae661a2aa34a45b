import {
  type DueItem,
  forgivenRows,
  type ItemGaps,
  type ItemRow,
  type ItemRows,
  type ItemsPlan,
  planItems,
  sentBefore,
} from '../../../core/contact/items/items-plan.ts';
import type { Failure, Outcome } from '../../../core/ledger/failure.ts';
import { HELD_BACK, isOpaque, isRefusedOnTheWay } from '../../../core/pace/evidence.ts';
import { backOffMs } from '../../../core/pace/retry.ts';
import { isIgnored } from '../../../core/policy/policy.ts';
import type { ItemsAnswer } from '../../../core/ports/mautic.ts';
import { isPoison, remedied } from '../pace/poison.ts';
import type { Draft, SyncParts } from '../parts.ts';
import { MOVED } from '../strangers.ts';
import { DOUBT_MS } from '../verdict.ts';
import type { Knowledge } from './knowledge.ts';

/** What of a draft decides its items. */
export type ItemsDraft = Pick<Draft, 'lane' | 'profile' | 'facts'>;

/** A contact that is in step, and its id in Mautic. */
export interface ItemsTarget {
  readonly draft: ItemsDraft;
  readonly contactId: number;
}

/** Where the items of one contact stand. */
export type Standing =
  | { readonly at: 'work' }
  /** Nothing differs. */
  | { readonly at: 'through' }
  /** There is more; epoch ms. */
  | { readonly at: 'later'; readonly due: number }
  /** The contact itself must be looked at again. */
  | { readonly at: 'lost'; readonly failure: Failure };

/** What was refused before it was done is tried again after this. */
const RETRY_MS = 300_000;
/** Within a second the plugin loses an item that it has just written (298 of 5.2.1). */
export const SAME_SECOND_MS = 2_000;
/** Failures in a row after which a contact's items are left for later. */
const MAX_FAILURES = 4;

/** The items of one contact on their way to Mautic: what the rows say, what is due, and what came of it. */
export class ItemsWorker {
  readonly target: ItemsTarget;
  standing: Standing = { at: 'work' };
  /** How often in a row all of them together came to nothing. */
  failures = 0;
  readonly #parts: SyncParts;
  readonly #knowledge: Knowledge;
  readonly #rows: Map<string, ItemRow>;
  /** Until then Mautic may go on with a request of somebody who died; epoch ms. */
  readonly #quietUntil: number;
  /** What was left out of what was planned last. */
  #gaps: ItemGaps;

  constructor(parts: SyncParts, knowledge: Knowledge, from: { target: ItemsTarget; rows: ItemRows }) {
    this.#parts = parts;
    this.#knowledge = knowledge;
    this.#gaps = knowledge.gaps;
    this.target = from.target;
    const open = [...from.rows.values()].flatMap(({ claimed, claimedAt = 0 }) =>
      claimed ? [claimedAt] : [],
    );
    this.#quietUntil = Math.max(0, ...open) + DOUBT_MS;
    this.#rows = new Map(from.target.draft.profile.doubt ? forgivenRows(from.rows) : from.rows);
  }

  /** What differs now, without what Mautic is known not to have. */
  plan(): ItemsPlan {
    const { draft, contactId } = this.target;
    const { policy } = this.#parts;
    const facts = isIgnored(policy, draft.profile.email) ? undefined : draft.facts;
    this.#gaps = this.#knowledge.gaps;
    const now = this.#parts.clock.now();
    const wish = { facts, contact: draft.lane.ring.contact, contactId, policy, gaps: this.#gaps, now };
    const plan = planItems(wish, this.#rows);
    if (plan.due.length === 0) this.standing = restOf(plan);
    else if (this.#quietUntil > now) {
      this.standing = { at: 'later', due: this.#quietUntil };
      return { ...plan, due: [] };
    }
    return plan;
  }

  /** Written down before they are sent: whoever dies on the way leaves rows that differ. */
  claim(items: readonly DueItem[]): Promise<void> {
    return this.#claim(items, this.#parts.clock.now());
  }

  /** What the answer to all of these items means. */
  async judge(items: readonly DueItem[], outcome: Outcome<ItemsAnswer>): Promise<void> {
    if (outcome.ok) return this.#accept(items, outcome.value);
    const { failure } = outcome;
    if (failure.code === MOVED.code) return this.lose();
    if (await this.#noteGap(failure)) return this.#claim(items, 0);
    if (failure.kind === 'park' && failure.code === 'not-found') {
      // Deleted or merged: the contact's own write finds out which, in full.
      this.standing = { at: 'lost', failure: { ...failure, kind: 'unknown' } };
      return;
    }
    this.failures += 1;
    if (mayBeAnItem(failure)) return this.failures >= MAX_FAILURES ? this.leaveInDoubt() : undefined;
    if (failure.kind === 'retry' || failure.kind === 'authorise') this.#leave(patienceWith(failure));
    else if (this.failures >= MAX_FAILURES || failure.kind === 'unknown') this.leaveInDoubt();
    // Else: what Mautic refuses of all of them it may take a moment later, or of each.
  }

  /** What the answer to this item alone means. */
  async judgeAlone(item: DueItem, outcome: Outcome<ItemsAnswer>): Promise<void> {
    if (outcome.ok) return this.#accept([item], outcome.value);
    const { failure } = outcome;
    if (failure.code === MOVED.code) return this.lose();
    const isItsOwn = failure.kind === 'park' || isOpaque(failure) || isRefusedOnTheWay(failure);
    if (!isItsOwn || failure.code === 'not-found') return this.judge([item], outcome);
    if (failure.kind === 'park' || (await this.#isPoison(item, failure))) return this.#park(item, failure);
    await this.#defer(item, failure);
  }

  /** Its tries are counted as those of contacts are: in an outage of Mautic each item is answered 500, however often. */
  #isPoison(item: DueItem, failure: Failure): Promise<boolean> {
    const { profile } = this.target.draft;
    return isPoison(this.#parts, { ...profile, serverErrors: this.#errorsOf(item) }, failure);
  }

  async #park(item: DueItem, failure: Failure): Promise<void> {
    const { message } = remedied(failure);
    await this.#save([[item.row, { ...this.#row(item), parked: message }]]);
    this.#parts.metrics.count('EffectParked');
    this.#parts.log.error('A custom item is parked until somebody acts; the rest is written', {
      contact: this.target.draft.lane.ring.contact,
      item: item.row,
      reason: message,
    });
  }

  /** It was answered, so nothing of it is under way: no other waits for it. */
  async #defer(item: DueItem, { code }: Failure): Promise<void> {
    const serverErrors = this.#errorsOf(item) + 1;
    const notBefore = this.#parts.clock.now() + Math.max(DOUBT_MS, backOffMs(serverErrors));
    const row = { ...this.#row(item), claimed: true, claimedAt: 0, serverErrors, notBefore };
    await this.#save([[item.row, row]]);
    this.#parts.log.warn('A custom item waits for its next try; the rest is written', {
      contact: this.target.draft.lane.ring.contact,
      item: item.row,
      code,
      due: notBefore,
    });
  }

  /** How often in a row it alone, as it is, was answered without words. */
  #errorsOf({ row, fingerprint }: DueItem): number {
    const known = this.#rows.get(row);
    const isKnown = known && sentBefore(known, fingerprint, this.target.contactId);
    return isKnown ? (known.serverErrors ?? 0) : 0;
  }

  /** Not through: it goes on at once. */
  leave(): void {
    this.#leave(0);
  }

  /** Somebody else has this id now: the contact's own write finds out who, in full, and its items follow. */
  lose(): void {
    this.standing = { at: 'lost', failure: OTHER_ADDRESS };
  }

  /** Nobody knows what Mautic makes of it: not before it is done with it. */
  leaveInDoubt(): void {
    this.#leave(DOUBT_MS);
  }

  /** Goes on if it was left to go on at once. */
  resume(): void {
    const { standing } = this;
    if (standing.at === 'later' && standing.due <= this.#parts.clock.now()) this.standing = { at: 'work' };
  }

  async #accept(items: readonly DueItem[], answer: ItemsAnswer): Promise<void> {
    const { draft } = this.target;
    if (answer.email.toLowerCase() !== draft.profile.email) return this.lose();
    if (!answer.hasItems) return this.#knowledge.note('no-plugin');
    this.failures = 0;
    await this.#save(items.map((item) => [item.row, this.#row(item)]));
  }

  /** True: what Mautic does not have is left out from now on. */
  async #noteGap(failure: Failure): Promise<boolean> {
    if (failure.kind !== 'repair') return false;
    const [name = ''] = Object.keys(failure.rejected);
    if (failure.code === 'no-custom-object' && !this.#gaps.objects.has(name))
      await this.#knowledge.note({ object: name });
    else if (failure.code === 'no-custom-field' && !this.#gaps.attributes.has(name))
      await this.#knowledge.note({ attribute: name });
    else return false;
    return true;
  }

  /** 0: nothing of it is under way, because it was refused. */
  #claim(items: readonly DueItem[], claimedAt: number): Promise<void> {
    const rows = items.map((item): [string, ItemRow] => {
      const serverErrors = this.#errorsOf(item);
      const counted = serverErrors > 0 && { serverErrors };
      return [item.row, { ...this.#row(item), claimed: true, claimedAt, ...counted }];
    });
    return this.#save(rows);
  }

  #row({ fingerprint }: DueItem): ItemRow {
    return { fingerprint, contactId: this.target.contactId };
  }

  async #save(rows: readonly (readonly [string, ItemRow])[]): Promise<void> {
    await this.#parts.contacts.saveItems(this.target.draft.lane.ring.contact, new Map(rows));
    for (const [name, row] of rows) this.#rows.set(name, row);
  }

  #leave(ms: number): void {
    this.standing = { at: 'later', due: this.#parts.clock.now() + ms };
  }
}

/** What waits for its next try is not through. */
function restOf({ waitsUntil }: ItemsPlan): Standing {
  return waitsUntil === undefined ? { at: 'through' } : { at: 'later', due: waitsUntil };
}

const OTHER_ADDRESS: Failure = {
  kind: 'unknown',
  code: 'address-changed',
  message: 'The remembered contact has another address in Mautic now; it is looked for by its own',
};

/** One item among them may be to blame: the plugin breaks on it, or something before Mautic refuses its words. */
function mayBeAnItem(failure: Failure): boolean {
  return failure.code === 'item-in-same-second' || isOpaque(failure) || isRefusedOnTheWay(failure);
}

function patienceWith(failure: Failure): number {
  if (failure.code === HELD_BACK.code) return 0;
  return Math.max(RETRY_MS, failure.kind === 'retry' ? (failure.retryAfterMs ?? 0) : 0);
}
