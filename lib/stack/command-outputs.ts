import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type * as v from 'valibot';
import type { AuthoriseEnvironment, ReplayEnvironment } from '../environment.ts';
import type { BodiesBucket } from './bodies-bucket.ts';
import type { ContactsQueue } from './contacts-queue.ts';
import type { DeliveriesQueue } from './deliveries-queue.ts';
import type { Ledger } from './ledger-table.ts';
import type { MauticSecrets } from './mautic-secrets.ts';

interface Parts {
  readonly ledger: Ledger;
  readonly deliveries: DeliveriesQueue;
  readonly contacts: ContactsQueue;
  readonly bodies: BodiesBucket;
  readonly mauticSecrets: MauticSecrets;
}

type Variables<Schema extends v.GenericSchema> = Readonly<Record<keyof v.InferInput<Schema>, string>>;

/** Tells people what the commands of bin/bridge.ts need in their environment, ready for `env`. */
export function tellCommands(
  stack: Stack,
  { ledger, deliveries, contacts, bodies, mauticSecrets }: Parts,
): void {
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
  new CfnOutput(stack, 'ReplayVariables', {
    description: 'Environment of "npm run bridge -- replay" and "-- status"',
    value: textOf(replay),
  });
  new CfnOutput(stack, 'AuthoriseVariables', {
    description: 'Environment of "npm run bridge -- authorise"',
    value: textOf(authorise),
  });
}

function textOf(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
