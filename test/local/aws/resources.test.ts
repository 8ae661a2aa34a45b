import { DescribeTableCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createResources } from '../../../lib/local/aws/resources.ts';
import { emulated, temporaryDirectory } from './emulated.ts';

async function attributes(sqs: SQSClient, QueueUrl: string) {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return Attributes;
}

describe('the resources', () => {
  it('are a table with the work index', async () => {
    const { dynamodb, resources } = await emulated();

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: resources.tableName }));

    expect(Table).toMatchObject({
      TableName: 'bridge',
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'work',
          KeySchema: [
            { AttributeName: 'work', KeyType: 'HASH' },
            { AttributeName: 'due', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['attempts'] },
        },
      ],
    });
  });

  it('are queues whose poison goes to the dead letters', async () => {
    const { sqs, resources } = await emulated({ visibilityTimeoutSeconds: 7 });

    const deliveries = await attributes(sqs, resources.deliveriesQueueUrl);
    const contacts = await attributes(sqs, resources.contactsQueueUrl);

    expect(deliveries).toMatchObject({ VisibilityTimeout: '7', MaximumMessageSize: '1048576' });
    expect(JSON.parse(deliveries.RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:deliveries-dead-letters',
      maxReceiveCount: 8,
    });
    expect(contacts).toMatchObject({ VisibilityTimeout: '7', FifoQueue: 'true' });
    expect(JSON.parse(contacts.RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:contacts-dead-letters.fifo',
      maxReceiveCount: 10,
    });
  });

  it('make messages invisible for 20 s unless told otherwise', async () => {
    const { sqs, resources } = await emulated();

    const { VisibilityTimeout } = await attributes(sqs, resources.contactsQueueUrl);

    expect(VisibilityTimeout).toBe('20');
  });

  it('are left with their contents when created again, under new settings', async () => {
    const { endpoints, sqs, dynamodb, resources } = await emulated({ visibilityTimeoutSeconds: 7 });
    const Item = { pk: { S: 'MAUTIC' }, sk: { S: 'BREAKER' } };
    await dynamodb.send(new PutItemCommand({ TableName: resources.tableName, Item }));

    const again = await createResources(endpoints, { visibilityTimeoutSeconds: 9 });

    expect(again).toEqual(resources);
    expect((await attributes(sqs, again.deliveriesQueueUrl)).VisibilityTimeout).toBe('9');
    expect((await dynamodb.send(new ScanCommand({ TableName: resources.tableName }))).Items).toEqual([Item]);
  });

  it('are a bucket that keeps large bodies over a restart, byte for byte', async () => {
    const dataDir = await temporaryDirectory();
    const before = await emulated({ dataDir });
    const Body = Buffer.alloc(3 * 1024 * 1024, Uint8Array.from([0, 255, 10, 13]));
    const place = { Bucket: before.resources.bodiesBucket, Key: 'deliveries/2026/a b+c.json' };
    await before.s3.send(new PutObjectCommand({ ...place, Body }));
    await before.close();

    const { s3 } = await emulated({ dataDir });
    const found = await s3.send(new GetObjectCommand(place));

    expect(Body.equals((await found.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  });
});
