import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { startDynalite } from '../../lib/local/aws/dynalite-server.ts';
import { createMemoryLedger } from '../../lib/local/memory/ledger.ts';
import { createTable, dynamoDBAt } from '../aws/support/table.ts';
import { ledgerContract } from './ledger-contract.ts';

let server: Awaited<ReturnType<typeof startDynalite>>;
let client: DynamoDBClient;

beforeAll(async () => {
  server = await startDynalite();
  client = dynamoDBAt(server.url);
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

ledgerContract('memory', async () => createMemoryLedger());
ledgerContract('DynamoDB', async () => createLedger({ client, tableName: await createTable(client) }));
