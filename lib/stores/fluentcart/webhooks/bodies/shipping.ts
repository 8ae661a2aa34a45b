/** The events that say how far a parcel is. */
const EVENT = /^shipping_status_changed_to_(shipped|delivered)$/;

/**
 * How far a parcel is known to have got. A body is built when the job runs and may be at `delivered` when it tells of
 * `shipped` (recording 005), so the event counts as well; what was delivered was shipped.
 */
export function milestonesOf(shipping: string, event: string): readonly string[] {
  const known = [shipping, EVENT.exec(event)?.[1]];
  if (known.includes('delivered')) return ['shipped', 'delivered'];
  return known.includes('shipped') ? ['shipped'] : [];
}
