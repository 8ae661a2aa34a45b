import type { Policy } from '../../core/policy/policy.ts';
import type { Claims, Survey } from '../../core/ports/ledger.ts';
import type { ReconcileParts } from '../reconcile/parts.ts';

export interface BackfillParts
  extends Pick<
      ReconcileParts,
      'stores' | 'sourceOf' | 'registers' | 'keys' | 'storeApiOf' | 'things' | 'contacts' | 'subscriptions'
    >,
    Pick<ReconcileParts, 'clock' | 'log' | 'metrics'> {
  readonly survey: Survey;
  readonly claims: Claims;
  /** Names this instance in the lease. */
  readonly holder: string;
  readonly policy: Pick<Policy, 'customerRoles' | 'since' | 'ignore'>;
}

/** What reading a store needs: of what is read nobody is rung for, and nobody looks after webhooks. */
export function readingParts(parts: BackfillParts): ReconcileParts {
  return {
    ...parts,
    later: true,
    customerRoles: parts.policy.customerRoles,
    doorbell: { ring: async () => undefined, depth: async () => 0 },
    secrets: { of: async () => [] },
    gauges: { show: () => undefined },
  };
}
