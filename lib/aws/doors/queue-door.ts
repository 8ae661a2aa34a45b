import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Comeback, comebackSeconds } from '../queues/comeback.ts';
import { masked } from '../telemetry/scrub.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** A message that could be read. */
interface Readable<Message> {
  readonly record: SQSRecord;
  readonly message: Message;
}

export interface QueueWork<Message> {
  /** `undefined` for a message of no known shape: it is counted, and fails until it is a dead letter. */
  readonly read: (body: string, receives: number) => Message | undefined;
  /**
   * Resolves to the positions of messages that must come again. `letRest` is told of those among them that must not
   * come again soon: something may still be at work for them.
   */
  readonly work: (
    messages: readonly Message[],
    remainingMs: () => number,
    letRest: (position: number) => void,
  ) => Promise<ReadonlySet<number>>;
  /** Counts those that must come again. */
  readonly counter: 'DeliveryFailed' | 'ContactFailed';
  readonly comeback: Comeback;
}

/** Bringing messages back takes less, with all its tries. */
const COMEBACK_MS = 7_000;

/**
 * A function behind a queue that reports per message which must come again, and sees to it that they do so soon: their
 * visibility outlasts the longest run many times. A throw brings back the whole batch when that is over, because
 * nobody knows then what is still at work.
 */
export function queueDoor<Message>(queueWork: QueueWork<Message>, telemetry: Telemetry) {
  return async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
    const remainingMs = () => context.getRemainingTimeInMillis();
    try {
      const { again, resting } = await workOff(queueWork, event, { telemetry, remainingMs });
      const soon = again.filter(({ record }) => !resting.has(record));
      if (soon.length > 0 && remainingMs() > COMEBACK_MS)
        await bringBack(queueWork.comeback, soon, telemetry);
      return { batchItemFailures: again.map(({ record }) => ({ itemIdentifier: record.messageId })) };
    } catch (error) {
      telemetry.log.error('A batch could not be worked on; it will come again', {}, error);
      throw masked(error);
    } finally {
      telemetry.flush();
    }
  };
}

interface Invocation {
  readonly telemetry: Telemetry;
  readonly remainingMs: () => number;
}

/** A message that must come again. */
interface Again {
  readonly record: SQSRecord;
  readonly isReadable: boolean;
}

async function workOff<Message>(
  { read, work, counter }: QueueWork<Message>,
  { Records }: SQSEvent,
  { telemetry, remainingMs }: Invocation,
): Promise<{ readonly again: readonly Again[]; readonly resting: ReadonlySet<SQSRecord> }> {
  const messages: Readable<Message>[] = [];
  const again: Again[] = [];
  for (const record of Records) {
    const message = read(record.body, receivesOf(record));
    if (message !== undefined) messages.push({ record, message });
    else again.push({ record, isReadable: false });
  }
  tellUnreadable(again, telemetry);
  const resting = new Set<SQSRecord>();
  const failed = await work(
    messages.map(({ message }) => message),
    remainingMs,
    (position) => void resting.add((messages[position] as Readable<Message>).record),
  );
  if (failed.size > 0) telemetry.metrics.count(counter, failed.size);
  const positions = [...messages.entries()].filter(([position]) => failed.has(position));
  return { again: [...again, ...positions.map(([, { record }]) => ({ record, isReadable: true }))], resting };
}

function tellUnreadable(unreadable: readonly Again[], { log, metrics }: Telemetry): void {
  for (const { record } of unreadable) {
    metrics.count('MessageUnreadable');
    const { messageId } = record;
    log.error('A message has no known shape; was it put here by hand, or by a newer version?', { messageId });
  }
}

/** A failure costs time and nothing else: the messages come again when their visibility ends. */
async function bringBack(comeback: Comeback, again: readonly Again[], { log }: Telemetry): Promise<void> {
  try {
    await comeback(
      again.map(({ record, isReadable }) => ({
        receiptHandle: record.receiptHandle,
        afterSeconds: waitOf(record, isReadable),
      })),
    );
  } catch (error) {
    log.warn('Failed messages come again later than they could', { messages: again.length }, error);
  }
}

/** A lane must not wait behind what nobody can read: it is through with its tries within a minute. */
function waitOf(record: SQSRecord, isReadable: boolean): number {
  const isInLane = record.attributes.MessageGroupId !== undefined;
  return comebackSeconds(isInLane && !isReadable ? 1 : receivesOf(record));
}

function receivesOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}
