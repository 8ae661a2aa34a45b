import * as v from 'valibot';
import type { Register } from '../ledger/register.ts';

/** One unsent item that is moved. */
const MovingItem = v.object({
  id: v.string(),
  emailId: v.string(),
  orderId: v.string(),
  /** By the clock of the shop. */
  scheduledLocal: v.string(),
  /** Epoch ms. */
  plannedAt: v.number(),
});
export type MovingItem = v.InferOutput<typeof MovingItem>;

/** How far a takeover is, as a register keeps it. Times are epoch ms. */
const Progress = v.object({
  /** E-mails that are archived there, or about to be. */
  emails: v.array(v.string()),
  /** From then on nothing was begun to be sent there; absent until all of them are archived. */
  stoppedAt: v.exactOptional(v.number()),
  /** E-mail → when it was archived, of those that an interrupted run has archived before. A version before reads past it. */
  stops: v.exactOptional(v.record(v.string(), v.number())),
  moving: v.optional(v.array(MovingItem), []),
});
export type Progress = v.InferOutput<typeof Progress>;

/** Where it is kept. */
export function takeoverRegister(store: string): Register {
  return { of: { store }, name: 'TAKEOVER' };
}

/** What the register's text says; `undefined` when it is none that this version knows. */
export function readProgress(text: string | undefined): Progress | undefined {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Progress), text);
  return found.success ? found.output : undefined;
}

const Moved = v.array(v.string());

/** Where it is kept which lists of a newsletter are moved. */
export function listsRegister(store: string): Register {
  return { of: { store }, name: 'TAKEOVER-LISTS' };
}

/** Names of the lists that are moved. */
export function readMovedLists(text: string | undefined): readonly string[] {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Moved), text);
  return found.success ? found.output : [];
}
