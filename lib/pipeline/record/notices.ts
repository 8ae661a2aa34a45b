import type { Delivery } from '../../core/ledger/delivery.ts';
import { momentIn } from '../../core/ledger/moment.ts';
import type { Register } from '../../core/ledger/register.ts';
import type { Registers, Things } from '../../core/ports/ledger.ts';
import type { Clock, Log } from '../../core/ports/telemetry.ts';
import { connectionAt } from '../../core/stores/connection.ts';
import {
  type LastDelivery,
  lastDeliveryOf,
  type Refusals,
  readLastDelivery,
  readRefusals,
  refusalsOf,
} from '../../core/stores/store-progress.ts';

export interface NoticeParts {
  /** Where it is noted; without registers nothing is. */
  readonly registers?: Registers | undefined;
  readonly things: Pick<Things, 'connectedSince'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/**
 * What `record` notes of the stores themselves, for `reconcile`. A failure costs the notice and nothing else. A message
 * may not say when it came: then it says nothing of the store either.
 */
export interface Notices {
  /** Before anything is made of deliveries: when the store was connected must be known by then. */
  expected(delivery: Delivery): Promise<void>;
  /** A genuine delivery came in. */
  delivered(delivery: Delivery): Promise<void>;
  /** `ingest` had to refuse a request of this webhook. */
  refused(delivery: Delivery): Promise<void>;
}

/** Each store is noted this often at most, so that it costs next to nothing. */
const SELDOM_MS = 60_000;
/** Webhooks of a store that are remembered as refused; anybody may send a made-up id. */
const MOST_REFUSED = 20;

export function createNotices({ registers, things, clock, log }: NoticeParts): Notices {
  const notedAt = new Map<string, number>();
  const connected = new Set<string>();

  async function note(register: Register, change: (text: string | undefined) => object | undefined) {
    try {
      const known = await registers?.read(register);
      const value = change(known?.text);
      // Whoever was faster noted the same.
      if (value) await registers?.write(register, JSON.stringify(value), known?.revision);
    } catch (error) {
      log.warn('A notice about a store could not be kept', { register: register.name }, error);
    }
  }

  return {
    expected: async ({ store, receivedAt }) => {
      const at = momentIn(receivedAt);
      if (connected.has(store) || at === undefined) return;
      try {
        await things.connectedSince(store, connectionAt(at));
        connected.add(store);
      } catch (error) {
        log.warn('When a store was connected could not be kept', { store }, error);
      }
    },
    delivered: async ({ store, receivedAt }) => {
      const now = clock.now();
      const at = momentIn(receivedAt);
      if (at === undefined) return;
      if (now - (notedAt.get(store) ?? Number.NEGATIVE_INFINITY) < SELDOM_MS) return;
      notedAt.set(store, now);
      await note(lastDeliveryOf(store), (text) => newer(text, at));
    },
    refused: async ({ store, webhookId, receivedAt }) => {
      const at = momentIn(receivedAt);
      if (at === undefined) return;
      const refusal = { webhookId, at };
      await note(refusalsOf(store), (text) => withRefusal(text, refusal));
    },
  };
}

function newer(text: string | undefined, at: number): LastDelivery | undefined {
  const known = text === undefined ? undefined : readLastDelivery(text);
  return known && known.at >= at ? undefined : { at };
}

function withRefusal(text: string | undefined, refusal: Refusals['refused'][number]): Refusals | undefined {
  const known = (text === undefined ? undefined : readRefusals(text))?.refused ?? [];
  const same = known.find(({ webhookId }) => webhookId === refusal.webhookId);
  if (same && refusal.at - same.at < SELDOM_MS) return undefined;
  return { refused: [refusal, ...known.filter((other) => other !== same)].slice(0, MOST_REFUSED) };
}
