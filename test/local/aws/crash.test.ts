import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startEmulators } from '../../../lib/local/aws/emulators.ts';
import { emulated, temporaryDirectory } from './emulated.ts';

const Acknowledged = v.object({ kind: v.string(), id: v.string() });
type Acknowledgements = (kind: string) => string[];
type Emulated = Awaited<ReturnType<typeof emulated>>;

const KINDS = ['sent', 'deleted', 'item', 'turn', 'object', 'secret'];

/** Ids by kind; the last line may have been cut off by the kill. */
function acknowledgements(output: string): Acknowledgements {
  const lines = output.split('\n').slice(0, -1);
  const entries = lines.map((line) => v.parse(Acknowledged, JSON.parse(line)));
  return (kind) => entries.filter((entry) => entry.kind === kind).map(({ id }) => id);
}

/** Runs the writer until it has written some of everything, kills it in the middle, returns what was acknowledged. */
async function killWhileWriting(dataDir: string, run: string): Promise<Acknowledgements> {
  const script = fileURLToPath(new URL('crash-writer.ts', import.meta.url));
  const writer = spawn(process.execPath, [script, dataDir, run], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void writer.kill('SIGKILL'));
  const closed = once(writer, 'close');
  let output = '';
  writer.stdout.on('data', (chunk) => {
    output += chunk;
  });
  while (writer.exitCode === null && KINDS.some((kind) => acknowledgements(output)(kind).length < 10)) {
    await sleep(50);
  }
  writer.kill('SIGKILL');
  await closed;
  expect(writer.signalCode).toBe('SIGKILL');
  return acknowledgements(output);
}

async function drain({ sqs, resources }: Emulated): Promise<string[]> {
  const found: string[] = [];
  const QueueUrl = resources.deliveriesQueueUrl;
  for (;;) {
    const request = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
    if (Messages.length === 0) return found;
    for (const { Body = '', ReceiptHandle } of Messages) {
      found.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

async function indexed({ dynamodb, resources }: Emulated): Promise<Map<string, string>> {
  const query = {
    TableName: resources.tableName,
    IndexName: 'work',
    KeyConditionExpression: '#work = :live',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':live': { S: 'live' } },
  };
  const found = new Map<string, string>();
  for await (const page of paginateQuery({ client: dynamodb, pageSize: 100 }, query)) {
    for (const item of page.Items ?? []) found.set(item.pk?.S ?? '', item.due?.N ?? '');
  }
  return found;
}

async function getItem({ dynamodb, resources }: Emulated, pk: string) {
  const Key = { pk: { S: pk }, sk: { S: 'PROFILE' } };
  const request = { TableName: resources.tableName, Key, ConsistentRead: true };
  return (await dynamodb.send(new GetItemCommand(request))).Item;
}

async function readObject({ s3, resources }: Emulated, Key: string) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: resources.bodiesBucket, Key }));
  return await Body?.transformToString();
}

const last = (numbers: readonly string[]) => Number(numbers.at(-1));

describe('after SIGKILL in the middle of writing', () => {
  it('every acknowledged write is there, and work goes on', async () => {
    const dataDir = await temporaryDirectory();
    const runs = ['first', 'second', 'third'];
    const writes = new Map<string, Acknowledgements>();
    for (const run of runs) writes.set(run, await killWhileWriting(dataDir, run));

    // What they had received comes back, and then time stands still.
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    onTestFinished(() => void vi.useRealTimers());
    const after = await emulated({ dataDir });

    const of = (kind: string) => [...writes.values()].flatMap((acknowledged) => acknowledged(kind));
    const messages = new Set(await drain(after));
    const deleting = new Set(of('deleting'));
    expect(of('sent').filter((id) => !messages.has(id) && !deleting.has(id))).toEqual([]);
    expect(of('deleted').filter((id) => messages.has(id))).toEqual([]);

    const index = await indexed(after);
    expect(of('item').filter((id) => !index.has(id))).toEqual([]);
    for (const key of of('object').slice(-20)) expect(await readObject(after, key)).toBe(key);
    for (const [run, acknowledged] of writes) {
      const item = await getItem(after, `turning-${run}`);
      expect(Number(item?.turns?.N)).toBeGreaterThanOrEqual(last(acknowledged('turn')));
      expect(index.get(`turning-${run}`)).toBe(item?.due?.N);
      const secret = await after.secrets.send(new GetSecretValueCommand({ SecretId: `secret-${run}` }));
      expect(Number(secret.SecretString)).toBeGreaterThanOrEqual(last(acknowledged('secret')));
    }
  });
});

describe('a second start on the same data', () => {
  it('is refused while the first one lives', async () => {
    const dataDir = await temporaryDirectory();
    await emulated({ dataDir });

    const second = startEmulators({ dataDir });

    await expect(second).rejects.toThrow(/Is another instance running/);
  });
});
