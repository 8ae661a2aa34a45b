import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Contacts, DueContact } from '../../core/ports/ledger.ts';

/**
 * What is queued, in flight or due now, and contacts that are behind although nobody rings for them, because a failure
 * asked for patience. Not what is in step and due later by plan, nor what is parked or dropped.
 */
export interface Pending {
  readonly deliveries: number;
  readonly contacts: number;
  readonly effects: number;
}

export interface HealthParts {
  readonly sqs: SQSClient;
  readonly deliveriesQueueUrl: string;
  readonly contactsQueueUrl: string;
  readonly contacts: Pick<Contacts, 'due' | 'profile'>;
  readonly now: () => number;
}

/** More than this need not be told apart. */
const MOST = 1000;
/** While there is something to do anyway, no more than this are looked at to see whether they wait. */
const MOST_LOOKED_AT = 25;

/** Answers `GET /health` of the local gateway. */
export async function readHealth(
  parts: HealthParts,
): Promise<{ readonly status: 'ok'; readonly pending: Pending }> {
  const [deliveries, rings, live, later] = await Promise.all([
    depth(parts.sqs, parts.deliveriesQueueUrl),
    depth(parts.sqs, parts.contactsQueueUrl),
    parts.contacts.due('live', Number.MAX_SAFE_INTEGER, MOST),
    parts.contacts.due('later', Number.MAX_SAFE_INTEGER, MOST),
  ]);
  const listed = [...live, ...later];
  const now = parts.now();
  const due = listed.filter((contact) => contact.due <= now).length;
  const isBusy = deliveries + rings + due > 0;
  const others = listed.filter((contact) => contact.due > now).slice(0, isBusy ? MOST_LOOKED_AT : MOST);
  const waiting = await countBehind(parts, others);
  // A contact that is rung for is behind, too: the same ones are not counted twice.
  const contacts = Math.max(rings, due + waiting);
  return { status: 'ok', pending: { deliveries, contacts, effects: 0 } };
}

/** Of contacts on the work list: those in step are there only because something of theirs is due later. */
async function countBehind({ contacts }: HealthParts, some: readonly DueContact[]): Promise<number> {
  const profiles = await Promise.all(some.map(({ contact }) => contacts.profile(contact)));
  return profiles.filter((profile) => profile && profile.wanted !== profile.synced).length;
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
