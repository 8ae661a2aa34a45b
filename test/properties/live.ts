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
  /** Happens before the delivery of this number arrives. */
  readonly meanwhile?: (world: World, arrived: number) => Promise<void>;
}

/** Runs the pipelines over deliveries as they arrive; batches and killings follow from the seed. */
export async function live({ deliveries, seed, crashes, policy, meanwhile }: Life): Promise<World> {
  const world = new World(policy);
  const random = randomFrom(seed);
  const killAt = () => (crashes && random() < 0.4 ? 1 + Math.floor(random() * 24) : undefined);
  for (const [arrived, delivery] of deliveries.entries()) {
    await meanwhile?.(world, arrived);
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

/** Each one to three times, shuffled in among the others. */
export function arrivals<One>(sent: readonly One[], keys: readonly number[]): readonly One[] {
  const repeated = sent.flatMap((one, index) =>
    Array<One>(1 + ((keys[index % keys.length] ?? 0) % 3)).fill(one),
  );
  return repeated
    .map((one, index) => ({ one, key: ((keys[index % keys.length] ?? 0) + index * 7919) % 1_000_003 }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}
