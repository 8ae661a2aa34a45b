import { describe, expect, it } from 'vitest';
import { queueDoor } from '../../lib/aws/doors/queue-door.ts';
import { scheduledDoor } from '../../lib/aws/doors/scheduled-door.ts';
import { createContext } from '../../lib/local/gateway/lambda-context.ts';
import { createSqsEvent } from '../../lib/local/gateway/sqs-event.ts';
import { recordingLog } from '../support/log.ts';

const rest = { counter: 'ContactFailed', comeback: async () => undefined } as const;
const telemetry = { log: recordingLog(), metrics: { count: () => undefined }, flush: () => undefined };

async function work(): Promise<never> {
  throw new Error('ada@example.test is locked');
}

/** What Lambda prints of an invocation that failed: name, message and stack, as they are. */
async function printedByLambda(handled: Promise<unknown>): Promise<string> {
  return handled.then(
    () => '',
    (error: unknown) =>
      error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : '',
  );
}

describe('an error that a door throws on', () => {
  it('is thrown, so that CloudWatch counts it and the queue brings the batch back', async () => {
    const event = createSqsEvent([], 'arn');
    const queue = queueDoor({ read: () => undefined, work, ...rest }, telemetry);

    await expect(queue(event, createContext('sync', 1_000))).rejects.toThrow('is locked');
    await expect(scheduledDoor(work, telemetry)()).rejects.toThrow('is locked');
  });

  it('of a queue is masked, because Lambda prints it', async () => {
    const queue = queueDoor({ read: () => undefined, work, ...rest }, telemetry);

    const printed = await printedByLambda(queue(createSqsEvent([], 'arn'), createContext('sync', 1_000)));

    expect(printed).not.toContain('ada@');
  });

  it('of a schedule is masked, because Lambda prints it', async () => {
    expect(await printedByLambda(scheduledDoor(work, telemetry)())).not.toContain('ada@');
  });
});
