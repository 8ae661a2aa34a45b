import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import { storesVariable } from '../../environment.ts';
import { LEDGER_ACTIONS, type Ledger } from '../ledger-table.ts';
import type { StoreKeys } from '../secrets/store-keys.ts';
import type { StoreSecrets } from '../secrets/store-secrets.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly stage: string;
  readonly storeSecrets: StoreSecrets;
  readonly storeKeys: StoreKeys;
  readonly ledger: Ledger;
}

/** Reads the whole past of a store when a person asks for it; it rings for nobody. */
export class BackfillFunction extends BridgeFunction<'backfill'> {
  constructor(scope: Construct, { config, stage, storeSecrets, storeKeys, ledger }: Props) {
    super(scope, 'backfill', {
      aws: config.aws,
      variables: {
        BRIDGE_STAGE: stage,
        STORES: storesVariable(config.stores),
        STORE_SECRETS_ID: storeSecrets.secretArn,
        STORE_KEYS_ID: storeKeys.secretArn,
        TABLE_NAME: ledger.tableName,
      },
    });
    this.allow(LEDGER_ACTIONS, ledger.tableArn);
    // At its end it looks at everybody once.
    this.allow(['dynamodb:Scan'], ledger.tableArn);
    // And waits until nobody is left who is not written.
    this.allow(['dynamodb:Query'], ledger.workIndexArn);
    this.allow(['secretsmanager:GetSecretValue'], storeSecrets.secretArn);
    this.allow(['secretsmanager:GetSecretValue'], storeKeys.secretArn);
  }
}
