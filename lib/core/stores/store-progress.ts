import * as v from 'valibot';
import type { Register } from '../ledger/register.ts';
import type { Ref } from '../ledger/snapshot.ts';

/** What is remembered of a store between two runs of `reconcile`, as its registers keep it. Times are epoch ms. */

/** How far its changes are in the ledger. */
const Cursor = v.object({
  /** Everything modified up to then, in this second too. */
  readTo: v.number(),
  /** Where the next reading begins: before `readTo`, as far as that was young when it was read. */
  from: v.number(),
  /** The latest change that was read. */
  newest: v.exactOptional(v.number()),
});
export type Cursor = v.InferOutput<typeof Cursor>;
export const readCursor = reader(Cursor);

/** Where the cursor of a stream of a store's changes is kept. */
export function cursorOf(store: string, stream: string): Register {
  return { of: { store }, name: `READ-${stream}` };
}

/** How far something is that is done once a day or a week, over several runs where it must. */
const Round = v.object({
  startedAt: v.number(),
  done: v.boolean(),
  /** Of what is read by date: as in `Cursor`. */
  readTo: v.exactOptional(v.number()),
  /** Of what is read by page: the last page in the ledger, and how many items there were. */
  page: v.exactOptional(v.number()),
  total: v.exactOptional(v.number()),
  /** Of what is read from the ledger: where its survey goes on. */
  after: v.exactOptional(v.string()),
});
export type Round = v.InferOutput<typeof Round>;
export const readRound = reader(Round);

/** What is being folded. A run that dies leaves it behind, and the next one tells the contacts of these things again. */
const Unfinished = v.object({
  refs: v.array(
    v.object({ kind: v.picklist(['order', 'customer', 'product']), store: v.string(), id: v.string() }),
  ),
  /** Apart from the others: versions that know of none of these read the list whole or not at all. */
  carts: v.exactOptional(v.array(v.object({ kind: v.literal('cart'), store: v.string(), id: v.string() }))),
  subscriptions: v.exactOptional(
    v.array(v.object({ kind: v.literal('subscription'), store: v.string(), id: v.string() })),
  ),
});
export type Unfinished = v.InferOutput<typeof Unfinished>;
export const readUnfinished = reader(Unfinished);

/** As it is kept: of these things. */
export function unfinishedOf(refs: readonly Ref[]): Unfinished {
  const carts = refs.flatMap(({ kind, ...rest }) => (kind === 'cart' ? [{ kind, ...rest }] : []));
  const subscriptions = refs.flatMap(({ kind, ...rest }) =>
    kind === 'subscription' ? [{ kind, ...rest }] : [],
  );
  const others = refs.flatMap(({ kind, ...rest }) =>
    kind === 'cart' || kind === 'subscription' ? [] : [{ kind, ...rest }],
  );
  return {
    refs: others,
    ...(carts.length > 0 && { carts }),
    ...(subscriptions.length > 0 && { subscriptions }),
  };
}

/** The things that a run was folding when it died. */
export function refsIn({ refs, carts = [], subscriptions = [] }: Unfinished): readonly Ref[] {
  return [...refs, ...carts, ...subscriptions];
}

/** Webhooks whose requests had a wrong signature, and when last, until somebody has looked after them. */
const Refusals = v.object({ refused: v.array(v.object({ webhookId: v.string(), at: v.number() })) });
export type Refusals = v.InferOutput<typeof Refusals>;
export const readRefusals = reader(Refusals);

/** Where `record` notes for `reconcile` whose signatures were wrong. */
export function refusalsOf(store: string): Register {
  return { of: { store }, name: 'REFUSED' };
}

/** When the last genuine delivery came in. */
const LastDelivery = v.object({ at: v.number() });
export type LastDelivery = v.InferOutput<typeof LastDelivery>;
export const readLastDelivery = reader(LastDelivery);

/** Where `record` notes it for `reconcile`. */
export function lastDeliveryOf(store: string): Register {
  return { of: { store }, name: 'DELIVERED' };
}

/** Where it is noted that somebody was told that a store sends no webhooks at all. */
export function noWebhooksOf(store: string): Register {
  return { of: { store }, name: 'NO-WEBHOOKS' };
}

/**
 * Orders of which a webhook said something else than was read of the same date; `noted` is another number each time
 * one does.
 */
const Rereads = v.object({ orders: v.array(v.object({ id: v.string(), noted: v.number() })) });
export type Rereads = v.InferOutput<typeof Rereads>;
export const readRereads = reader(Rereads);

/** Where `record` notes them for `reconcile`, which reads them again. */
export function rereadsOf(store: string): Register {
  return { of: { store }, name: 'REREAD' };
}

/** What a store has and cannot show, until it can: since when, and when it was last tried. */
const LeftOutThings = v.object({
  things: v.array(
    v.object({
      kind: v.picklist(['order', 'product', 'customer', 'subscription']),
      id: v.string(),
      since: v.number(),
      triedAt: v.number(),
    }),
  ),
});
export type LeftOutThings = v.InferOutput<typeof LeftOutThings>;
export const readLeftOut = reader(LeftOutThings);

/** Reads a register's text; `undefined` when it is none that this version knows. */
function reader<Schema extends v.GenericSchema>(
  schema: Schema,
): (text: string) => v.InferOutput<Schema> | undefined {
  const Text = v.pipe(v.string(), v.parseJson(), schema);
  return (text) => {
    const result = v.safeParse(Text, text);
    return result.success ? result.output : undefined;
  };
}
