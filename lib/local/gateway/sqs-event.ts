import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda';

/** Lambda invokes with 6 MB at most, so a batch of large messages becomes several events. */
const LARGEST_EVENT = 6 * 1024 * 1024;

export type ReceivedMessage = Message & { readonly MessageId: string; readonly ReceiptHandle: string };

export function isReceived(message: Message): message is ReceivedMessage {
  return message.MessageId !== undefined && message.ReceiptHandle !== undefined;
}

/** Makes the event that Lambda's SQS event source would make of these messages. */
export function createSqsEvent(messages: readonly ReceivedMessage[], queueArn: string): SQSEvent {
  return { Records: messages.map((message) => createRecord(message, queueArn)) };
}

/** Cuts a batch, in order, into parts that each fit into one invocation. */
export function splitByPayload(messages: readonly ReceivedMessage[]): ReceivedMessage[][] {
  const parts: ReceivedMessage[][] = [];
  let size = 0;
  for (const message of messages) {
    const bytes = Buffer.byteLength(JSON.stringify(createRecord(message, '')));
    const current = parts.at(-1);
    if (current && size + bytes <= LARGEST_EVENT) current.push(message);
    else parts.push([message]);
    size = current === parts.at(-1) ? size + bytes : bytes;
  }
  return parts;
}

function createRecord(message: ReceivedMessage, queueArn: string): SQSRecord {
  const attributes = message.Attributes ?? {};
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body ?? '',
    attributes: {
      ...attributes,
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: attributes.SentTimestamp ?? '',
      SenderId: attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? '',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, createAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}

function createAttribute(value: MessageAttributeValue): SQSMessageAttribute {
  const { DataType = 'String', StringValue, BinaryValue } = value;
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
