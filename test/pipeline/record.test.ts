import { beforeEach, describe, expect, test } from 'vitest';
import type { Ring } from '../../lib/core/contact/contact.ts';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import { type ContactKey, normaliseEmail } from '../../lib/core/ledger/email.ts';
import { type Ref, refName } from '../../lib/core/ledger/snapshot.ts';
import type { Contacts, Things } from '../../lib/core/ports/ledger.ts';
import type { Doorbell } from '../../lib/core/ports/queues.ts';
import { createMemoryLedger, type MemoryLedger } from '../../lib/local/memory/ledger.ts';
import {
  createMemoryBodies,
  createMemoryDoorbell,
  type MemoryDoorbell,
} from '../../lib/local/memory/queue.ts';
import type { Received, RecordParts } from '../../lib/pipeline/record/parts.ts';
import { createRecord } from '../../lib/pipeline/record.ts';
import { orderRef, productRef } from '../contracts/samples.ts';
import { type Line, recordingLog } from '../support/log.ts';
import { sourceOf } from '../support/sources.ts';
import { arrivalOf, arrivalWith, bodyOf, recordedDelivery } from '../support/woocommerce.ts';

const NOW = Date.parse('2026-12-01T00:00:00Z');
const HELENE = contact('helene@example.test');
const ADA = contact('ada@example.test');

let ledger: MemoryLedger;
let doorbell: MemoryDoorbell;
let bodies: ReturnType<typeof createMemoryBodies>;
/** Calls of the ports that change something, as "save order/demo/23". */
let calls: string[];
let counted: Record<string, number>;
let logged: { level: string; message: string; text: string }[];
let now: number;

beforeEach(() => {
  now = NOW;
  ledger = createMemoryLedger();
  doorbell = createMemoryDoorbell({ now: () => now });
  bodies = createMemoryBodies();
  calls = [];
  counted = {};
  logged = [];
});

function contact(email: string): ContactKey {
  const address = normaliseEmail(email);
  if (!address.usable) throw new Error('not usable');
  return address.key;
}

/** The port, with every call of these methods noted before it happens. */
function watched<Port extends object>(port: Port, ...methods: readonly (keyof Port)[]): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !methods.some((method) => method === name)) return member;
      return (...args: readonly unknown[]): unknown => {
        calls.push([String(name), ...args.flatMap(subjectOf)].join(' '));
        return member.apply(target, args);
      };
    },
  });
}

function subjectOf(argument: unknown): readonly string[] {
  if (Array.isArray(argument)) return [String(argument.length)];
  if (typeof argument === 'string') return argument.includes('@') ? [argument] : [];
  return typeof argument === 'object' && argument && 'kind' in argument ? [refName(argument as Ref)] : [];
}

function count(name: string, value = 1): void {
  counted[name] = (counted[name] ?? 0) + value;
}

/** The ports of `record`, with every write noted before it happens. */
function parts(change: Partial<RecordParts> = {}): RecordParts {
  const note = (line: Line) => {
    // The thread has a test of its own.
    if (line.message !== 'Recorded') logged.push({ ...line, text: JSON.stringify(line) });
  };
  return {
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
    sourceOf,
    things: watched<Things>(ledger, 'save', 'point'),
    contacts: watched<Contacts>(ledger, 'want', 'wantAgain'),
    doorbell: watched<Doorbell>(doorbell, 'ring'),
    bodies,
    clock: { now: () => now, sleep: async () => undefined },
    log: recordingLog(note),
    metrics: { count },
    ...change,
  };
}

function message({ body, ...arrival }: ReturnType<typeof arrivalOf>): Delivery {
  return { ...arrival, body: { in: 'message', base64: Buffer.from(body).toString('base64') } };
}

function one(number: string, redelivered = false): Received {
  return { delivery: message(arrivalOf(recordedDelivery(number))), redelivered };
}

function received(numbers: readonly string[], redelivered = false): Received[] {
  return numbers.map((number) => one(number, redelivered));
}

/** A delivery of recording 0057 with other fields. */
function changed(fields: Readonly<Record<string, unknown>>, topic = 'order.updated'): Received {
  return { delivery: message(arrivalWith(topic, { ...bodyOf('0057'), ...fields })), redelivered: false };
}

function withEmail(email: string, modified = '2026-11-21T23:07:47'): Received {
  const billing = { ...(bodyOf('0057')['billing'] as object), email };
  return changed({ billing, date_modified_gmt: modified });
}

async function record(batch: readonly Received[], change: Partial<RecordParts> = {}): Promise<number[]> {
  return [...(await createRecord(parts(change))(batch))].sort((a, b) => a - b);
}

async function recordNumbers(...numbers: readonly string[]): Promise<number[]> {
  return record(received(numbers));
}

/** Mautic has everything of this contact. */
async function settle(key: ContactKey): Promise<void> {
  await ledger.settle(key, (await ledger.profile(key))?.wanted ?? 0, {});
  doorbell.take();
}

const refused = async (): Promise<never> => {
  throw new Error('throttled');
};

describe('a batch', () => {
  test('writes an order once, however many deliveries tell of it (0056, 0057, 0059)', async () => {
    expect(await recordNumbers('0057', '0059', '0056')).toEqual([]);

    expect(calls.filter((call) => call.startsWith('save'))).toEqual(['save order/demo/23']);
    expect(ledger.contents().things['order/demo/23']).toMatchObject({ data: { status: 'completed' } });
    expect(counted).toMatchObject({ SnapshotFolded: 3, ContactRung: 1 });
  });

  test('points to an order before it writes it, then tells its contact, then rings', async () => {
    await recordNumbers('0057');

    expect(calls).toEqual([
      'point order/demo/23',
      'save order/demo/23',
      'want helene@example.test',
      'ring 1',
    ]);
  });

  test('tells and rings a contact once for several orders, after all of them (0057, 0071, 0078)', async () => {
    await recordNumbers('0057', '0071', '0078');

    expect(calls.slice(-2)).toEqual(['want helene@example.test', 'ring 1']);
    expect(calls.filter((call) => call.startsWith('save'))).toHaveLength(3);
    expect(doorbell.take()).toEqual([{ contact: HELENE, wanted: 1, attempts: 0 }]);
  });

  test('rings all contacts with one call (0161, 0165, 0168)', async () => {
    await recordNumbers('0161', '0165', '0168');

    expect(calls.filter((call) => call.startsWith('ring'))).toEqual(['ring 3']);
    expect(counted).toMatchObject({ ContactRung: 3 });
  });

  test('keeps an order with 100 lines whole', async () => {
    const [line] = bodyOf('0057')['line_items'] as Record<string, unknown>[];
    const line_items = Array.from({ length: 100 }, (_, index) => ({ ...line, sku: `SKU-${String(index)}` }));

    expect(await record([changed({ line_items })])).toEqual([]);

    const state = ledger.contents().things['order/demo/23'];
    expect(state?.type === 'order' && state.data?.lines.map(({ sku }) => sku)).toEqual(
      line_items.map(({ sku }) => sku),
    );
  });
});

describe('a repetition', () => {
  test('tells the contact again but does not ring while it is behind', async () => {
    await recordNumbers('0057');
    doorbell.take();
    calls = [];

    await recordNumbers('0057');

    expect(calls).toEqual(['want helene@example.test']);
    expect(await ledger.profile(HELENE)).toMatchObject({ wanted: 2, work: 'live', due: NOW + 60_000 });
  });

  test('rings when the contact was in step', async () => {
    await recordNumbers('0057');
    await settle(HELENE);

    await recordNumbers('0057');

    expect(doorbell.take()).toEqual([{ contact: HELENE, wanted: 2, attempts: 0 }]);
  });

  test('that comes back from the queue rings in any case: the first try may have ended before it did', async () => {
    await recordNumbers('0057');
    doorbell.take();

    await record(received(['0057'], true));

    expect(doorbell.take()).toMatchObject([{ contact: HELENE, wanted: 2, attempts: 0 }]);
  });

  test('that comes back says that the first try may have died, unless nobody had rung before', async () => {
    const rings: Ring[] = [];
    const ring = async (all: readonly Ring[]) => void rings.push(...all);

    await record(received(['0057'], true), { doorbell: { ...doorbell, ring } });
    await record(received(['0057'], true), { doorbell: { ...doorbell, ring } });

    expect(rings.map(({ wanted, doubt }) => [wanted, doubt])).toEqual([
      [1, undefined],
      [2, true],
    ]);
  });

  test('mends what a try left undone that ended after the pointer', async () => {
    expect(await record(received(['0057']), { things: { ...parts().things, save: refused } })).toEqual([0]);
    expect(ledger.contents()).toMatchObject({ things: {}, pointers: { [HELENE]: ['order/demo/23'] } });

    expect(await record(received(['0057'], true))).toEqual([]);

    expect(ledger.contents().profiles[HELENE]).toMatchObject({ wanted: 1 });
    expect(doorbell.take()).toHaveLength(1);
  });

  test('mends what a try left undone that ended before the contact was told', async () => {
    expect(await record(received(['0057']), { contacts: { ...ledger, want: refused } })).toEqual([0]);
    expect(ledger.contents().profiles).toEqual({});

    expect(await record(received(['0057'], true))).toEqual([]);

    expect(doorbell.take()).toEqual([{ contact: HELENE, wanted: 1, attempts: 0 }]);
  });
});

describe('what leaves no trace', () => {
  test.each([
    ['a checkout in progress', '0094', 'checkout-draft'],
    ['a signed error document', '0152', 'error-document'],
    ['a product.deleted, which pages send too', '0197', 'product-deletion'],
    ['a coupon', '0040', 'unknown-topic'],
  ])('is %s (%s), counted with its reason', async (_what, number, reason) => {
    expect(await recordNumbers(number)).toEqual([]);

    expect(calls).toEqual([]);
    expect(ledger.contents()).toEqual({ things: {}, pointers: {}, profiles: {} });
    expect(counted).toEqual({ DeliveryDropped: 1 });
    expect(logged).toMatchObject([{ level: 'info', message: 'Dropped a delivery' }]);
    expect(logged[0]?.text).toContain(`"reason":"${reason}"`);
  });

  test('is a body that is no JSON, a store nobody knows, and a body whose time in the bucket is over', async () => {
    const whole = one('0057');
    const batch = [
      message(arrivalWith('order.created', 'no JSON')),
      { ...whole.delivery, store: 'closed' },
      { ...whole.delivery, body: { in: 'bucket', key: 'bodies/expired' } as const },
    ].map((delivery): Received => ({ ...whole, delivery }));

    expect(await record(batch)).toEqual([]);

    expect(calls).toEqual([]);
    expect(counted).toEqual({ DeliveryDropped: 3, DeliveryUnusable: 1 });
    const said = logged.map(({ text }) => text).join('\n');
    for (const reason of ['malformed', 'unknown-store', 'body-expired']) expect(said).toContain(reason);
  });
});

describe('a body in the bucket', () => {
  test('is read from there', async () => {
    const { body, ...arrival } = arrivalOf(recordedDelivery('0057'));
    await bodies.put('bodies/demo/1', body);
    const delivery: Delivery = { ...arrival, body: { in: 'bucket', key: 'bodies/demo/1' } };

    expect(await record([{ delivery, redelivered: false }])).toEqual([]);

    expect(Object.keys(ledger.contents().things)).toEqual(['order/demo/23']);
  });

  test('comes again when the bucket fails, the rest of the batch does not', async () => {
    const first = one('0057');
    const body = { in: 'bucket', key: 'bodies/demo/1' } as const;
    const batch = [{ ...first, delivery: { ...first.delivery, body } }, one('0161')];

    expect(await record(batch, { bodies: { ...bodies, get: refused } })).toEqual([0]);

    expect(Object.keys(ledger.contents().things)).toEqual(['order/demo/58']);
    expect(counted['DeliveryDropped']).toBeUndefined();
  });
});

describe('an order whose address was edited', () => {
  const [before, after] = [
    withEmail('ada@example.test'),
    withEmail('helene@example.test', '2026-11-21T23:09:00'),
  ];

  test.each([
    ['one after the other', [[before], [after]]],
    ['with the older body last', [[after], [before]]],
    ['in one batch', [[before, after]]],
    ['in one batch with the older body last', [[after, before]]],
  ])('belongs to the newer one, and both contacts are told: %s', async (_how, batches) => {
    for (const batch of batches) await record(batch);

    expect(ledger.contents().things['order/demo/23']).toMatchObject({ contact: HELENE });
    expect(
      doorbell
        .take()
        .map((ring) => ring.contact)
        .sort(),
    ).toEqual([HELENE, ADA].sort());
    expect(ledger.contents().pointers).toEqual({ [HELENE]: ['order/demo/23'], [ADA]: ['order/demo/23'] });
  });

  test('still tells the one it left, of every later change', async () => {
    await record([before, after]);
    await settle(HELENE);
    await settle(ADA);

    await record([withEmail('helene@example.test', '2026-11-21T23:10:00')]);

    expect(new Set(doorbell.take().map((ring) => ring.contact))).toEqual(new Set([HELENE, ADA]));
  });
});

describe('an address that Mautic would change', () => {
  test('is named by its reason and its order, never by itself', async () => {
    await record([withEmail('hélène dupont@example.test')]);

    expect(logged).toMatchObject([{ level: 'warn' }]);
    expect(logged[0]?.text).toContain('"ref":"order/demo/23"');
    expect(logged[0]?.text).toContain('"reason":"local-part-non-ascii"');
    expect(logged[0]?.text).not.toMatch(/dupont|@/);
    expect(ledger.contents()).toMatchObject({ pointers: {}, profiles: {} });
  });

  test('is kept with the order, and nobody is told', async () => {
    await record([withEmail('hélène dupont@example.test')]);

    expect(ledger.contents().things['order/demo/23']).toMatchObject({ refused: 'local-part-non-ascii' });
    expect(doorbell.take()).toEqual([]);
  });

  test('is not worth a line when there simply is none (0126)', async () => {
    await recordNumbers('0126');

    expect(logged).toEqual([]);
    expect(Object.keys(ledger.contents().things)).toEqual(['order/demo/45']);
  });
});

describe('a product', () => {
  test('rings the contact that waits for it, once (0020, 0031)', async () => {
    await recordNumbers('0057');
    await settle(HELENE);
    await ledger.awaitProduct(productRef(12), HELENE);

    await recordNumbers('0020');
    expect(doorbell.take()).toEqual([{ contact: HELENE, wanted: 2, attempts: 0 }]);
    expect(await ledger.waitingFor(productRef(12))).toEqual([]);
    await settle(HELENE);
    await recordNumbers('0031');

    expect(doorbell.take()).toEqual([]);
  });

  test('is in the ledger before those who wait are told, and they wait until they were', async () => {
    await recordNumbers('0057');
    await ledger.awaitProduct(productRef(12), HELENE);
    calls = [];

    const again = await record(received(['0020']), { contacts: { ...ledger, wantAgain: refused } });

    expect(again).toEqual([0]);
    expect(calls).toEqual(['save product/demo/12']);
    expect(await ledger.waitingFor(productRef(12))).toEqual([HELENE]);
  });

  test('forgets a contact that waits and does not exist', async () => {
    await ledger.awaitProduct(productRef(12), ADA);

    expect(await recordNumbers('0020')).toEqual([]);

    expect(await ledger.waitingFor(productRef(12))).toEqual([]);
    expect(ledger.contents().profiles).toEqual({});
    expect(doorbell.take()).toEqual([]);
  });
});

describe('deletions and customers', () => {
  test('tell the contact of the order that was deleted (0180, 0184)', async () => {
    await recordNumbers('0180');
    await settle(ADA);

    await recordNumbers('0184');

    expect(doorbell.take()).toMatchObject([{ contact: ADA }]);
  });

  test('that come before the order are kept until it comes (0149, 0147)', async () => {
    await recordNumbers('0149');
    expect(doorbell.take()).toEqual([]);
    await recordNumbers('0147');

    expect(ledger.contents().things['order/demo/53']).toMatchObject({
      deleted: [`3/${String(recordedDelivery('0149').headers['x-wc-webhook-delivery-id'])}`],
      data: { status: 'pending' },
    });
    expect(doorbell.take()).toHaveLength(1);
  });

  test('of a customer ring its contact (0047)', async () => {
    await recordNumbers('0047');

    expect(doorbell.take()).toMatchObject([{ contact: contact('claire@example.test') }]);
  });
});

describe('a failure', () => {
  const batch = () => received(['0057', '0161', '0059']);
  const ofHelene = (ref: Ref) => refName(ref) === 'order/demo/23';

  test.each<[keyof Things, (things: Things) => Partial<Things>]>([
    ['point', (all) => ({ point: (key, ref) => (ofHelene(ref) ? refused() : all.point(key, ref)) })],
    ['save', (all) => ({ save: (ref, ...rest) => (ofHelene(ref) ? refused() : all.save(ref, ...rest)) })],
  ])('to %s one order costs the deliveries of that order', async (_call, broken) => {
    const { things } = parts();

    expect(await record(batch(), { things: { ...things, ...broken(things) } })).toEqual([0, 2]);

    expect(Object.keys(ledger.contents().things)).toEqual(['order/demo/58']);
    expect(doorbell.take()).toHaveLength(1);
  });

  test('to tell one contact costs the deliveries of its orders', async () => {
    const want: Contacts['want'] = (key, email, due) =>
      key === HELENE ? refused() : ledger.want(key, email, due);

    expect(await record(batch(), { contacts: { ...ledger, want } })).toEqual([0, 2]);
    expect(doorbell.take()).toHaveLength(1);
  });

  test('to read the ledger brings every delivery again that said something, and changes nothing', async () => {
    const things = { ...parts().things, load: refused };

    expect(await record(received(['0057', '0094', '0161']), { things })).toEqual([0, 2]);
    expect(logged.map(({ level }) => level)).toEqual(['info', 'warn']);
    expect(ledger.contents()).toEqual({ things: {}, pointers: {}, profiles: {} });
  });

  test('to ring costs nothing: the sweep will find who is behind', async () => {
    expect(await record(batch(), { doorbell: { ...doorbell, ring: refused } })).toEqual([]);

    expect(await ledger.due('live', NOW + 60_000, 10)).toHaveLength(2);
    expect(counted['ContactRung']).toBeUndefined();
    expect(logged).toMatchObject([{ level: 'warn', message: 'Could not ring; the sweep will' }]);
  });

  test('to be first starts again from what the other one wrote', async () => {
    const { things } = parts();
    let raced = false;
    const save: Things['save'] = async (ref, state, revision) => {
      if (!raced) {
        raced = true;
        await recordNumbers('0059');
      }
      return things.save(ref, state, revision);
    };

    expect(await record(received(['0057']), { things: { ...things, save } })).toEqual([]);

    expect(ledger.contents().things['order/demo/23']).toMatchObject({
      data: { status: 'completed' },
      sights: { processing: expect.any(Number) },
    });
  });

  test('to be first, again and again, brings the deliveries again', async () => {
    const things = { ...parts().things, save: async () => false };

    expect(await record(batch(), { things })).toEqual([0, 1, 2]);
    expect((await ledger.load([orderRef(23)])).size).toBe(0);
  });
});

test('a contact that was parked, or left for later, is rung for at its next change', async () => {
  await recordNumbers('0057');
  await ledger.park(HELENE, 1, { code: 'x', message: 'x', at: NOW });
  doorbell.take();

  await recordNumbers('0059');

  expect(doorbell.take()).toMatchObject([{ contact: HELENE, wanted: 2 }]);
  expect(await ledger.profile(HELENE)).not.toHaveProperty('parked');
});
