import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { masked } from './scrub.ts';
import type { Telemetry } from './telemetry.ts';

/** A message that could be read. */
interface Readable<Message> {
  readonly id: string;
  readonly message: Message;
}

export interface QueueWork<Message> {
  /** `undefined` for a message of no known shape: it is acknowledged and counted, a retry would not mend it. */
  readonly read: (body: string, receives: number) => Message | undefined;
  /** Resolves to the positions of messages that must come again. */
  readonly work: (messages: readonly Message[], remainingMs: () => number) => Promise<ReadonlySet<number>>;
}

/** A function behind a queue that reports per message which must come again; a throw brings back the whole batch. */
export function queueDoor<Message>({ read, work }: QueueWork<Message>, telemetry: Telemetry) {
  return async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
    try {
      const messages = event.Records.flatMap((record) => readable(record, read, telemetry));
      const again = await work(
        messages.map(({ message }) => message),
        () => context.getRemainingTimeInMillis(),
      );
      const failures = messages.filter((_message, position) => again.has(position));
      return { batchItemFailures: failures.map(({ id }) => ({ itemIdentifier: id })) };
    } catch (error) {
      telemetry.log.error('A batch could not be worked on; it will come again', {}, error);
      throw masked(error);
    } finally {
      telemetry.flush();
    }
  };
}

function readable<Message>(
  { messageId, body, attributes }: SQSRecord,
  read: QueueWork<Message>['read'],
  { log, metrics }: Telemetry,
): readonly Readable<Message>[] {
  const message = read(body, Number(attributes.ApproximateReceiveCount));
  if (message !== undefined) return [{ id: messageId, message }];
  metrics.count('MessageUnreadable');
  log.error('Dropped a message of no known shape; was it put here by hand, or by a newer version?', {
    messageId,
  });
  return [];
}
