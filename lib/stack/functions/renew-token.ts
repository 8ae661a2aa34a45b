import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type { Ledger } from '../ledger-table.ts';
import type { MauticSecrets } from '../secrets/mautic-secrets.ts';
import { BridgeFunction, metricsNamespace } from './bridge-function.ts';

interface Props {
  readonly config: BridgeConfig;
  readonly ledger: Ledger;
  readonly mauticSecrets: MauticSecrets;
}

/** What the function logs when a run was in vain; it ends well all the same, because the next run tries again. */
const IN_VAIN = 'The access token could not be renewed';

/** Renews the Mautic token before it expires. */
export class RenewTokenFunction extends BridgeFunction<'renew-token'> {
  /** Runs in vain: the credentials are not filled in, may not be read, or Mautic is away. */
  readonly notRenewed: Metric;

  constructor(scope: Construct, { config, ledger, mauticSecrets }: Props) {
    super(scope, 'renew-token', {
      aws: config.aws,
      variables: {
        MAUTIC_BASE_URL: config.mautic.url,
        MAUTIC_SECRET_ID: mauticSecrets.credentials.secretArn,
        MAUTIC_TOKEN_SECRET_ID: mauticSecrets.token.secretArn,
        TABLE_NAME: ledger.tableName,
      },
    });
    // The lease, and nothing else of the ledger.
    this.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], ledger.tableArn);
    mauticSecrets.allowRenewal(this);
    this.notRenewed = new MetricFilter(this, 'NotRenewed', {
      logGroup: this.logs,
      filterPattern: FilterPattern.stringValue('$.message', '=', IN_VAIN),
      metricNamespace: metricsNamespace(this),
      metricName: 'TokenNotRenewed',
    }).metric({ statistic: 'Sum' });
  }
}
