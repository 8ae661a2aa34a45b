import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import { storesVariable } from '../../environment.ts';
import type { BodiesBucket } from '../bodies-bucket.ts';
import type { DeliveriesQueue } from '../queues/deliveries-queue.ts';
import type { StoreSecrets } from '../secrets/store-secrets.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly storeSecrets: StoreSecrets;
  readonly deliveries: DeliveriesQueue;
  readonly bodies: BodiesBucket;
}

/** Verifies a webhook and queues it. */
export class IngestFunction extends BridgeFunction<'ingest'> {
  constructor(scope: Construct, { config, storeSecrets, deliveries, bodies }: Props) {
    super(scope, 'ingest', {
      aws: config.aws,
      variables: {
        STORES: storesVariable(config.stores),
        STORE_SECRETS_ID: storeSecrets.secretArn,
        DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
        BODIES_BUCKET: bodies.bucketName,
      },
    });
    this.allow(['sqs:SendMessage'], deliveries.queue.queueArn);
    bodies.allow(this, 's3:PutObject');
    this.allow(['secretsmanager:GetSecretValue'], storeSecrets.secretArn);
  }
}
