/** WooCommerce delivers when its cron runs: the first order arrives up to a minute after it was placed (44–53 s measured). */
const GRACE_MS = 120_000;

/** When a store was connected, by the moment (epoch ms) at which it was first heard of. */
export function connectionAt(heard: number): number {
  return heard - GRACE_MS;
}
