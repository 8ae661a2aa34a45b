import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emulated, temporaryDirectory } from './emulated.ts';

/** Time stands still, so that no message comes back before a test lets it pass. */
beforeEach(() => letPass(0));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function letPass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1_000);
}

/** The longest that a receive may wait. */
const WAIT_SECONDS = 20;

type Queue = { readonly sqs: SQSClient; readonly url: string };
type Sent = { group: string; id: string };

async function send({ sqs, url }: Queue, body: string, fifo?: Sent) {
  const ordering = fifo && { MessageGroupId: fifo.group, MessageDeduplicationId: fifo.id };
  return await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...ordering }));
}

async function receive({ sqs, url }: Queue, waitSeconds = 0): Promise<Message[]> {
  const request = { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds };
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ ...request, MessageSystemAttributeNames: ['All'] }),
  );
  return Messages ?? [];
}

async function release({ sqs, url }: Queue, messages: readonly Message[]): Promise<void> {
  for (const { ReceiptHandle } of messages) {
    const request = { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 };
    await sqs.send(new ChangeMessageVisibilityCommand(request));
  }
}

async function remove({ sqs, url }: Queue, messages: readonly Message[]): Promise<void> {
  for (const { ReceiptHandle } of messages) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  }
}

async function counts({ sqs, url }: Queue) {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes?.ApproximateNumberOfMessages),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}

/** Watches for receives that wait in the emulator: each has a timer of its own for when its time is up. */
function watchReceives(): { waiting(count: number): Promise<void> } {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const count = () => timers.mock.calls.filter(([, ms]) => ms === WAIT_SECONDS * 1_000).length;
  return {
    /** Resolves when so many have begun to wait; in turns of the loop, because timers may stand still. */
    waiting: async (expected) => {
      for (let turn = 0; turn < 1_000_000 && count() < expected; turn += 1) await new Promise(setImmediate);
      expect(count()).toBe(expected);
    },
  };
}

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

describe('the deliveries queue', () => {
  it('takes a message of one MiB and refuses a larger one', async () => {
    const { sqs, resources } = await emulated();
    const queue = { sqs, url: resources.deliveriesQueueUrl };
    const largest = 'x'.repeat(1024 * 1024);

    await send(queue, largest);
    const refused = send(queue, `${largest}x`);

    await expect(refused).rejects.toThrow(/shorter than 1048576 bytes/);
    expect(bodies(await receive(queue))).toEqual([largest]);
  });

  it('takes every character SQS takes, emoji too', async () => {
    const { sqs, resources } = await emulated();
    const queue = { sqs, url: resources.deliveriesQueueUrl };

    await send(queue, 'Zażółć 🎉 𝒳');
    const refused = send(queue, 'bell \u0007');

    await expect(refused).rejects.toThrow(/Invalid characters/);
    expect(bodies(await receive(queue))).toEqual(['Zażółć 🎉 𝒳']);
  });

  it('answers a waiting receive when a message comes, and not when its time is up', async () => {
    const { sqs, resources } = await emulated();
    const queue = { sqs, url: resources.deliveriesQueueUrl };
    // From here on no timer goes off.
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
    const receives = watchReceives();

    for (const [before, body] of ['one', 'two', 'three'].entries()) {
      const received = receive(queue, WAIT_SECONDS);
      await receives.waiting(before + 1);
      await send(queue, body);
      expect(bodies(await received)).toEqual([body]);
    }
  });

  it('gives nothing to a waiting receive whose client hung up', async () => {
    const { sqs, resources } = await emulated();
    const queue = { sqs, url: resources.deliveriesQueueUrl };
    const hangUp = new AbortController();
    const receives = watchReceives();
    const request = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: WAIT_SECONDS });
    const waiting = sqs.send(request, { abortSignal: hangUp.signal });
    await receives.waiting(1);
    hangUp.abort();
    await expect(waiting).rejects.toThrow('aborted');
    // What comes after it is seen after it.
    await counts(queue);

    await send(queue, 'hello');

    expect(bodies(await receive(queue))).toEqual(['hello']);
  });

  it('counts what is visible and what is in flight', async () => {
    const { sqs, resources } = await emulated();
    const queue = { sqs, url: resources.deliveriesQueueUrl };
    await send(queue, 'one');
    await receive(queue);
    await send(queue, 'two');

    const counted = await counts(queue);

    expect(counted).toEqual({ visible: 1, inFlight: 1 });
  });

  it('moves a message to the dead letters when it is received for the ninth time', async () => {
    const { sqs, resources } = await emulated({ dataDir: await temporaryDirectory() });
    const queue = { sqs, url: resources.deliveriesQueueUrl };
    await send(queue, 'poison');
    for (let time = 1; time <= 8; time += 1) {
      const received = await receive(queue);
      expect(received[0]?.Attributes?.ApproximateReceiveCount).toBe(String(time));
      await release(queue, received);
    }

    const ninth = await receive(queue);

    expect(ninth).toEqual([]);
    const dead = await receive({ sqs, url: resources.deliveriesDeadLettersQueueUrl });
    expect(bodies(dead)).toEqual(['poison']);
    expect(await counts(queue)).toEqual({ visible: 0, inFlight: 0 });
  });
});

describe('the contacts queue', () => {
  it('gives one message of each group and holds the rest of a group back until it is deleted', async () => {
    const { sqs, resources } = await emulated();
    const queue = { sqs, url: resources.contactsQueueUrl };
    await send(queue, 'a1', { group: 'a', id: 'a1' });
    await send(queue, 'a2', { group: 'a', id: 'a2' });
    await send(queue, 'b1', { group: 'b', id: 'b1' });

    const first = await receive(queue);
    const second = await receive(queue);
    await remove(queue, first);
    const third = await receive(queue);

    expect(bodies(first)).toEqual(['a1', 'b1']);
    expect(second).toEqual([]);
    expect(bodies(third)).toEqual(['a2']);
  });

  it('gives a failed message again before the later ones of its group', async () => {
    const { sqs, resources } = await emulated({ visibilityTimeoutSeconds: 4 });
    const queue = { sqs, url: resources.contactsQueueUrl };
    await send(queue, 'a1', { group: 'a', id: 'a1' });
    await send(queue, 'a2', { group: 'a', id: 'a2' });
    await receive(queue);

    letPass(3);
    const tooEarly = await receive(queue);
    letPass(1);
    const again = await receive(queue);

    expect(bodies(tooEarly)).toEqual([]);
    expect(bodies(again)).toEqual(['a1']);
    expect(again[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('takes a deduplication id once', async () => {
    const { sqs, resources } = await emulated();
    const queue = { sqs, url: resources.contactsQueueUrl };

    const first = await send(queue, 'ring', { group: 'a', id: 'same' });
    const second = await send(queue, 'ring', { group: 'a', id: 'same' });

    expect(second.MessageId).toBe(first.MessageId);
    expect(await counts(queue)).toEqual({ visible: 1, inFlight: 0 });
  });
});

describe('the queues after a restart', () => {
  it('remember deduplication ids, also of messages that are gone', async () => {
    const dataDir = await temporaryDirectory();
    const before = await emulated({ dataDir });
    const first = { sqs: before.sqs, url: before.resources.contactsQueueUrl };
    await send(first, 'ring', { group: 'a', id: 'same' });
    await remove(first, await receive(first));
    await before.close();

    const { sqs, resources } = await emulated({ dataDir });
    const queue = { sqs, url: resources.contactsQueueUrl };
    await send(queue, 'ring', { group: 'a', id: 'same' });
    await send(queue, 'ring', { group: 'a', id: 'other' });

    expect(await counts(queue)).toEqual({ visible: 1, inFlight: 0 });
  });

  it('keep order, locks, receive counts and visibility timeouts', async () => {
    const dataDir = await temporaryDirectory();
    const before = await emulated({ dataDir, visibilityTimeoutSeconds: 4 });
    const first = { sqs: before.sqs, url: before.resources.contactsQueueUrl };
    for (const id of ['a1', 'a2', 'b1']) await send(first, id, { group: id.slice(0, 1), id });
    await receive(first);
    await before.close();

    const { sqs, resources } = await emulated({ dataDir, visibilityTimeoutSeconds: 4 });
    const queue = { sqs, url: resources.contactsQueueUrl };
    letPass(3);
    const tooEarly = await receive(queue);
    letPass(1);
    const afterTimeout = await receive(queue);

    expect(tooEarly).toEqual([]);
    expect(bodies(afterTimeout)).toEqual(['a1', 'b1']);
    expect(afterTimeout[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
    await remove(queue, afterTimeout);
    expect(bodies(await receive(queue))).toEqual(['a2']);
  });

  it('are found under the new address', async () => {
    const dataDir = await temporaryDirectory();
    const before = await emulated({ dataDir });
    await before.close();

    const { resources, endpoints } = await emulated({ dataDir });

    expect(resources.deliveriesQueueUrl).toBe(`${endpoints.sqs}/000000000000/deliveries`);
  });

  it('keep a message that was made visible at once', async () => {
    const dataDir = await temporaryDirectory();
    const before = await emulated({ dataDir });
    const first = { sqs: before.sqs, url: before.resources.deliveriesQueueUrl };
    await send(first, 'hello');
    await release(first, await receive(first));
    await before.close();

    const { sqs, resources } = await emulated({ dataDir });
    const received = await receive({ sqs, url: resources.deliveriesQueueUrl });

    expect(received[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
  });
});
