import * as v from 'valibot';
import type { Sent } from '../../bench/support/proxy.ts';

/** One call of AWS as IAM judges it. */
export interface Call {
  /** The access key it was signed with. */
  readonly by: string;
  /** The permission it takes. */
  readonly action: string;
  /** What it names: a table, the address of a queue, a bucket or a secret. */
  readonly on: string;
  /** The part of that, as it stands in an ARN: an index or an object. */
  readonly part?: string;
}

type Target = Omit<Call, 'by'>;

const SIGNED = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;

/**
 * The calls in one request; a request for items of several tables is several.
 * @throws Error when it is not signed, or nobody has said yet which permission it takes.
 */
export function callsOf(sent: Sent): readonly Call[] {
  const [, by = '', service = ''] = SIGNED.exec(sent.headers.authorization ?? '') ?? [];
  const targets = TARGETS[service];
  if (by === '' || !targets) throw unknown(`a request that is not signed for ${Object.keys(TARGETS).join()}`);
  return targets(sent).map((target) => ({ by, ...target }));
}

const TARGETS: Readonly<Record<string, (sent: Sent) => readonly Target[]>> = {
  dynamodb: (sent) => {
    const { TableName, IndexName, RequestItems } = read(Ledger, sent);
    const action = actionOf('dynamodb', sent);
    const part = IndexName === undefined ? {} : { part: `/index/${IndexName}` };
    const tables = TableName === undefined ? Object.keys(RequestItems) : [TableName];
    return tables.map((on) => ({ action, on, ...part }));
  },
  sqs: (sent) => [{ action: actionOf('sqs', sent), on: read(Queue, sent).QueueUrl }],
  secretsmanager: (sent) => [{ action: actionOf('secretsmanager', sent), on: read(Secret, sent).SecretId }],
  s3: (sent) => [objectCall(sent)],
};

const Ledger = v.object({
  TableName: v.optional(v.string()),
  IndexName: v.optional(v.string()),
  RequestItems: v.optional(v.record(v.string(), v.unknown()), {}),
});
const Queue = v.object({ QueueUrl: v.string() });
const Secret = v.object({ SecretId: v.string() });

function read<Schema extends v.GenericSchema>(schema: Schema, { body }: Sent): v.InferOutput<Schema> {
  return v.parse(schema, JSON.parse(body));
}

/** Operations that have a permission of the same name; for the others it is said which. */
const PERMISSIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dynamodb: {
    ...same('GetItem', 'BatchGetItem', 'Query', 'Scan'),
    ...same('PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
  },
  sqs: {
    ...same('SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'),
    ...same('GetQueueAttributes', 'GetQueueUrl', 'PurgeQueue'),
    SendMessageBatch: 'SendMessage',
    DeleteMessageBatch: 'DeleteMessage',
    ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  },
  secretsmanager: same('GetSecretValue', 'PutSecretValue', 'DescribeSecret', 'UpdateSecret'),
};

function same(...operations: readonly string[]): Record<string, string> {
  return Object.fromEntries(operations.map((operation) => [operation, operation]));
}

function actionOf(service: string, { headers }: Sent): string {
  const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
  const permission = PERMISSIONS[service]?.[operation];
  if (permission === undefined) throw unknown(`${service} ${operation}`);
  return `${service}:${permission}`;
}

/** Headers with which writing an object takes more than leave to write it. */
const MORE = /^x-amz-(acl|grant|tagging|copy|object-lock|website)/;

function objectCall({ method, path, headers }: Sent): Target {
  const { pathname, searchParams } = new URL(path, 'http://s3');
  const [, on = '', key = ''] = /^\/([^/]+)(\/.+)?$/.exec(pathname) ?? [];
  const isPlain = [...searchParams.keys()].every((name) => name === 'x-id');
  const operation = `${method} ${key === '' ? 'bucket' : 'object'}`;
  const action = OBJECT_ACTIONS[operation];
  if (!isPlain || !action || Object.keys(headers).some((name) => MORE.test(name)))
    throw unknown(`s3 ${operation}`);
  return { action, on, ...(key !== '' && { part: key }) };
}

const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  'GET object': 's3:GetObject',
  'HEAD object': 's3:GetObject',
  'PUT object': 's3:PutObject',
  'DELETE object': 's3:DeleteObject',
};

function unknown(what: string): Error {
  return new Error(`Which permission does ${what} take? Say it in test/stack/observed/calls.ts.`);
}
