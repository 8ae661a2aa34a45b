import { createHmac, timingSafeEqual } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The least a webhook receiver can do: verify the signature, put the body into the queue, say 200. */

const secret = process.env['WEBHOOK_SECRET'] ?? '';
const QueueUrl = process.env['DELIVERIES_QUEUE_URL'] ?? '';
const agent = { keepAlive: true, maxSockets: 50 };
const client = new SQSClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, httpAgent: agent, httpsAgent: agent },
});

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { headers, body = '' } = event;
  const digest = createHmac('sha256', secret).update(body).digest();
  const signature = Buffer.from(headers['x-wc-webhook-signature'] ?? '', 'base64');
  if (signature.length !== digest.length || !timingSafeEqual(signature, digest)) return { statusCode: 401 };
  const message = {
    topic: headers['x-wc-webhook-topic'],
    webhookId: headers['x-wc-webhook-id'],
    deliveryId: headers['x-wc-webhook-delivery-id'],
    body,
  };
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  return { statusCode: 200, body: 'accepted' };
}
