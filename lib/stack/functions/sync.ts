import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy/bridge-config.ts';
import { storesVariable } from '../../environment.ts';
import type { ContactsQueue } from '../contacts-queue.ts';
import { LEDGER_ACTIONS, type Ledger } from '../ledger-table.ts';
import type { MauticSecrets } from '../mautic-secrets.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly stage: string;
  readonly contacts: ContactsQueue;
  readonly ledger: Ledger;
  readonly mauticSecrets: MauticSecrets;
}

/** Brings contacts in Mautic to what the ledger says. */
export class SyncFunction extends BridgeFunction<'sync'> {
  constructor(scope: Construct, { config, stage, contacts, ledger, mauticSecrets }: Props) {
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
      },
    });
    this.allow(LEDGER_ACTIONS, ledger.tableArn);
    mauticSecrets.allowRenewal(this);
  }
}
