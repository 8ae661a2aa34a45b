import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { beforeEach, expect, it } from 'vitest';
import { createLedger } from '../../../lib/aws/ledger/ledger.ts';
import { createDoorbell } from '../../../lib/aws/queues/queue.ts';
import { readHealth } from '../../../lib/local/bridge/health.ts';
import { keyOf, MINUTE, NOON } from '../../support/workshop.ts';
import { emulated } from '../aws/emulated.ts';

const AWAY = { doubt: false, waiting: { code: 'unreachable', message: 'Nobody answers.' } };

let world: Awaited<ReturnType<typeof openWorld>>;

async function openWorld() {
  const { dynamodb, sqs, resources } = await emulated();
  const ledger = createLedger({ client: dynamodb, tableName: resources.tableName });
  const doorbell = createDoorbell({ client: sqs, queueUrl: resources.contactsQueueUrl });
  const pending = async () => {
    const parts = { ...resources, sqs, contacts: ledger, now: () => NOON };
    return (await readHealth(parts)).pending;
  };
  /** A contact that is behind, due in a minute: whoever wanted it has rung, or is about to. */
  const want = (name: string) => ledger.want(keyOf(name), name, NOON + MINUTE);
  return { sqs, resources, ledger, doorbell, pending, want };
}

const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';

beforeEach(async () => {
  world = await openWorld();
});

it('counts nothing where there is nothing to do', async () => {
  expect(await world.pending()).toEqual({ deliveries: 0, contacts: 0, effects: 0 });
});

it('counts deliveries in the queue', async () => {
  const { sqs, resources } = world;
  const Entries = [1, 2].map((id) => ({ Id: String(id), MessageBody: '{}' }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: resources.deliveriesQueueUrl, Entries }));

  expect(await world.pending()).toMatchObject({ deliveries: 2 });
});

it('counts a contact that is behind once, rung for or not', async () => {
  await world.want(ANNA);
  expect(await world.pending()).toMatchObject({ contacts: 1 });

  await world.doorbell.ring([{ contact: keyOf(ANNA), wanted: 1, attempts: 0 }]);
  expect(await world.pending()).toMatchObject({ contacts: 1 });

  await world.want(BEN);
  expect(await world.pending()).toMatchObject({ contacts: 2 });
});

it.each(['live', 'later'] as const)(
  'counts a contact that waits because Mautic is away, however long (%s work)',
  async (shard) => {
    const { ledger } = world;
    await world.want(ANNA);
    if (shard === 'later') {
      await ledger.settle(keyOf(ANNA), 1, {});
      await ledger.wantLater(keyOf(ANNA), NOON);
    }

    await ledger.defer(keyOf(ANNA), NOON + 60 * MINUTE, AWAY);

    expect(await world.pending()).toEqual({ deliveries: 0, contacts: 1, effects: 0 });
  },
);

it('does not count what is in step and due later by plan, but once it is due', async () => {
  const { ledger } = world;
  await world.want(ANNA);
  await world.want(BEN);

  await ledger.settle(keyOf(ANNA), 1, { nextDue: NOON + 1 });
  await ledger.settle(keyOf(BEN), 1, {});
  expect(await world.pending()).toMatchObject({ contacts: 0 });

  await ledger.settle(keyOf(ANNA), 1, { nextDue: NOON });
  expect(await world.pending()).toMatchObject({ contacts: 1 });
});

it('finds the one that waits behind many that are in step', async () => {
  const { ledger } = world;
  for (let index = 0; index < 40; index += 1) {
    const name = `n${String(index)}@example.test`;
    await world.want(name);
    await ledger.settle(keyOf(name), 1, { nextDue: NOON + index + 1 });
  }
  await world.want(ANNA);
  await ledger.defer(keyOf(ANNA), NOON + 60 * MINUTE, AWAY);

  expect(await world.pending()).toMatchObject({ contacts: 1 });
});

it('does not count what is parked', async () => {
  await world.want(ANNA);

  await world.ledger.park(keyOf(ANNA), 1, { code: 'crashes', message: 'Look at the log', at: NOON });

  expect(await world.pending()).toMatchObject({ contacts: 0 });
});
