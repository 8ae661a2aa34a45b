import type { FunctionName } from '../../lib/stack/functions/sizing.ts';

const LEDGER = ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
  (action) => `dynamodb:${action}`,
);
const CONSUME = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
];
const LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const READ_SECRET = ['secretsmanager:GetSecretValue'];
const RENEW_SECRET = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];

/** Every action of every role, by resource. */
export const PERMISSIONS: Readonly<
  Record<FunctionName | 'schedules', Readonly<Record<string, readonly string[]>>>
> = {
  ingest: {
    'ingestLogs.Arn': LOG,
    'DeliveriesQueue.Arn': ['sqs:SendMessage'],
    'Bodies.Arn/bodies/*': ['s3:PutObject'],
    StoreSecrets: READ_SECRET,
  },
  record: {
    'recordLogs.Arn': LOG,
    'DeliveriesQueue.Arn': CONSUME,
    'Ledger.Arn': LEDGER,
    'ContactsQueue.Arn': ['sqs:SendMessage'],
    'Bodies.Arn/bodies/*': ['s3:GetObject'],
    'Bodies.Arn': ['s3:ListBucket'],
  },
  sync: {
    'syncLogs.Arn': LOG,
    'ContactsQueue.Arn': CONSUME,
    'Ledger.Arn': LEDGER,
    MauticSecretsCredentials: READ_SECRET,
    MauticSecretsToken: RENEW_SECRET,
  },
  sweep: {
    'sweepLogs.Arn': LOG,
    'Ledger.Arn/index/work': ['dynamodb:Query'],
    'Ledger.Arn': ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    'ContactsQueue.Arn': ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
  },
  reconcile: {
    'reconcileLogs.Arn': LOG,
    'Ledger.Arn': [...LEDGER, 'dynamodb:Scan'].sort(),
    'ContactsQueue.Arn': ['sqs:SendMessage'],
    StoreSecrets: READ_SECRET,
    StoreKeys: READ_SECRET,
  },
  backfill: {
    'backfillLogs.Arn': LOG,
    'Ledger.Arn': [...LEDGER, 'dynamodb:Scan'].sort(),
    'Ledger.Arn/index/work': ['dynamodb:Query'],
    StoreSecrets: READ_SECRET,
    StoreKeys: READ_SECRET,
  },
  'renew-token': {
    'renewtokenLogs.Arn': LOG,
    'Ledger.Arn': ['DeleteItem', 'GetItem', 'PutItem'].map((action) => `dynamodb:${action}`),
    MauticSecretsCredentials: READ_SECRET,
    MauticSecretsToken: RENEW_SECRET,
  },
  schedules: {
    'sweepFunction.Arn': ['lambda:InvokeFunction'],
    'reconcileFunction.Arn': ['lambda:InvokeFunction'],
    'backfillFunction.Arn': ['lambda:InvokeFunction'],
    'renewtokenFunction.Arn': ['lambda:InvokeFunction'],
  },
};
