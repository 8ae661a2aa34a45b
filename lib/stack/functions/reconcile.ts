import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy.ts';
import type { ContactsQueue } from '../contacts-queue.ts';
import { LEDGER_ACTIONS, type LedgerTable } from '../ledger-table.ts';
import type { StoreSecrets } from '../store-secrets.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly storeSecrets: StoreSecrets;
  readonly ledger: LedgerTable;
  readonly contacts: ContactsQueue;
}

/** Reads from the stores what no webhook told. */
export class ReconcileFunction extends BridgeFunction<'reconcile'> {
  constructor(scope: Construct, { config, storeSecrets, ledger, contacts }: Props) {
    super(scope, 'reconcile', {
      STORES: JSON.stringify(config.stores),
      TABLE_NAME: ledger.tableName,
    });
    this.allow(LEDGER_ACTIONS, ledger.tableArn);
    this.allow(['sqs:SendMessage'], contacts.queue.queueArn);
    this.allow(['secretsmanager:GetSecretValue'], storeSecrets.secretArn);
  }
}
