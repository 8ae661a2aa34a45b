import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import { storesVariable } from '../../environment.ts';
import type { BodiesBucket } from '../bodies-bucket.ts';
import { LEDGER_ACTIONS, type Ledger } from '../ledger-table.ts';
import type { ContactsQueue } from '../queues/contacts-queue.ts';
import type { DeliveriesQueue } from '../queues/deliveries-queue.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly stage: string;
  readonly deliveries: DeliveriesQueue;
  readonly bodies: BodiesBucket;
  readonly ledger: Ledger;
  readonly contacts: ContactsQueue;
}

/** Folds deliveries into the ledger and rings for their contacts. */
export class RecordFunction extends BridgeFunction<'record'> {
  constructor(scope: Construct, { config, stage, deliveries, bodies, ledger, contacts }: Props) {
    super(scope, 'record', {
      aws: config.aws,
      variables: {
        BRIDGE_STAGE: stage,
        STORES: storesVariable(config.stores),
        TABLE_NAME: ledger.tableName,
        DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
        CONTACTS_QUEUE_URL: contacts.queue.queueUrl,
        BODIES_BUCKET: bodies.bucketName,
      },
    });
    this.allow(LEDGER_ACTIONS, ledger.tableArn);
    this.allow(['sqs:SendMessage'], contacts.queue.queueArn);
    bodies.allow(this, 's3:GetObject');
    // Without it S3 answers 403 for a body whose lifecycle ended, which cannot be told from a lost permission.
    this.allow(['s3:ListBucket'], bodies.bucketArn);
  }
}
