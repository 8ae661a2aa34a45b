import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { changesSince, LEDGER_FORMAT } from '../core/ledger/format.ts';
import type { BridgeConfig } from '../core/policy/configuration/bridge-config.ts';
import { TABLE } from '../environment.ts';

/** What keeping the ledger takes: single items, in keyed partitions; no scans, batches of writes or transactions. */
export const LEDGER_ACTIONS = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
] as const;

/** The ledger as the functions use it. */
export interface Ledger {
  readonly tableName: string;
  readonly tableArn: string;
  readonly workIndexArn: string;
}

/** The ledger of the configuration: one that is there already, or one that the stack makes. */
export function ledgerOf(scope: Construct, id: string, { ledgerTable }: BridgeConfig['aws']): Ledger {
  const ledger = ledgerTable === undefined ? new LedgerTable(scope, id) : known(scope, id, ledgerTable.name);
  new CfnOutput(Stack.of(scope), 'LedgerTable', {
    description: 'Holds what cannot be made again; runbook, chapter RestoreTheLedger',
    value: ledger.tableName,
  });
  new CfnOutput(Stack.of(scope), 'LedgerForm', {
    description:
      'Form of the ledger from a day after the deployment on; a version that knows less leaves it alone',
    value: `${String(LEDGER_FORMAT)} (${changesSince(LEDGER_FORMAT - 1).join('; ')})`,
  });
  return ledger;
}

/** The stack neither makes nor changes it, so that nobody can delete a ledger by taking a line out of a file. */
function known(scope: Construct, id: string, name: string): Ledger {
  const { tableName, tableArn } = Table.fromTableName(scope, id, name);
  return { tableName, tableArn, workIndexArn: `${tableArn}/index/${TABLE.workIndex.name}` };
}

/** The ledger: the only thing here that cannot be built again, so it outlives the stack. */
class LedgerTable extends Table implements Ledger {
  readonly workIndexArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: TABLE.expires,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.AWS_MANAGED,
      deletionProtection: true,
      // Also of a first deployment that fails: its protection would make the rollback fail.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { name, partitionKey, sortKey } = TABLE.workIndex;
    this.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...TABLE.workIndex.attributes],
    });
    this.workIndexArn = `${this.tableArn}/index/${name}`;
  }
}
