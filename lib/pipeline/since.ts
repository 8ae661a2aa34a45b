import type { Policy } from '../core/policy.ts';
import type { Clock, Things } from '../core/ports.ts';

export interface SinceParts {
  readonly stores: readonly { readonly id: string }[];
  readonly policy: Policy;
  readonly things: Pick<Things, 'connectedSince'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** WooCommerce delivers when its cron runs: the first order arrives up to a minute after it was placed (44–53 s measured). */
const GRACE_MS = 120_000;

/**
 * Store id → the moment (epoch ms) from which its orders have notes and e-mails: the policy's, or when the store was
 * first seen. Read once per process.
 */
export function createSince({
  stores,
  policy,
  things,
  clock,
}: SinceParts): () => Promise<ReadonlyMap<string, number>> {
  let known: Promise<ReadonlyMap<string, number>> | undefined;

  async function read(): Promise<ReadonlyMap<string, number>> {
    const starts = stores.map(async ({ id }): Promise<[string, number]> => {
      return [id, policy.since ?? (await things.connectedSince(id, clock.now() - GRACE_MS))];
    });
    return new Map(await Promise.all(starts));
  }

  return async function since() {
    known ??= read();
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}
