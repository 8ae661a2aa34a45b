import { once } from 'node:events';
import { connect as openSocket } from 'node:net';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import database from 'dynalite/db/index.js';
import { describe, expect, it } from 'vitest';
import { emulated, temporaryDirectory } from './emulated.ts';

type Table = { readonly dynamodb: DynamoDBClient; readonly resources: { readonly tableName: string } };

const keyOf = (name: string) => ({ pk: { S: `CONTACT#${name}` }, sk: { S: 'PROFILE' } });
const itemOf = (name: string, due: number) => ({
  ...keyOf(name),
  work: { S: 'live' },
  due: { N: String(due) },
});

async function put({ dynamodb, resources }: Table, name: string, due: number): Promise<void> {
  const ConditionExpression = 'attribute_not_exists(pk)';
  const Item = itemOf(name, due);
  await dynamodb.send(new PutItemCommand({ TableName: resources.tableName, Item, ConditionExpression }));
}

async function change({ dynamodb, resources }: Table, name: string, UpdateExpression: string): Promise<void> {
  const names = {
    ...(UpdateExpression.includes('#work') && { ExpressionAttributeNames: { '#work': 'work' } }),
  };
  const values = {
    ...(UpdateExpression.includes(':due') && { ExpressionAttributeValues: { ':due': { N: '50' } } }),
  };
  const update = { TableName: resources.tableName, Key: keyOf(name), UpdateExpression };
  await dynamodb.send(new UpdateItemCommand({ ...update, ...names, ...values }));
}

/** The contacts on the work index up to `due`, in its order, read page by page. */
async function due({ dynamodb, resources }: Table, until = 1_000): Promise<string[]> {
  const query = {
    TableName: resources.tableName,
    IndexName: 'work',
    KeyConditionExpression: '#work = :live AND due <= :until',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':live': { S: 'live' }, ':until': { N: String(until) } },
  };
  const found: string[] = [];
  for await (const page of paginateQuery({ client: dynamodb, pageSize: 2 }, query)) {
    found.push(...(page.Items ?? []).map((item) => item.pk?.S?.replace('CONTACT#', '') ?? ''));
  }
  return found;
}

describe.each([{ store: 'in memory' }, { store: 'on disk' }])('the table $store', ({ store }) => {
  const table = async () => emulated(store === 'on disk' ? { dataDir: await temporaryDirectory() } : {});

  it('gives the work that is due in order of time', async () => {
    const ledger = await table();
    for (const [name, time] of [
      ['c', 30],
      ['a', 9],
      ['e', 500],
      ['b', 10],
      ['d', 31],
    ] as const) {
      await put(ledger, name, time);
    }

    const found = await due(ledger, 100);

    expect(found).toEqual(['a', 'b', 'c', 'd']);
  });

  it('follows an item that moves, leaves and comes back', async () => {
    const ledger = await table();
    await put(ledger, 'a', 10);
    await put(ledger, 'b', 20);

    await change(ledger, 'a', 'SET due = :due');
    const moved = await due(ledger);
    await change(ledger, 'b', 'REMOVE #work');
    const left = await due(ledger);
    await ledger.dynamodb.send(
      new PutItemCommand({ TableName: ledger.resources.tableName, Item: itemOf('b', 20) }),
    );
    const back = await due(ledger);

    expect({ moved, left, back }).toEqual({ moved: ['b', 'a'], left: ['a'], back: ['b', 'a'] });
  });

  it('forgets a deleted item', async () => {
    const ledger = await table();
    const { tableName } = ledger.resources;
    const requests = ['a', 'b', 'c'].map((name, index) => ({ PutRequest: { Item: itemOf(name, index) } }));
    await ledger.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));

    await ledger.dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf('b') }));

    expect(await due(ledger)).toEqual(['a', 'c']);
  });

  it('lets only one of many creators win', async () => {
    const ledger = await table();

    const attempts = Array.from({ length: 20 }, (_, index) => put(ledger, 'same', index));
    const outcomes = await Promise.allSettled(attempts);

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await due(ledger)).toEqual(['same']);
  });
});

describe('the table', () => {
  it('is there after its creator died halfway', async () => {
    const dataDir = await temporaryDirectory();
    const before = await emulated({ dataDir });
    await before.close();
    const { db } = database.create({ path: join(dataDir, 'dynamodb') });
    for await (const [key, table] of db.iterator({ gte: 'table~', lt: 'table~~' })) {
      await db.put(key, { ...table, TableStatus: 'CREATING' });
    }
    await db.close();

    const ledger = await emulated({ dataDir });
    await put(ledger, 'a', 1);

    expect(await due(ledger)).toEqual(['a']);
  });

  it('lives on when a client hangs up in the middle of a request', async () => {
    const ledger = await emulated();
    const { port } = new URL(ledger.endpoints.dynamodb);
    const socket = openSocket(Number(port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy());
    await once(socket, 'close');

    await put(ledger, 'a', 1);

    expect(await due(ledger)).toEqual(['a']);
  });
});
