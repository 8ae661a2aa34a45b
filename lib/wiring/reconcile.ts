import { randomUUID } from 'node:crypto';
import { createSecretsManagerClient, createSqsClient } from '../aws/clients.ts';
import { systemClock as clock } from '../aws/clock.ts';
import { createDoorbell } from '../aws/queues/queue.ts';
import { createSigningSecrets } from '../aws/secrets/signing-secrets.ts';
import { createStoreKeys } from '../aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../aws/secrets/store-secrets.ts';
import { mapsScores } from '../core/contact/mapped.ts';
import type { Gauges } from '../core/ledger/telemetry/metrics.ts';
import { makesCoupons } from '../core/policy/asks-shops.ts';
import { asksSubscriptions } from '../core/policy/follow-ups/follow-ups.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log, Metrics } from '../core/ports/telemetry.ts';
import type { ReconcileEnvironment } from '../environment.ts';
import { createPolicyChange } from '../pipeline/policy/policy-change.ts';
import type { ReconcileParts } from '../pipeline/reconcile/parts.ts';
import { createScores } from '../pipeline/scores.ts';
import { createFollowUpEmailsApi } from '../stores/follow-up-emails/rest/index.ts';
import { storeApiOf } from '../stores/rest.ts';
import { sourcesFor } from '../stores/webhooks.ts';
import type { WiredLedger } from './ledger.ts';

interface Parts {
  readonly environment: ReconcileEnvironment;
  readonly policy: Policy;
  readonly ledger: WiredLedger;
  readonly telemetry: { readonly log: Log; readonly metrics: Metrics; readonly gauges: Gauges };
}

/** What reads the stores: every quarter of an hour, at night, each week, and soon where something is in doubt. */
export function wireReconcile({ environment, policy, ledger: { ledger, ports: own }, telemetry }: Parts) {
  const client = createSecretsManagerClient();
  const secret = { client, secretId: environment.STORE_SECRETS_ID, clock };
  const former = createStoreSecrets(secret);
  const stores = environment.STORES;
  const ports = { ...own, survey: ledger, clock, ...telemetry };
  const sourceOf = sourcesFor(policy);
  const followPolicy = createPolicyChange({ ...ports, policy, stores });
  const score = createScores({ ...ports, policy, stores });
  return {
    ...ports,
    stores,
    sourceOf,
    doorbell: createDoorbell({ client: createSqsClient(), queueUrl: environment.CONTACTS_QUEUE_URL }),
    keys: createStoreKeys({ client, secretId: environment.STORE_KEYS_ID, former, clock, log: telemetry.log }),
    secrets: createSigningSecrets(secret, former),
    storeApiOf: (store, key) => storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf }),
    optOutsOf: ({ url }, keys) =>
      url === undefined
        ? undefined
        : createFollowUpEmailsApi({ baseUrl: url, keys, clock, randomId: randomUUID }),
    customerRoles: policy.customerRoles,
    carts: policy.carts !== undefined,
    coupons: makesCoupons(policy),
    subscriptions: asksSubscriptions(policy),
    productLinks: policy.itemLinks === true,
    webhookBaseUrl: environment.WEBHOOK_BASE_URL,
    // Marking everybody takes long; the stores come in the same run.
    also: [
      (remainingMs) => followPolicy(() => remainingMs() - 120_000),
      ...(mapsScores(policy) ? [(remainingMs: () => number) => score(() => remainingMs() - 120_000)] : []),
    ],
  } satisfies ReconcileParts;
}
