import type { Effect, EmailEffect, NoteEffect } from '../../../core/effects/effect-kinds.ts';
import type { MarkEffect } from '../../../core/effects/mark.ts';
import { nextPlaceAt } from '../../../core/effects/quota.ts';
import { waitsForTarget } from '../../../core/effects/target.ts';
import type { EffectState } from '../../../core/ledger/effect-state.ts';
import { failed } from '../../../core/ledger/failure.ts';
import { dueTime, mayBeDone } from '../due.ts';
import { takePlace } from '../pace/quota.ts';
import type { Draft, SyncParts, WorkParts } from '../parts.ts';
import { RETRY_MS, verdictOf } from '../verdict.ts';
import { chooseCoupon, isSettledCoupon, makeCoupon } from './make-coupon.ts';
import { changeMembership } from './membership.ts';
import {
  addNotes,
  type Ended,
  endLapsed,
  isOf,
  lookUp,
  sendEmail,
  type Taken,
  whereabouts,
} from './perform.ts';
import { reportEffect } from './report-effect.ts';

export interface EffectTarget {
  readonly draft: Draft;
  readonly contactId: number;
}

/** When a draft has to be looked at again, or why the ledger failed it: then its message comes again. */
export interface Performed {
  readonly dues: ReadonlyMap<Draft, number>;
  readonly errors: ReadonlyMap<Draft, unknown>;
}

/** One effect that is due, and the draft it came from. */
interface Due<Kind extends Effect = Effect> {
  readonly draft: Draft;
  readonly item: Taken<Kind>;
}

/**
 * Performs what is due once for the things of a batch. Notes are claimed, looked up where they are in doubt, and
 * added in one call; an e-mail is claimed only when it is its turn and written down before the next, so that a
 * process that dies leaves one in doubt. What the ledger fails costs only its own contact.
 */
export async function performEffects(
  parts: WorkParts,
  targets: readonly EffectTarget[],
  hasTime: () => boolean,
): Promise<Performed> {
  const run = new EffectRun(parts, hasTime);
  for (const target of targets) await run.hold(target);
  const due = targets.flatMap((target) => run.dueOf(target));
  await run.addNotes(due.filter((one) => isDue(one, 'note')));
  for (const one of due) await run.perform(one);
  return run;
}

function isDue<Kind extends Effect['kind']>(due: Due, kind: Kind): due is Due<Effect & { kind: Kind }> {
  return isOf(due.item, kind);
}

class EffectRun implements Performed {
  readonly dues = new Map<Draft, number>();
  readonly errors = new Map<Draft, unknown>();
  readonly #parts: WorkParts;
  readonly #hasTime: () => boolean;

  constructor(parts: WorkParts, hasTime: () => boolean) {
    this.#parts = parts;
    this.#hasTime = hasTime;
  }

  /**
   * What was due of one contact when it was looked at; what is due later is kept in mind, and looked at again: only of
   * what is due it is known whether its conditions hold, and its coupon is there.
   */
  dueOf({ draft, contactId }: EffectTarget): readonly Due[] {
    return draft.effects.flatMap((effect) => {
      const due = dueTime(effect);
      if (due === 'never') return [];
      if (due <= draft.now) {
        const chosen = effect.kind === 'coupon' ? chooseCoupon(this.#parts, effect) : undefined;
        const before = mayBeDone(effect.known);
        return [{ draft, item: { ...whose({ draft, contactId }), effect, before, chosen } }];
      }
      this.#remind(draft, due);
      return [];
    });
  }

  /** Says of e-mails that are held back why, once, and when to look again. */
  async hold({ draft, contactId }: EffectTarget): Promise<void> {
    for (const { effect, failure } of draft.held) {
      const item = { ...whose({ draft, contactId }), effect, before: undefined };
      const wait = failure.kind === 'retry' ? failure.retryAfterMs : undefined;
      const isSaid = !waitsForTarget(failure.code) || effect.known?.reason === failure.code;
      if (isSaid) this.#remind(draft, this.#parts.clock.now() + (wait ?? RETRY_MS));
      else await this.#start({ draft, item }, () => this.#mark({ draft, item }, failed(failure)));
    }
  }

  async addNotes(due: readonly Due<NoteEffect>[]): Promise<void> {
    const missing: Due<NoteEffect>[] = [];
    for (const one of due) {
      await this.#start(one, async () => {
        const found = await lookUp(this.#parts, one.item);
        if (found) await this.#mark(one, found);
        else missing.push(one);
      });
    }
    const ended = await addNotes(
      this.#parts,
      missing.map(({ item }) => item),
    );
    // Whatever the ledger says to one: what was done is written down for all.
    for (const one of missing) await this.#guard(one, () => this.#mark(one, ended.get(one.item)));
  }

  /** What is done one by one; a new kind does not compile before it is here. */
  async perform(one: Due): Promise<void> {
    const { effect } = one.item;
    switch (effect.kind) {
      case 'note':
        // All of a batch at once.
        return;
      case 'email':
        return this.#send(one, { ...one.item, effect });
      case 'coupon':
        return this.#end(one, () => makeCoupon(this.#parts, { ...one.item, effect }));
      case 'membership':
        return this.#end(one, () => changeMembership(this.#parts, { ...one.item, effect }));
      case 'mark':
        return this.#guard(one, () => this.#note({ ...one.item, effect }));
      case 'lapsed':
        return this.#end(one, () => endLapsed(this.#parts, { ...one.item, effect }));
    }
  }

  async #send(one: Due, item: Taken<EmailEffect>): Promise<void> {
    if ((await this.#isCurrent(one, item)) && (await this.#hasPlace(one, item)))
      await this.#end(one, () => sendEmail(this.#parts, item));
  }

  /** Claims it, does it, and writes down how it ended. */
  async #end(one: Due, work: () => Promise<Ended>): Promise<void> {
    await this.#start(one, async () => this.#mark(one, await work()));
  }

  /** Right before the claim: of a cart of which something was heard since it was looked at, it is decided again. */
  async #isCurrent(one: Due, { effect, key }: Taken<EmailEffect>): Promise<boolean> {
    if (effect.about.of !== 'cart' || this.errors.has(one.draft)) return true;
    let isSame = false;
    await this.#guard(one, async () => {
      isSame = (await this.#parts.contacts.profile(key))?.wanted === one.draft.profile.wanted;
    });
    if (!isSame) this.#remind(one.draft, this.#parts.clock.now());
    return isSame;
  }

  /** Before the claim: what has to wait for another day was not begun. */
  async #hasPlace(one: Due, { effect, before }: Taken<EmailEffect>): Promise<boolean> {
    const { quota, tooLate, unwanted } = effect;
    if (quota === undefined || before || tooLate || unwanted || this.errors.has(one.draft)) return true;
    let isFree = false;
    await this.#guard(one, async () => {
      isFree = await takePlace(this.#parts, quota);
    });
    if (!isFree) this.#remind(one.draft, nextPlaceAt(this.#parts.clock.now()));
    return isFree;
  }

  /** Nobody else does it at the same time, and doing it twice changes nothing: it needs no claim. */
  #note({ effect }: Taken<MarkEffect>): Promise<void> {
    const at = this.#parts.clock.now();
    const state = effect.tooLate
      ? ({ state: 'skipped', at, reason: 'lapsed' } as const)
      : ({ state: 'done', at } as const);
    return this.#parts.things.markEffect(effect.thing, effect.id, state);
  }

  /** Claims and goes on; nothing new is started when time is up or the ledger has failed this contact. */
  async #start(one: Due, work: () => Promise<void>): Promise<void> {
    if (this.errors.has(one.draft)) return;
    if (!this.#hasTime()) return this.#remind(one.draft, this.#parts.clock.now());
    await this.#guard(one, async () => {
      if (await take(this.#parts, one.item)) await work();
    });
  }

  async #guard({ draft }: Due, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.errors.set(draft, error);
    }
  }

  /** Writes down how it ended. */
  async #mark({ draft, item }: Due, ended: Ended | undefined): Promise<void> {
    const { effect } = item;
    const isUnseen = ended === 'unfound' || ended === 'away';
    const contactId = isUnseen ? whereabouts(item) : item.contactId;
    const doubts = item.before?.doubts ?? 0;
    const verdict = verdictOf(ended, { at: this.#parts.clock.now(), contactId, doubts });
    const due = isSettledCoupon(item, verdict.state) ? this.#parts.clock.now() : verdict.due;
    const state = stillPlanned(item, verdict.state);
    await this.#parts.things.markEffect(effect.thing, effect.id, state);
    reportEffect(this.#parts, effect, { state, ended });
    if (due !== undefined) this.#remind(draft, due);
  }

  #remind(draft: Draft, due: number): void {
    this.dues.set(draft, Math.min(this.dues.get(draft) ?? due, due));
  }
}

function whose({ draft, contactId }: EffectTarget): Pick<Taken, 'key' | 'contactId' | 'email'> {
  return { key: draft.lane.ring.contact, contactId, email: draft.profile.email };
}

/** What was not done keeps the time at which it was to be done elsewhere; a coupon keeps its code, come what may. */
function stillPlanned({ effect: { known }, chosen }: Taken, state: EffectState): EffectState {
  const plannedAt = state.state === 'refused' ? known?.plannedAt : undefined;
  const { code, expiresAt } = chosen ?? known ?? {};
  return {
    ...state,
    ...(plannedAt !== undefined && { plannedAt }),
    ...(code !== undefined && { code }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** One that is taken over stays with the contact it may have been done for, until that is known. */
function take({ things, clock }: SyncParts, { effect, contactId, chosen }: Taken): Promise<boolean> {
  const { known: taken } = effect;
  return things.claimEffect(effect.thing, effect.id, {
    at: clock.now(),
    contactId: mayBeDone(taken)?.contactId ?? contactId,
    ...(chosen && { coupon: chosen }),
    ...(taken && { taken }),
  });
}
