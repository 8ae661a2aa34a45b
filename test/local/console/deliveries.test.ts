import type { SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Delivery, REFUSED_TOPIC } from '../../../lib/core/ledger/delivery.ts';
import type { Store } from '../../../lib/core/policy/configuration/store.ts';
import { tellDeliveries } from '../../../lib/local/console/deliveries.ts';
import { lineAbout } from '../../../lib/local/console/line.ts';
import { createContext } from '../../../lib/local/gateway/lambda-context.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { createMemoryBodies, createMemoryDoorbell } from '../../../lib/local/memory/queue.ts';
import { createRecord } from '../../../lib/pipeline/record.ts';
import { recordingLog } from '../../support/log.ts';
import { sourceOf } from '../../support/sources.ts';
import { arrivalOf, arrivalWith, recordedDelivery } from '../../support/woocommerce.ts';
import { NOON } from '../../support/workshop.ts';

const DEMO: Store = { id: 'demo', kind: 'woocommerce', currency: 'EUR' };

let ledger: MemoryLedger;
let lines: string[];

beforeEach(() => {
  ledger = createMemoryLedger({ now: () => NOON });
  lines = [];
});

/** Tells of the real `record` on these deliveries as one batch. */
async function told(
  deliveries: readonly Delivery[],
  stores: readonly Store[] = [DEMO],
  failing = '',
): Promise<void> {
  const clock = { now: () => NOON, sleep: async () => undefined };
  const record = createRecord({
    stores,
    sourceOf,
    things: ledger,
    contacts: ledger,
    registers: ledger,
    doorbell: createMemoryDoorbell(clock),
    bodies: createMemoryBodies(),
    clock,
    log: recordingLog(() => undefined),
    metrics: { count: () => undefined },
  });
  const handler = tellDeliveries(
    async () => {
      if (failing !== '') return { batchItemFailures: [{ itemIdentifier: failing }] };
      await record(deliveries.map((delivery) => ({ delivery, redelivered: false })));
      return { batchItemFailures: [] };
    },
    { stores, sourceOf, things: ledger, say: (told) => void lines.push(lineAbout(told)) },
  );
  const Records = deliveries.map((delivery, index) => ({
    messageId: String(index),
    body: JSON.stringify(delivery),
  }));
  await handler({ Records } as SQSEvent, createContext('record', 60_000));
}

function inMessage({ body, ...arrival }: ReturnType<typeof arrivalOf>): Delivery {
  return { ...arrival, body: { in: 'message', base64: Buffer.from(body).toString('base64') } };
}

const recorded = (number: string) => inMessage(arrivalOf(recordedDelivery(number)));
const saying = (topic: string, content: unknown) => inMessage(arrivalWith(topic, content));

describe('a delivery', () => {
  it('is told with its topic, its order and what became of it', async () => {
    await told([recorded('0057')]);

    expect(lines).toEqual(['order.created     order 23                taken in: processing']);
  });

  it('that comes twice, in one batch or later, says nothing new', async () => {
    await told([recorded('0057'), recorded('0057')]);
    await told([recorded('0057')]);

    expect(lines.map((line) => line.split('   ').at(-1)?.trim())).toEqual([
      'taken in: processing',
      'nothing new',
      'nothing new',
    ]);
  });

  it('names its store where there are several', async () => {
    await told([recorded('0057')], [DEMO, { ...DEMO, id: 'other' }]);

    expect(lines).toEqual([expect.stringContaining('demo order 23')]);
  });

  it.each([
    ['order.updated', { id: 9, status: 'checkout-draft' }, 'left out: checkout-draft'],
    ['order.updated', 'nonsense', 'left out: malformed'],
    ['order.deleted', { id: 23 }, 'taken in'],
  ])('%s that says %j is told', async (topic, content, outcome) => {
    await told([saying(topic, content)]);

    expect(lines).toEqual([expect.stringMatching(new RegExp(`^${topic} .* ${outcome}$`))]);
  });

  it('that could not be recorded is told to come again, the others as usual', async () => {
    await told([recorded('0057'), saying('order.deleted', { id: 99 })], [DEMO], '1');

    expect(lines).toEqual([
      expect.stringMatching(/ taken in: processing$/),
      expect.stringMatching(/^order\.deleted +order 99 +could not be recorded: comes again$/),
    ]);
  });

  it('that is only a note of a wrong signature is not told', async () => {
    await told([{ ...recorded('0057'), topic: REFUSED_TOPIC }]);

    expect(lines).toEqual([]);
  });

  it('shows nothing that moves the cursor', async () => {
    const order = JSON.parse(recordedDelivery('0057').body) as object;
    await told([
      { ...saying('order.updated', { ...order, status: '\u001b[2Jwiped' }), topic: 'order.updated' },
      { ...recorded('0057'), topic: '\u001b[2Jwiped' },
    ]);

    expect(lines.join('\n')).not.toContain('\u001b');
  });
});

it('keeps nobody from recording where a store cannot be read', async () => {
  const calls: SQSEvent[] = [];
  const throwing = () => {
    throw new Error('odd');
  };
  const record = tellDeliveries(async (event) => void calls.push(event), {
    stores: [DEMO],
    sourceOf: (kind) => ({ ...sourceOf(kind), translate: throwing }),
    things: ledger,
    say: (told) => void lines.push(lineAbout(told)),
  });
  const body = JSON.stringify(recorded('0057'));

  await record({ Records: [{ messageId: '0', body }] } as SQSEvent, createContext('record', 60_000));

  expect(calls).toHaveLength(1);
  expect(lines).toEqual([]);
});
