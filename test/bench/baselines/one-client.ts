import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** A function with one client of the AWS SDK and nothing else. */
const client = new SQSClient({});

export async function handler(): Promise<void> {
  await client.send(
    new SendMessageCommand({ QueueUrl: process.env['DELIVERIES_QUEUE_URL'], MessageBody: '{}' }),
  );
}
