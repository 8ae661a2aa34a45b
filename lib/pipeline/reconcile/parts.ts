import type { Gauges } from '../../core/ledger/telemetry/metrics.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Registers, Survey } from '../../core/ports/ledger.ts';
import type { SigningSecrets, StoreKey, StoreKeys } from '../../core/ports/secrets.ts';
import type { OptOutList } from '../../core/stores/opt-out.ts';
import type { Source } from '../../core/stores/source.ts';
import type { StoreApi } from '../../core/stores/store-api.ts';
import type { FoldingParts } from '../record/parts.ts';

export interface ReconcileParts extends FoldingParts {
  readonly stores: readonly Store[];
  readonly sourceOf: (kind: Store['kind']) => Source;
  readonly registers: Registers;
  readonly survey: Pick<Survey, 'orders'>;
  readonly keys: StoreKeys;
  readonly secrets: SigningSecrets;
  /** `undefined` for a store whose address nobody gave. */
  readonly storeApiOf: (store: Store, key: StoreKey) => StoreApi | undefined;
  /** Of a store that says it has such a plugin; `undefined` for one whose address nobody gave. */
  readonly optOutsOf?: (store: Store, key: StoreKey) => OptOutList | undefined;
  /** Roles of the customers that are read, `*` for all; `customer` if not given. */
  readonly customerRoles?: readonly string[];
  /** The policy has carts: a companion in the store may tell of them. */
  readonly carts?: boolean;
  /** The policy makes coupons in the stores. */
  readonly coupons?: boolean;
  /** The policy asks for subscriptions. */
  readonly subscriptions?: boolean;
  /** The policy asks for the addresses and pictures of products. */
  readonly productLinks?: boolean;
  /** Where the stores' webhooks go, without `/webhooks/<store>`; unknown on a laptop. */
  readonly webhookBaseUrl?: string | undefined;
  readonly gauges: Gauges;
  /** Runs before the stores are read; what one throws stops nothing else, and ends the run as a failure. */
  readonly also?: readonly ((remainingMs: () => number) => Promise<unknown>)[];
}
