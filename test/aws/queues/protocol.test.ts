import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueueProtocol } from '../../../lib/aws/queues/protocol.ts';
import { connection } from '../../../lib/local/aws/connection.ts';
import { startFauxqs } from '../../../lib/local/aws/fauxqs-server.ts';
import { createQueue, takeAll } from '../support/queues.ts';

/** What may stand in a message: all that JSON escapes and SQS takes, and characters of two, three and four bytes. */
const TEXT = `{"name":"O\\"Brien \\\\ \t\r\n Łódź, 東京 🛒 \u2028"}`.repeat(300);

let server: Awaited<ReturnType<typeof startFauxqs>>;
let client: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  server = await startFauxqs();
  client = new SQSClient({ ...connection(server.url), protocol: QueueProtocol });
  queueUrl = await createQueue(client, 'standard');
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: object;
  readonly body: Uint8Array;
}

/** What a client with these settings would have sent. */
async function askedWith(settings: SQSClientConfig): Promise<unknown> {
  let asked: unknown;
  const handle = async ({ method, path, headers, body }: Request): Promise<never> => {
    asked = { method, path, headers: Object.keys(headers).sort(), body: new TextDecoder().decode(body) };
    throw new Error('this is all that was to be known');
  };
  const nowhere = connection('http://127.0.0.1:9');
  const own = new SQSClient({ ...nowhere, ...settings, maxAttempts: 1, requestHandler: { handle } });
  const Entries = [{ Id: '0', MessageBody: TEXT, MessageGroupId: 'a', MessageDeduplicationId: 'b' }];
  const send = own.send(new SendMessageBatchCommand({ QueueUrl: 'http://127.0.0.1:9/queue', Entries }));
  await expect(send).rejects.toThrow('all that was to be known');
  return asked;
}

describe('what is said to a queue', () => {
  it('comes out as it went in', async () => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: TEXT }));
    await client.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [{ Id: '0', MessageBody: TEXT }] }),
    );

    expect(await takeAll(client, queueUrl)).toEqual([TEXT, TEXT]);
  });

  it('is what the SDK says by itself', async () => {
    expect(await askedWith({ protocol: QueueProtocol })).toEqual(await askedWith({}));
  });

  it('is answered with the queue’s own errors', async () => {
    const ask = new GetQueueAttributesCommand({ QueueUrl: `${queueUrl}-that-is-not-there` });

    await expect(client.send(ask)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});
