import type { FollowUp } from '../../../lib/core/policy/follow-ups/follow-ups.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import type { Variant } from '../variant.ts';

/** Mistakes about what somebody bought altogether. */
export const OF_BUYERS: readonly Variant[] = [
  {
    name: 'takes-every-purchase-for-a-repeated-one',
    syncParts: (parts) => withOn(parts, 'again', { orderTotal: { above: '0' } }),
  },
  {
    name: 'counts-one-order-too-many',
    syncParts: (parts) => withOn(parts, 'second', { totalOrders: { equal: 1 } }),
  },
  {
    name: 'counts-one-order-too-few',
    syncParts: (parts) => withOn(parts, 'many', { totalOrders: { above: 2 } }),
  },
  {
    name: 'counts-orders-that-came-to-nothing',
    syncParts: (parts) => withRules(parts, (rule) => ({ ...rule, keep: true })),
  },
  {
    name: 'takes-the-total-of-one-order-for-that-of-all',
    syncParts: (parts) => withOn(parts, 'spender', { orderTotal: { above: '100' } }),
  },
  {
    name: 'is-a-day-early',
    syncParts: (parts) => withOn(parts, 'holiday', { date: '2026-11-21' }),
  },
  {
    name: 'is-a-day-late',
    syncParts: (parts) => withOn(parts, 'holiday', { date: '2026-11-23' }),
  },
];

function withOn(parts: SyncParts, id: string, on: FollowUp['on']): SyncParts {
  return withRules(parts, (rule) => (rule.id === id ? { ...rule, on } : rule));
}

function withRules(parts: SyncParts, change: (rule: FollowUp) => FollowUp): SyncParts {
  const { followUps } = parts.policy;
  return followUps ? { ...parts, policy: { ...parts.policy, followUps: followUps.map(change) } } : parts;
}
