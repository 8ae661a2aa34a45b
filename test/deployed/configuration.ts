import { FEED_SOURCE } from '../support/fluentcart.ts';

/** The addresses that a configuration names. */
export interface Addresses {
  readonly production: string;
  readonly staging: string;
  /** Of the shop of staging, which has an API; production's shop only sends. */
  readonly shop: string;
}

/** What differs between one deployment and the next. */
interface Choices {
  readonly tags: readonly string[];
  /** The name of a table that was restored. */
  readonly ledger?: string;
  /** Of staging, as `bridge migrate` says them: `followUps: […],`. */
  readonly followUps?: string;
}

/** A bridge.config.ts with two stages, as people write it. */
export function configurationText(
  { production, staging, shop }: Addresses,
  { tags, ledger, followUps = '' }: Choices,
): string {
  const now = new Date().toISOString();
  const restored = ledger === undefined ? '' : `, ledgerTable: { name: '${ledger}', restoredAt: '${now}' }`;
  const since = ledger === undefined ? '' : `, since: '${now}'`;
  return `import { defineStages } from './lib/core/policy.ts';

export const config = defineStages({
  production: {
    region: 'us-east-1',
    alarms: { email: 'operations@example.test' },
    stores: [
      { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
      { id: 'fluent', kind: 'fluentcart', currency: 'EUR', url: '${FEED_SOURCE}' },
    ],
    mautic: { url: '${production}' },
    policy: { tags: ${JSON.stringify(tags)}${since} },
    // What may come at once is not what is looked at here.
    aws: { rateLimit: { perSecond: 1000, burst: 1000 }${restored} },
  },
  staging: {
    region: 'us-east-1',
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR', url: '${shop}', timezone: 'UTC' }],
    mautic: { url: '${staging}' },
    policy: { tags: ['bridge:staging', 'category:{slug}'], ${followUps} },
  },
});
`;
}
