import type { Delivery } from '../../core/ledger/delivery.ts';
import type { State } from '../../core/ledger/fold/order.ts';
import type { Ref, Snapshot } from '../../core/ledger/snapshot.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Contacts, Registers, Things } from '../../core/ports/ledger.ts';
import type { Bodies, Doorbell } from '../../core/ports/queues.ts';
import type { Clock, Log, Metrics } from '../../core/ports/telemetry.ts';
import type { Source } from '../../core/stores/source.ts';

/** What folding snapshots needs, wherever they came from. */
export interface FoldingParts {
  readonly things: Things;
  readonly contacts: Contacts;
  readonly doorbell: Doorbell;
  /** What is folded can wait: its contacts come behind live work, and nobody rings for them. */
  readonly later?: true;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface RecordParts extends FoldingParts {
  readonly stores: readonly Store[];
  readonly sourceOf: (kind: Store['kind']) => Source;
  readonly bodies: Bodies;
  /** Where it is noted how the stores deliver. */
  readonly registers?: Registers;
}

/** What one delivery, or one item of a store's answer, says; `redelivered`: an earlier try may have stopped half-way. */
export interface Seen {
  readonly snapshots: readonly Snapshot[];
  readonly redelivered: boolean;
  /** Names it in the answer. */
  readonly position: number;
}

/** A delivery from the queue; `redelivered`: an earlier try may have stopped half-way. */
export interface Received {
  readonly delivery: Delivery;
  readonly redelivered: boolean;
}

/** Everything a batch says about one order, customer or product. */
export interface Group {
  readonly ref: Ref;
  readonly snapshots: Snapshot[];
  /** Positions in the batch of the deliveries it came from. */
  readonly positions: Set<number>;
  redelivered: boolean;
}

/** Hears of a thing that was folded: of what the ledger holds now and held before. */
export type Folded = (
  group: Group,
  states: { readonly now: State; readonly before: State | undefined },
) => void;

/** Runs a piece of work; its failure costs only the deliveries at these positions, which come again. */
export type Attempt = <Value>(
  positions: Iterable<number>,
  work: () => Promise<Value>,
) => Promise<Value | undefined>;

/** Notes the positions whose work failed. */
export function attempting(log: Log, failed: Set<number>): Attempt {
  return async (positions, work) => {
    try {
      return await work();
    } catch (error) {
      for (const position of positions) failed.add(position);
      log.warn('Part of a batch failed; its deliveries will come again', {}, error);
      return undefined;
    }
  };
}
