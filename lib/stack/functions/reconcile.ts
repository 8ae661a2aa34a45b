import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy/policy.ts';
import type { ContactsQueue } from '../contacts-queue.ts';
import { LEDGER_ACTIONS, type LedgerTable } from '../ledger-table.ts';
import type { StoreSecrets } from '../store-secrets.ts';
import type { WebhookApi } from '../webhook-api.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly storeSecrets: StoreSecrets;
  readonly ledger: LedgerTable;
  readonly contacts: ContactsQueue;
  readonly webhooks: WebhookApi;
}

/** Reads from the stores what no webhook told, and looks after their webhooks. */
export class ReconcileFunction extends BridgeFunction<'reconcile'> {
  constructor(scope: Construct, { config, storeSecrets, ledger, contacts, webhooks }: Props) {
    super(scope, 'reconcile', {
      STORES: JSON.stringify(config.stores),
      STORE_SECRETS_ID: storeSecrets.secretArn,
      TABLE_NAME: ledger.tableName,
      CONTACTS_QUEUE_URL: contacts.queue.queueUrl,
      WEBHOOK_BASE_URL: webhooks.api.apiEndpoint,
    });
    this.allow(LEDGER_ACTIONS, ledger.tableArn);
    // Each night it asks the store for every order of the ledger.
    this.allow(['dynamodb:Scan'], ledger.tableArn);
    this.allow(['sqs:SendMessage'], contacts.queue.queueArn);
    this.allow(['secretsmanager:GetSecretValue'], storeSecrets.secretArn);
  }
}
