import type { Shops } from '../../lib/core/ports/shop.ts';
import type { Clock } from '../../lib/core/ports/telemetry.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import { createShops } from '../../lib/pipeline/sync/shops.ts';
import { recordingLog } from './log.ts';
import { randomFrom } from './random.ts';
import { sourceOf } from './sources.ts';

const KEY = { consumerKey: 'ck_local', consumerSecret: 'cs_local' };

export interface ShopsOptions {
  readonly api: StoreApi;
  readonly clock: Pick<Clock, 'now'>;
  /** Nobody has given the keys. */
  readonly isKeyless?: boolean;
  readonly seed?: number;
  /** Hears of each time the keys are read. */
  readonly asked?: () => void;
}

/** The store `demo` as `sync` may use it, with codes that are the same in each run. */
export function shopsOf({ api, clock, isKeyless = false, seed = 1, asked }: ShopsOptions): Shops {
  const random = randomFrom(seed);
  return createShops({
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR', url: 'https://shop.example.test' }],
    keys: {
      of: async () => {
        asked?.();
        return isKeyless ? undefined : KEY;
      },
    },
    storeApiOf: () => api,
    sourceOf,
    randomBelow: (limit) => Math.floor(random() * limit),
    clock,
    log: recordingLog(),
  });
}
