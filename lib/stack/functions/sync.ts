import type { Construct } from 'constructs';
import { asksShops } from '../../core/policy/asks-shops.ts';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import { storesVariable } from '../../environment.ts';
import { LEDGER_ACTIONS, type Ledger } from '../ledger-table.ts';
import type { ContactsQueue } from '../queues/contacts-queue.ts';
import type { MauticSecrets } from '../secrets/mautic-secrets.ts';
import type { StoreKeys } from '../secrets/store-keys.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly stage: string;
  readonly contacts: ContactsQueue;
  readonly ledger: Ledger;
  readonly mauticSecrets: MauticSecrets;
  readonly storeKeys: StoreKeys;
}

/** Brings contacts in Mautic to what the ledger says. */
export class SyncFunction extends BridgeFunction<'sync'> {
  constructor(scope: Construct, props: Props) {
    const { config, stage, contacts, ledger, mauticSecrets, storeKeys } = props;
    const isAsking = asksShops(config.policy);
    super(scope, 'sync', {
      aws: config.aws,
      variables: {
        BRIDGE_STAGE: stage,
        STORES: storesVariable(config.stores),
        MAUTIC_BASE_URL: config.mautic.url,
        MAUTIC_SECRET_ID: mauticSecrets.credentials.secretArn,
        MAUTIC_TOKEN_SECRET_ID: mauticSecrets.token.secretArn,
        TABLE_NAME: ledger.tableName,
        CONTACTS_QUEUE_URL: contacts.queue.queueUrl,
        ...(isAsking && { STORE_KEYS_ID: storeKeys.secretArn }),
      },
    });
    this.allow(LEDGER_ACTIONS, ledger.tableArn);
    mauticSecrets.allowRenewal(this);
    if (isAsking) this.allow(['secretsmanager:GetSecretValue'], storeKeys.secretArn);
  }
}
