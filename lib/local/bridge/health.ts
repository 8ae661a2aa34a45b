import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Contacts } from '../../core/ports/ledger.ts';

/** What is queued, in flight or due now; not what is due later, parked or dropped. */
export interface Pending {
  readonly deliveries: number;
  readonly contacts: number;
  readonly effects: number;
}

export interface HealthParts {
  readonly sqs: SQSClient;
  readonly deliveriesQueueUrl: string;
  readonly contactsQueueUrl: string;
  readonly contacts: Contacts;
  readonly now: () => number;
}

/** More than this need not be told apart. */
const MOST = 1000;

/** Answers `GET /health` of the local gateway. */
export async function readHealth(
  parts: HealthParts,
): Promise<{ readonly status: 'ok'; readonly pending: Pending }> {
  const [deliveries, rings, live, later] = await Promise.all([
    depth(parts.sqs, parts.deliveriesQueueUrl),
    depth(parts.sqs, parts.contactsQueueUrl),
    parts.contacts.due('live', parts.now(), MOST),
    parts.contacts.due('later', parts.now(), MOST),
  ]);
  return { status: 'ok', pending: { deliveries, contacts: rings + live.length + later.length, effects: 0 } };
}

async function depth(sqs: SQSClient, queueUrl: string): Promise<number> {
  const answer = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: inFlight } =
    answer.Attributes ?? {};
  return Number(visible ?? 0) + Number(inFlight ?? 0);
}
