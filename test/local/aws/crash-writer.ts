import { writeSync } from 'node:fs';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { startEmulatorsApart } from '../../../lib/local/aws/emulators-apart.ts';
import { createResources } from '../../../lib/local/aws/resources.ts';
import { connect } from './connect.ts';

/**
 * A process made to be killed: it writes to every emulator as fast as it can and prints a line for each write
 * that was acknowledged. Arguments: the data directory and a name that makes its writes unique.
 */
const [dataDir = '', run = ''] = process.argv.slice(2);
const emulators = await startEmulatorsApart({ dataDir });
// What it receives it has for itself, however long a busy machine takes to delete it.
const resources = await createResources(emulators.endpoints, { visibilityTimeoutSeconds: 3_600 });
const { sqs, s3, dynamodb, secrets } = connect(emulators.endpoints);
const SecretId = `secret-${run}`;
await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: '-1' }));

function acknowledge(kind: string, id: string): void {
  writeSync(1, `${JSON.stringify({ kind, id })}\n`);
}

async function forEver(write: (count: number) => Promise<void>): Promise<never> {
  for (let count = 0; ; count += 1) await write(count);
}

async function sendMessage(count: number): Promise<void> {
  const body = `${run}-${count}`;
  await sqs.send(new SendMessageCommand({ QueueUrl: resources.deliveriesQueueUrl, MessageBody: body }));
  acknowledge('sent', body);
}

async function receiveMessages(): Promise<void> {
  const request = { QueueUrl: resources.deliveriesQueueUrl, MaxNumberOfMessages: 2, WaitTimeSeconds: 1 };
  const { Messages: [done] = [] } = await sqs.send(new ReceiveMessageCommand(request));
  if (!done) return;
  acknowledge('deleting', done.Body ?? '');
  const { ReceiptHandle } = done;
  await sqs.send(new DeleteMessageCommand({ QueueUrl: resources.deliveriesQueueUrl, ReceiptHandle }));
  acknowledge('deleted', done.Body ?? '');
}

async function putItem(count: number): Promise<void> {
  const id = `${run}-${count}`;
  const Item = { pk: { S: id }, sk: { S: 'PROFILE' }, work: { S: 'live' }, due: { N: String(count) } };
  await dynamodb.send(new PutItemCommand({ TableName: resources.tableName, Item }));
  acknowledge('item', id);
}

async function turnItem(count: number): Promise<void> {
  const indexed = count % 2 === 0;
  const UpdateExpression = indexed
    ? 'SET turns = :turns, #work = :work, due = :turns'
    : 'SET turns = :turns REMOVE #work, due';
  const ExpressionAttributeNames = { '#work': 'work' };
  const ExpressionAttributeValues = {
    ':turns': { N: String(count) },
    ...(indexed && { ':work': { S: 'live' } }),
  };
  const Key = { pk: { S: `turning-${run}` }, sk: { S: 'PROFILE' } };
  const update = { TableName: resources.tableName, Key, UpdateExpression, ExpressionAttributeNames };
  await dynamodb.send(new UpdateItemCommand({ ...update, ExpressionAttributeValues }));
  acknowledge('turn', String(count));
}

async function putObject(count: number): Promise<void> {
  const Key = `${run}-${count}`;
  await s3.send(new PutObjectCommand({ Bucket: resources.bodiesBucket, Key, Body: Key }));
  acknowledge('object', Key);
}

async function putSecret(count: number): Promise<void> {
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: String(count) }));
  acknowledge('secret', String(count));
}

await Promise.all(
  [sendMessage, receiveMessages, putItem, turnItem, putObject, putSecret].map((write) => forEver(write)),
);
