import { Annotations, CfnRule, Fn, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { adviceOn, obstaclesTo } from '../core/policy/configuration/advice.ts';
import type { BridgeConfig } from '../core/policy/configuration/bridge-config.ts';
import { Alarms } from './alarms.ts';
import { BodiesBucket } from './bodies-bucket.ts';
import { tellCommands } from './command-outputs.ts';
import { Dashboard } from './dashboard.ts';
import { BackfillFunction } from './functions/backfill.ts';
import { IngestFunction } from './functions/ingest.ts';
import { ReconcileFunction } from './functions/reconcile.ts';
import { RecordFunction } from './functions/record.ts';
import { RenewTokenFunction } from './functions/renew-token.ts';
import { SweepFunction } from './functions/sweep.ts';
import { SyncFunction } from './functions/sync.ts';
import { ledgerOf } from './ledger-table.ts';
import { ContactsQueue } from './queues/contacts-queue.ts';
import { DeliveriesQueue } from './queues/deliveries-queue.ts';
import { SavedQueries } from './saved-queries.ts';
import { Schedules } from './schedules.ts';
import { MauticSecrets } from './secrets/mautic-secrets.ts';
import { StoreKeys } from './secrets/store-keys.ts';
import { StoreSecrets } from './secrets/store-secrets.ts';
import { PRODUCTION } from './stage.ts';
import { WebhookApi } from './webhook-api.ts';

/** What the stack is made from. */
export interface BridgeStackProps extends StackProps {
  readonly config: BridgeConfig;
  /** Whose configuration that is; production's if nothing is said. */
  readonly stage?: string;
}

/** The whole bridge: stores on the left, the ledger in the middle, Mautic on the right. */
export class BridgeStack extends Stack {
  constructor(scope: Construct, id: string, { config, stage = 'production', ...props }: BridgeStackProps) {
    const { aws, region } = config;
    super(scope, id, {
      description: "Keeps a store's orders and customers true in Mautic",
      terminationProtection: aws.terminationProtection ?? id === PRODUCTION,
      ...(region !== undefined && { env: { region } }),
      ...props,
    });
    refuseUnconfigured(this, obstaclesTo(stage, config));
    for (const [index, advice] of adviceOn(config).entries())
      Annotations.of(this).addWarningV2(`bridge:advice-${String(index)}`, advice);
    for (const [key, value] of Object.entries({ application: PRODUCTION, ...aws.tags }))
      Tags.of(this).add(key, value);

    const storeSecrets = new StoreSecrets(this, 'StoreSecrets');
    const storeKeys = new StoreKeys(this, 'StoreKeys');
    const mauticSecrets = new MauticSecrets(this, 'MauticSecrets');
    const bodies = new BodiesBucket(this, 'Bodies');
    const ledger = ledgerOf(this, 'Ledger', aws);
    const deliveries = new DeliveriesQueue(this, 'Deliveries');
    const contacts = new ContactsQueue(this, 'Contacts');

    const ingest = new IngestFunction(this, { config, storeSecrets, deliveries, bodies });
    const record = new RecordFunction(this, { config, stage, deliveries, bodies, ledger, contacts });
    const sync = new SyncFunction(this, { config, stage, contacts, ledger, mauticSecrets, storeKeys });
    const sweep = new SweepFunction(this, { config, ledger, contacts });
    const renewToken = new RenewTokenFunction(this, { config, ledger, mauticSecrets });

    const webhooks = new WebhookApi(this, 'WebhookApi', { config, ingest });
    const reconcile = new ReconcileFunction(this, {
      config,
      stage,
      storeSecrets,
      storeKeys,
      ledger,
      contacts,
      webhooks,
    });
    const backfill = new BackfillFunction(this, { config, stage, storeSecrets, storeKeys, ledger });
    deliveries.feed(record, aws.recordConcurrency);
    contacts.feed(sync, aws.syncConcurrency);
    new Schedules(this, 'Schedules', { sweep, reconcile, backfill, renewToken });
    const functions = { ingest, record, sync, sweep, reconcile, backfill, 'renew-token': renewToken };
    const watched = { deliveries, contacts, webhooks, functions };
    const alarms = new Alarms(this, 'Alarms', { ...watched, email: config.alarms.email });
    const places = { ledger, deliveries, contacts, bodies, mauticSecrets, storeSecrets, storeKeys };
    tellCommands(this, { ...places, webhooks, alarms });
    new Dashboard(this, 'Dashboard', { ...watched, alarms: alarms.all });
    new SavedQueries(this, 'Queries', { functions });
  }
}

/**
 * A template can be made from a configuration that is not finished, and looked at; CloudFormation refuses to deploy it,
 * with these sentences, before it makes anything.
 */
function refuseUnconfigured(stack: Stack, obstacles: readonly string[]): void {
  if (obstacles.length === 0) return;
  for (const [index, obstacle] of obstacles.entries())
    Annotations.of(stack).addWarningV2(`bridge:unfinished-${String(index)}`, obstacle);
  new CfnRule(stack, 'ConfigurationIsFinished', {
    assertions: obstacles.map((assertDescription) => ({
      assert: Fn.conditionEquals('unfinished', 'finished'),
      assertDescription,
    })),
  });
}
