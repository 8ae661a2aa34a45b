import type { EffectState } from '../ledger/effect-state.ts';
import type { Ref } from '../ledger/snapshot.ts';

/** What an effect of any kind says of itself. */
export interface Once {
  /** Names it on its thing: kind and status. */
  readonly id: string;
  /** What it is claimed on: an order, a customer record. */
  readonly thing: Ref;
  /** How far it was when the ledger was read; absent: nobody has touched it. */
  readonly known?: EffectState | undefined;
  /** Not before, epoch ms; absent: at once. */
  readonly dueAt?: number;
}
