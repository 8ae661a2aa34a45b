import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy.ts';
import type { LedgerTable } from '../ledger-table.ts';
import type { MauticSecrets } from '../mautic-secrets.ts';
import { BridgeFunction } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly ledger: LedgerTable;
  readonly mauticSecrets: MauticSecrets;
}

/** Renews the Mautic token before it expires. */
export class RenewTokenFunction extends BridgeFunction<'renew-token'> {
  constructor(scope: Construct, { config, ledger, mauticSecrets }: Props) {
    super(scope, 'renew-token', {
      MAUTIC_BASE_URL: config.mautic.url,
      MAUTIC_SECRET_ID: mauticSecrets.credentials.secretArn,
      MAUTIC_TOKEN_SECRET_ID: mauticSecrets.token.secretArn,
      TABLE_NAME: ledger.tableName,
    });
    this.allow(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      ledger.tableArn,
    );
    mauticSecrets.allowRenewal(this);
  }
}
