import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import { storesVariable } from '../../environment.ts';
import { LEDGER_ACTIONS, type Ledger } from '../ledger-table.ts';
import type { ContactsQueue } from '../queues/contacts-queue.ts';
import type { StoreKeys } from '../secrets/store-keys.ts';
import type { StoreSecrets } from '../secrets/store-secrets.ts';
import type { WebhookApi } from '../webhook-api.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly stage: string;
  readonly storeSecrets: StoreSecrets;
  readonly storeKeys: StoreKeys;
  readonly ledger: Ledger;
  readonly contacts: ContactsQueue;
  readonly webhooks: WebhookApi;
}

/** Reads from the stores what no webhook told, and looks after their webhooks. */
export class ReconcileFunction extends BridgeFunction<'reconcile'> {
  constructor(scope: Construct, props: Props) {
    const { config, stage, storeSecrets, storeKeys, ledger, contacts, webhooks } = props;
    super(scope, 'reconcile', {
      aws: config.aws,
      variables: {
        BRIDGE_STAGE: stage,
        STORES: storesVariable(config.stores),
        STORE_SECRETS_ID: storeSecrets.secretArn,
        STORE_KEYS_ID: storeKeys.secretArn,
        TABLE_NAME: ledger.tableName,
        CONTACTS_QUEUE_URL: contacts.queue.queueUrl,
        WEBHOOK_BASE_URL: webhooks.baseUrl,
      },
    });
    this.allow(LEDGER_ACTIONS, ledger.tableArn);
    // Each night it asks the store for every order of the ledger.
    this.allow(['dynamodb:Scan'], ledger.tableArn);
    this.allow(['sqs:SendMessage'], contacts.queue.queueArn);
    this.allow(['secretsmanager:GetSecretValue'], storeSecrets.secretArn);
    this.allow(['secretsmanager:GetSecretValue'], storeKeys.secretArn);
  }
}
