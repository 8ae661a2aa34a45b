import { beforeEach, describe, expect, test } from 'vitest';
import type { ReconcileParts } from '../../../lib/pipeline/reconcile/parts.ts';
import { mortal } from '../../support/mortal.ts';
import { AWAY, contactOf, DAY, MINUTE, Reconciling, refusedWith } from '../../support/reconciling.ts';

let bridge: Reconciling;
let ids: readonly number[];
let before: unknown;
/** Where the cursor stood. */
let cursorBefore: number;

beforeEach(async () => {
  bridge = new Reconciling();
  await bridge.run();
  before = await bridge.register('READ-orders');
  cursorBefore = await readTo();
  bridge.pass(15 * MINUTE);
  ids = Array.from({ length: 130 }, (_, index) => {
    bridge.pass(1000);
    return bridge.place(`buyer-${String(index)}`);
  });
  bridge.pass(MINUTE);
  bridge.asked = [];
  bridge.counted = {};
  bridge.lines.length = 0;
});

/** Every order is in the ledger, and its contact has been told of it or will be. */
async function expectAll(): Promise<void> {
  for (const [index, id] of ids.entries()) {
    expect(await bridge.status(id), String(id)).toBe('processing');
    expect((await bridge.ledger.profile(contactOf(`buyer-${String(index)}`)))?.work).toBe('live');
  }
}

/** The ledger, which fails (or after which the process dies) from the n-th call that changes something. */
function breaking(from: number, calls: readonly string[]): Partial<ReconcileParts> {
  let left = from;
  const broken = new Proxy(bridge.ledger, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !calls.includes(String(name))) return member;
      return async (...args: unknown[]): Promise<unknown> => {
        left -= 1;
        if (left <= 0) throw new Error('throttled');
        return member.apply(target, args);
      };
    },
  });
  return { things: broken, contacts: broken, registers: broken };
}

/** Up to which moment everything is in the ledger, as the bridge believes. */
async function readTo(): Promise<number> {
  return ((await bridge.register('READ-orders')) as { readTo: number }).readTo;
}

/** The cursor has not moved past an order that is not in the ledger. */
async function expectNothingSkipped(): Promise<void> {
  const cursor = await readTo();
  const passed = ids.filter((id) => (bridge.shop.orders.get(id)?.modifiedAt ?? 0) <= cursor);
  for (const id of passed) expect(await bridge.status(id), String(id)).toBe('processing');
}

describe('a ledger that fails', () => {
  const steps = [1, 2, 5, 60, 100, 101, 105, 128, 131];

  test.each(
    ['load', 'save', 'point', 'want', 'write', 'read'].flatMap((call) =>
      steps.map((step) => [call, step] as const),
    ),
  )('at %s, from call %i on: no order is skipped, and the next run has all', async (call, step) => {
    bridge.change = breaking(step, [call]);
    await bridge.run();
    await expectNothingSkipped();

    bridge.change = {};
    await bridge.run();
    await expectAll();
  });

  test('stops the store, says so and counts it', async () => {
    bridge.change = breaking(50, ['save']);

    await bridge.run();

    expect(await bridge.register('READ-orders')).toEqual(before);
    expect(bridge.counted['StoreUnread']).toBe(1);
    const [line] = bridge.said('A store could not be read');
    expect(line).toMatchObject({ level: 'error', fields: { store: 'demo' } });
  });

  test('after the orders were saved, before their contacts were told: the next run tells them', async () => {
    bridge.change = breaking(1, ['want']);
    await bridge.run();
    expect(await bridge.status(ids[0] ?? 0)).toBe('processing');
    expect(await bridge.ledger.profile(contactOf('buyer-0'))).toBeUndefined();

    bridge.change = {};
    await bridge.run();

    await expectAll();
    expect(await bridge.register('FOLDING')).toEqual({ refs: [] });
  });

  test('long enough for the orders to leave the window of reading: their contacts are told all the same', async () => {
    bridge.change = breaking(1, ['want']);
    await bridge.run();
    bridge.change = {};
    bridge.pass(5 * DAY);

    await bridge.run();

    await expectAll();
  });
});

describe('a process that is killed', () => {
  test('at any step leaves nothing undone that the next run does not do', async () => {
    for (let steps = 1; ; steps += 1) {
      const other = new Reconciling();
      await other.run();
      other.pass(15 * MINUTE);
      const placed = ['ada', 'bea', 'cleo'].map((name) => other.place(name));
      other.shop.orders.trash(placed[1] ?? 0);
      other.pass(MINUTE);
      const fuse = { left: steps };
      const ledger = mortal(other.ledger, fuse);
      other.change = { things: ledger, contacts: ledger, registers: ledger, survey: ledger };
      await other.run().catch(() => undefined);
      other.change = {};
      await other.run();

      for (const name of ['ada', 'bea', 'cleo'])
        expect((await other.ledger.profile(contactOf(name)))?.work, `${name} after ${String(steps)}`).toBe(
          'live',
        );
      expect(await Promise.all(placed.map((id) => other.status(id)))).toEqual([
        'processing',
        'trash',
        'processing',
      ]);
      if (fuse.left > 0) break;
    }
  });
});

describe('a store that fails', () => {
  test.each([1, 2])(
    'at page %i: the cursor stands where the last page ended, and the next run has all',
    async (page) => {
      let pages = 0;
      bridge.intercept = (call) => {
        if (call.startsWith('list orders')) pages += 1;
        return call.startsWith('list orders') && pages >= page ? AWAY : undefined;
      };

      await bridge.run();
      await expectNothingSkipped();
      expect(bridge.counted['StoreUnread']).toBe(1);
      const end = page === 1 ? cursorBefore : bridge.shop.orders.get(ids[98] ?? 0)?.modifiedAt;
      expect(await readTo()).toBe(end);

      bridge.intercept = () => undefined;
      await bridge.run();
      await expectAll();
    },
  );

  test.each(['list trash', 'list products', 'list customers', 'list products by id'])(
    'at %s only has all the orders next time',
    async (what) => {
      bridge.pass(DAY);
      bridge.intercept = (call) => (call.startsWith(what) ? AWAY : undefined);
      await bridge.run();
      expect(bridge.counted['StoreUnread'] ?? 0).toBe(what === 'list products by id' ? 0 : 1);

      bridge.intercept = () => undefined;
      await bridge.run();
      await expectAll();
    },
  );

  test('is named in one line, with what was asked, the code and the remedy', async () => {
    const message = 'The store refuses the key. Check it.';
    bridge.intercept = () => refusedWith({ kind: 'authorise', code: 'unauthorised', message });

    await bridge.run();

    const complaints = bridge.lines.filter(({ level }) => level !== 'info');
    expect(complaints).toMatchObject([
      {
        level: 'error',
        message: 'A store could not be read; the next run goes on where this one stopped',
        fields: {
          store: 'demo',
          what: 'orders, orders in the trash, products',
          code: 'unauthorised',
          remedy: message,
        },
      },
    ]);
  });

  test('for a week is read from where it was left', async () => {
    bridge.intercept = () => AWAY;
    for (let day = 0; day < 7; day += 1) {
      await bridge.run();
      bridge.pass(DAY);
    }
    bridge.intercept = () => undefined;

    await bridge.run();

    await expectAll();
  });
});

describe('a store without keys', () => {
  test('is not asked, and each run says once that webhooks are the only witness', async () => {
    bridge.keys = new Map();

    await bridge.run();

    expect(bridge.asked).toEqual([]);
    expect(bridge.said('A store has no keys').map(({ level, fields }) => [level, fields])).toEqual([
      ['info', { store: 'demo' }],
    ]);
    expect(bridge.counted['StoreUnread']).toBeUndefined();
  });

  test('is read from the beginning when it gets some', async () => {
    bridge.keys = new Map();
    await bridge.run();
    bridge.keys = new Map([['demo', { consumerKey: 'ck', consumerSecret: 'cs' }]]);

    await bridge.run();

    await expectAll();
  });

  test('is unread when nobody can say whether it has any', async () => {
    const of = async (): Promise<never> => {
      throw new Error('AccessDenied');
    };
    bridge.change = { keys: { of } };

    await bridge.run();

    expect(bridge.counted['StoreUnread']).toBe(1);
  });

  test('but with keys and no address is told to set it', async () => {
    bridge.change = { storeApiOf: () => undefined };

    await bridge.run();

    expect(bridge.counted['StoreUnread']).toBe(1);
    expect(bridge.said('A store could not be read')[0]?.fields).toMatchObject({
      code: 'no-url',
      remedy: expect.stringContaining('bridge.config.ts'),
    });
  });
});

describe('what runs beside', () => {
  test('runs first, with the time there is, and its failure ends the run as one, but stops nothing', async () => {
    const seen: number[] = [];
    const work = async (remainingMs: () => number): Promise<never> => {
      seen.push(remainingMs());
      throw new Error('out of order');
    };
    bridge.change = { also: [work, work] };

    await expect(bridge.run(() => 123_000)).rejects.toThrow('Part of the run failed');

    expect(seen).toEqual([123_000, 123_000]);
    await expectAll();
  });
});
