import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  paginateQuery,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Key } from './keys.ts';

/** The one table and who talks to it. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** An item as DynamoDB answers it: whatever was stored. */
export type Item = Readonly<Record<string, unknown>>;

/** What a query asks for besides the table. */
export type Question = Omit<QueryCommandInput, 'TableName'>;

/** What an update changes besides the table and the key. */
export type Change = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

/** Every item of a query, page after page; `limit` stops it early. */
export async function query(
  table: Table,
  question: Question,
  limit = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateQuery({ client: table.client }, { TableName: table.name, ...question })) {
    items.push(...(page.Items ?? []));
    if (items.length >= limit) break;
  }
  return items.slice(0, limit);
}

/** The items of one partition whose sort key begins with `prefix`, read consistently. */
export function queryPrefix(table: Table, partition: string, prefix: string): Promise<Item[]> {
  return query(table, {
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': partition, ':prefix': prefix },
  });
}

/**
 * One conditional update.
 * Answers the attributes that `change.ReturnValues` asks for, `undefined` when the condition does not hold.
 */
export async function update({ client, name }: Table, key: Key, change: Change): Promise<Item | undefined> {
  return unlessConditionFails(async () => {
    const { Attributes } = await client.send(new UpdateCommand({ TableName: name, Key: key, ...change }));
    return Attributes ?? {};
  });
}

/** `undefined` when the write's condition did not hold: somebody else was there first. */
export async function unlessConditionFails<Value>(write: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
