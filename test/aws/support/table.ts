import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { TABLE } from '../../../lib/environment.ts';
import { connection } from '../../../lib/local/aws/connection.ts';

/** A client of the emulated DynamoDB at `url`. */
export function dynamoDBAt(url: string): DynamoDBClient {
  return new DynamoDBClient(connection(url));
}

/** Creates an empty table as the stack would, with a name of its own, and waits until it is there. */
export async function createTable(client: DynamoDBClient): Promise<string> {
  const TableName = `ledger-${crypto.randomUUID()}`;
  const { partitionKey, sortKey, workIndex } = TABLE;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: partitionKey, AttributeType: 'S' },
        { AttributeName: sortKey, AttributeType: 'S' },
        { AttributeName: workIndex.partitionKey, AttributeType: 'S' },
        { AttributeName: workIndex.sortKey, AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: workIndex.name,
          KeySchema: [
            { AttributeName: workIndex.partitionKey, KeyType: 'HASH' },
            { AttributeName: workIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['wanted', 'attempts'] },
        },
      ],
    }),
  );
  // No table is there at once, in AWS or here; how soon depends on how busy the machine is.
  await waitUntilTableExists({ client, minDelay: 0.01, maxDelay: 0.2, maxWaitTime: 200 }, { TableName });
  return TableName;
}
