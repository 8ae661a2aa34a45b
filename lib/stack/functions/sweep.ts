import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type { Ledger } from '../ledger-table.ts';
import type { ContactsQueue } from '../queues/contacts-queue.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly ledger: Ledger;
  readonly contacts: ContactsQueue;
}

/** Rings for contacts that are behind or due. */
export class SweepFunction extends BridgeFunction<'sweep'> {
  constructor(scope: Construct, { config, ledger, contacts }: Props) {
    super(scope, 'sweep', {
      aws: config.aws,
      variables: { TABLE_NAME: ledger.tableName, CONTACTS_QUEUE_URL: contacts.queue.queueUrl },
    });
    this.allow(['dynamodb:Query'], ledger.workIndexArn);
    this.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], ledger.tableArn);
    this.allow(['sqs:SendMessage', 'sqs:GetQueueAttributes'], contacts.queue.queueArn);
  }
}
