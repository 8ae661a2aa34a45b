import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { connection } from '../../../lib/local/aws/connection.ts';

export function sqsAt(url: string): SQSClient {
  return new SQSClient(connection(url));
}

export function s3At(url: string): S3Client {
  return new S3Client(connection(url));
}

/** An empty queue with a name of its own; its URL. */
export async function createQueue(client: SQSClient, kind: 'standard' | 'fifo'): Promise<string> {
  const name = `queue-${crypto.randomUUID()}`;
  const Attributes = { MaximumMessageSize: String(1024 * 1024) };
  const { QueueUrl = '' } = await client.send(
    kind === 'fifo'
      ? new CreateQueueCommand({
          QueueName: `${name}.fifo`,
          Attributes: { ...Attributes, FifoQueue: 'true' },
        })
      : new CreateQueueCommand({ QueueName: name, Attributes }),
  );
  return QueueUrl;
}

/** Takes the bodies of all messages that wait. */
export async function takeAll(client: SQSClient, QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
    const { Messages = [] } = await client.send(receive);
    if (Messages.length === 0) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

export async function createBucket(client: S3Client): Promise<string> {
  const Bucket = `bucket-${crypto.randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}
