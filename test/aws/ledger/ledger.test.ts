import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger } from '../../../lib/aws/ledger/ledger.ts';
import { startDynalite } from '../../../lib/local/aws/dynalite-server.ts';
import type { Ledger } from '../../contracts/make-ledger.ts';
import {
  contact,
  customerRef,
  emailOf,
  orderLine,
  orderRef,
  orderState,
  productRef,
  productState,
} from '../../contracts/samples.ts';
import { type Gate, lost, startGate, type Treatment } from '../support/gate.ts';
import { createTable, dynamoDBAt } from '../support/table.ts';

const ADA = contact('ada');

let server: Awaited<ReturnType<typeof startDynalite>>;
let gate: Gate;
let client: DynamoDBClient;
let tableName: string;
let ledger: Ledger;
let pauses: number[];

beforeAll(async () => {
  server = await startDynalite();
  gate = await startGate(server.url);
});

afterAll(async () => {
  await gate.close();
  await server.close();
});

beforeEach(async () => {
  client = dynamoDBAt(gate.url);
  tableName = await createTable(client);
  pauses = [];
  ledger = createLedger({
    client,
    tableName,
    clock: { now: () => 0, sleep: async (ms) => void pauses.push(ms) },
  });
  gate.calls.length = 0;
});

afterEach(() => client.destroy());

async function itemAt(pk: string, sk: string): Promise<Record<string, unknown> | undefined> {
  const document = DynamoDBDocumentClient.from(client);
  return (await document.send(new GetCommand({ TableName: tableName, Key: { pk, sk } }))).Item;
}

async function allKeys(): Promise<string[]> {
  const document = DynamoDBDocumentClient.from(client);
  const { Items = [] } = await document.send(new ScanCommand({ TableName: tableName }));
  return Items.map(({ pk, sk }) => `${String(pk)} ${String(sk)}`).sort();
}

describe('the table', () => {
  it('has the keys that the design names', async () => {
    await ledger.save(orderRef(23), orderState(), undefined);
    await ledger.save(customerRef(5), { type: 'customer', contacts: {}, deleted: true }, undefined);
    await ledger.save(productRef(7), productState('Engine'), undefined);
    await ledger.awaitProduct(productRef(7), ADA);
    await ledger.point(ADA, orderRef('a#b'));
    await ledger.point(ADA, customerRef(5));
    await ledger.want(ADA, emailOf('ada'), 1);
    await ledger.saveWritten(ADA, { fields: {}, tags: [], refused: {} });
    await ledger.claim('TAG', 'vip', { holder: 'a', now: 1, until: 2 });
    await ledger.finish('FIELD', 'total', 'number');

    expect(await allKeys()).toEqual(
      [
        'ORDER#demo#23 ORDER',
        'CUSTOMER#demo#5 CUSTOMER',
        'PRODUCT#demo#7 PRODUCT',
        `PRODUCT#demo#7 WAITS#${ADA}`,
        `CONTACT#${ADA} ORDER#demo#a%23b`,
        `CONTACT#${ADA} CUSTOMER#demo#5`,
        `CONTACT#${ADA} PROFILE`,
        `CONTACT#${ADA} WRITTEN`,
        'MAUTIC TAG#vip',
        'MAUTIC FIELD#total',
      ].sort(),
    );
  });

  it('shows status and contact beside an order’s state', async () => {
    await ledger.save(orderRef(23), orderState(), undefined);

    expect(await itemAt('ORDER#demo#23', 'ORDER')).toEqual({
      pk: 'ORDER#demo#23',
      sk: 'ORDER',
      revision: 1,
      savedAt: 0,
      status: 'processing',
      contact: ADA,
      state: JSON.stringify(orderState()),
    });
  });

  it('takes an order of a hundred lines in less than 64 KiB', async () => {
    const lines = Array.from({ length: 100 }, (_, index) =>
      orderLine({ productId: String(index), name: 'A name that goes on and on. '.repeat(14) }),
    );
    await ledger.save(orderRef(1), orderState({ lines }), undefined);

    expect(Buffer.byteLength(JSON.stringify(await itemAt('ORDER#demo#1', 'ORDER')))).toBeLessThan(64 * 1024);
  });

  it('takes a usual order in two write units', async () => {
    await ledger.save(orderRef(1), orderState({ lines: [orderLine(), orderLine(), orderLine()] }), undefined);

    expect(Buffer.byteLength(JSON.stringify(await itemAt('ORDER#demo#1', 'ORDER')))).toBeLessThan(2 * 1024);
  });
});

describe('a contact', () => {
  it('that had later work comes before it once something new is wanted', async () => {
    await ledger.want(ADA, emailOf('ada'), 1000);
    await DynamoDBDocumentClient.from(client).send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk: `CONTACT#${ADA}`, sk: 'PROFILE' },
        UpdateExpression: 'SET #work = :later',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: { ':later': 'later' },
      }),
    );
    expect(await ledger.due('later', 1000, 10)).toHaveLength(1);

    expect(await ledger.want(ADA, emailOf('ada'), 2000)).toMatchObject({ fellBehind: true });

    expect(await ledger.due('later', 9999, 10)).toEqual([]);
    expect(await ledger.due('live', 1000, 10)).toHaveLength(1);
  });

  it('may hold more in its partition than this version knows', async () => {
    await ledger.point(ADA, orderRef(1));
    const Item = { pk: `CONTACT#${ADA}`, sk: 'ITEM#car#7', id: 7 };
    await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: tableName, Item }));

    expect((await ledger.dossier(ADA)).refs).toEqual([orderRef(1)]);
  });
});

describe('many orders at once', () => {
  it('are read to the end when DynamoDB leaves some for later', async () => {
    const refs = Array.from({ length: 100 }, (_, id) => orderRef(id));
    const lines = [orderLine({ name: 'x'.repeat(30_000) })];
    for (const ref of refs) await ledger.save(ref, orderState({ lines }), undefined);

    expect((await ledger.load(refs)).size).toBe(100);

    expect(gate.calls.filter((call) => call === 'BatchGetItem').length).toBeGreaterThan(1);
    expect(pauses.length).toBeGreaterThan(0);
  });

  it('are given up, after ever longer pauses, when DynamoDB reads none of them', async () => {
    const unread: Treatment = async () => {
      const Keys = [{ pk: { S: 'ORDER#demo#1' }, sk: { S: 'ORDER' } }];
      return { status: 200, body: JSON.stringify({ UnprocessedKeys: { [tableName]: { Keys } } }) };
    };
    gate.treat(...Array.from({ length: 8 }, () => unread));

    await expect(ledger.load([orderRef(1)])).rejects.toThrow(/left 1 keys unread/);

    expect(pauses).toEqual([25, 50, 100, 200, 400, 800, 1600]);
  });

  it('are asked for in hundreds', async () => {
    await ledger.load(Array.from({ length: 201 }, (_, id) => orderRef(id)));

    expect(gate.calls).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
  });
});

describe('an answer that is lost', () => {
  it('does not turn a claim against its own holder', async () => {
    gate.treat(lost);

    expect(await ledger.claim('LEASE', 'token', { holder: 'a', now: 1000, until: 2000 })).toBe('claimed');

    expect(gate.calls).toEqual(['PutItem', 'PutItem', 'GetItem']);
  });

  it('makes a save say that somebody was faster, so that its caller looks again', async () => {
    gate.treat(lost);

    expect(await ledger.save(orderRef(1), orderState(), undefined)).toBe(false);

    expect((await ledger.load([orderRef(1)])).get('order/demo/1')?.state).toEqual(orderState());
  });
});

describe('an error of DynamoDB', () => {
  it('is thrown, not taken for a condition that does not hold', async () => {
    const noTable = { name: 'ResourceNotFoundException' };
    const elsewhere = createLedger({ client, tableName: 'no-such-table' });

    await expect(elsewhere.save(orderRef(1), orderState(), undefined)).rejects.toMatchObject(noTable);
    await expect(elsewhere.want(ADA, emailOf('ada'), 1)).rejects.toMatchObject(noTable);
    await expect(elsewhere.settle(ADA, 1, {})).rejects.toMatchObject(noTable);
    await expect(elsewhere.claim('TAG', 'vip', { holder: 'a', now: 1, until: 2 })).rejects.toMatchObject(
      noTable,
    );
  });
});

describe('what a later version has written', () => {
  it('is passed over among what a contact has, if it is of a kind this one does not know', async () => {
    await ledger.want(ADA, emailOf('ada'), 0);
    await ledger.point(ADA, orderRef(23));
    const documents = DynamoDBDocumentClient.from(client);
    const sk = 'WISHLIST#demo#1';
    await documents.send(new PutCommand({ TableName: tableName, Item: { pk: `CONTACT#${ADA}`, sk } }));

    expect((await ledger.dossier(ADA)).refs).toEqual([orderRef(23)]);
  });
});
