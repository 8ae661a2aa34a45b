import type { Policy } from '../../lib/core/policy/policy.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { randomFrom } from '../support/random.ts';
import { World } from '../support/world.ts';

export interface Life {
  /** Of the shop of WooCommerce unless they name another store. */
  readonly deliveries: readonly (RawDelivery & { readonly store?: string })[];
  readonly seed: number;
  /** Kill processes and lose rings on the way. */
  readonly crashes: boolean;
  readonly policy?: Policy;
}

/** Runs the pipelines over deliveries as they arrive; batches and killings follow from the seed. */
export async function live({ deliveries, seed, crashes, policy }: Life): Promise<World> {
  const world = new World(policy);
  const random = randomFrom(seed);
  const killAt = () => (crashes && random() < 0.4 ? 1 + Math.floor(random() * 24) : undefined);
  for (const delivery of deliveries) {
    world.deliver(delivery);
    const record = () => (random() < 0.6 ? world.record(1 + Math.floor(random() * 5), killAt()) : undefined);
    const sync = () => (random() < 0.5 ? world.sync(1 + Math.floor(random() * 4), killAt()) : undefined);
    if (random() < 0.5) await Promise.all([record(), sync()]);
    else {
      await record();
      await sync();
    }
    if (random() < 0.1) world.now += 61_000;
    if (random() < 0.2) await world.sweep(killAt());
    if (crashes && random() < 0.05) world.loseRings();
  }
  await world.settle();
  return world;
}
