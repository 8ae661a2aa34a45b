import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type * as v from 'valibot';
import type { AuthoriseEnvironment, CommandEnvironment, ReplayEnvironment } from '../environment.ts';
import type { Alarms } from './alarms.ts';
import type { BodiesBucket } from './bodies-bucket.ts';
import type { Ledger } from './ledger-table.ts';
import type { ContactsQueue } from './queues/contacts-queue.ts';
import type { DeliveriesQueue } from './queues/deliveries-queue.ts';
import type { MauticSecrets } from './secrets/mautic-secrets.ts';
import type { StoreKeys } from './secrets/store-keys.ts';
import type { StoreSecrets } from './secrets/store-secrets.ts';
import type { WebhookApi } from './webhook-api.ts';

interface Parts {
  readonly storeSecrets: StoreSecrets;
  readonly storeKeys: StoreKeys;
  readonly webhooks: WebhookApi;
  readonly alarms: Alarms;
  readonly ledger: Ledger;
  readonly deliveries: DeliveriesQueue;
  readonly contacts: ContactsQueue;
  readonly bodies: BodiesBucket;
  readonly mauticSecrets: MauticSecrets;
}

type Variables<Schema extends v.GenericSchema> = Readonly<Record<keyof v.InferInput<Schema>, string>>;

/**
 * Tells the commands of bin/bridge.ts where things lie; they read it themselves. The other two are for commands of
 * version 0.1, to which a person hands them with `env`.
 */
export function tellCommands(stack: Stack, parts: Parts): void {
  const { ledger, deliveries, contacts, bodies, mauticSecrets } = parts;
  const replay: Variables<typeof ReplayEnvironment> = {
    TABLE_NAME: ledger.tableName,
    CONTACTS_QUEUE_URL: contacts.queue.queueUrl,
    DELIVERIES_DEAD_LETTERS_URL: deliveries.deadLetters.queueUrl,
    CONTACTS_DEAD_LETTERS_URL: contacts.deadLetters.queueUrl,
    BODIES_BUCKET: bodies.bucketName,
  };
  // Mautic's address is in the configuration, which the command reads too.
  const authorise: Omit<Variables<typeof AuthoriseEnvironment>, 'MAUTIC_BASE_URL'> = {
    MAUTIC_SECRET_ID: mauticSecrets.credentials.secretArn,
    MAUTIC_TOKEN_SECRET_ID: mauticSecrets.token.secretArn,
    TABLE_NAME: ledger.tableName,
  };
  const all: Variables<typeof CommandEnvironment> = {
    ...replay,
    ...authorise,
    DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
    STORE_SECRETS_ID: parts.storeSecrets.secretArn,
    STORE_KEYS_ID: parts.storeKeys.secretArn,
    WEBHOOK_BASE_URL: parts.webhooks.baseUrl,
    ALARM_TOPIC_ARN: parts.alarms.topicArn,
  };
  new CfnOutput(stack, 'CommandVariables', {
    description: 'Where the commands of "npm run bridge" find things',
    value: textOf(all),
  });
  new CfnOutput(stack, 'ReplayVariables', {
    description: 'Environment of "npm run bridge -- replay" and "-- status" of version 0.1',
    value: textOf(replay),
  });
  new CfnOutput(stack, 'AuthoriseVariables', {
    description: 'Environment of "npm run bridge -- authorise" of version 0.1',
    value: textOf(authorise),
  });
}

function textOf(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
