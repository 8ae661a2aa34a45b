import type { Construct } from 'constructs';
import type { ContactsQueue } from '../contacts-queue.ts';
import type { LedgerTable } from '../ledger-table.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly ledger: LedgerTable;
  readonly contacts: ContactsQueue;
}

/** Rings for contacts that are behind or due. */
export class SweepFunction extends BridgeFunction<'sweep'> {
  constructor(scope: Construct, { ledger, contacts }: Props) {
    super(scope, 'sweep', { TABLE_NAME: ledger.tableName, CONTACTS_QUEUE_URL: contacts.queue.queueUrl });
    this.allow(['dynamodb:Query'], ledger.workIndexArn);
    this.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], ledger.tableArn);
    this.allow(['sqs:SendMessage', 'sqs:GetQueueAttributes'], contacts.queue.queueArn);
  }
}
