import { describe, expect, it } from 'vitest';
import type { Call } from './front.ts';
import { itemCalls, items, letPass, ORDERS_ONLY, withItems } from './items-bench.ts';
import { ANNA, type Bench, HOUR, keyOf, MINUTE } from './support.ts';

const OTHER = 'ben@example.test';

function carriesItems({ body }: Pick<Call, 'body'>): boolean {
  return JSON.stringify(body ?? null).includes('customObjects');
}

/** What happens once, just before the contact's items reach Mautic, or before the look whose they are. */
function once(bench: Bench, when: (call: Call) => boolean, what: () => Promise<void> | void): void {
  bench.front.before = async (call) => {
    if (!when(call)) return undefined;
    bench.front.before = () => undefined;
    await what();
    return undefined;
  };
}

async function minutes(bench: Bench, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) await letPass(bench, MINUTE);
}

/** Anna with one order, in step; a second order of hers is about to be synced. */
async function busy(): Promise<{ readonly bench: Bench; readonly id: number }> {
  const bench = await withItems({}, ORDERS_ONLY);
  await bench.shop({ id: 1 });
  await bench.order({ id: 2 });
  bench.calls();
  return { bench, id: bench.contact().id };
}

describe('custom items of a contact that people rename, delete or keep away meanwhile', () => {
  it('never reach whoever has its id by the time they would be sent', async () => {
    const bench = await withItems({}, ORDERS_ONLY);
    for (let id = 1; id <= 60; id += 1) await bench.order({ id });
    let id = 0;
    bench.front.after = (call) => {
      if (!carriesItems(call)) return;
      bench.front.after = () => undefined;
      id = bench.contact().id;
      bench.mautic.people.rename(id, 'renamed@example.test');
      bench.forward(MINUTE);
    };
    await bench.sync();
    await minutes(bench, 6);

    const now = bench.contact().id;
    expect(now).not.toBe(id);
    expect(items(bench)['orders demo/60']?.contacts).toEqual([id, now]);
    expect(items(bench)['orders demo/1']?.contacts).toEqual([now]);
    expect(bench.profile().work).toBeUndefined();
  });

  it('are written again, at once, when the answer shows that they reached somebody else', async () => {
    const { bench, id } = await busy();
    once(bench, carriesItems, () => bench.mautic.people.rename(id, 'renamed@example.test'));
    await bench.sync();
    await minutes(bench, 6);

    const now = bench.contact().id;
    expect(now).not.toBe(id);
    expect(items(bench)['orders demo/2']?.contacts).toContain(now);
    expect(bench.profile().work).toBeUndefined();
  });

  it('are sent no second time to a contact that is not there any more', async () => {
    const { bench, id } = await busy();
    once(
      bench,
      carriesItems,
      async () => void (await bench.person('DELETE', `/contacts/${String(id)}/delete`)),
    );
    await bench.sync();

    expect(itemCalls(bench.calls())).toEqual([[1]]);
    await minutes(bench, 6);
    expect(itemCalls(bench.calls())).toEqual([]);
    expect(bench.contacts(ANNA)).toEqual([]);
    expect(bench.profile()).toMatchObject({ removedAt: expect.any(Number) });
  });

  /** Both orders went to somebody else, whose items wait, and Anna is deleted: then something is said of one of them. */
  async function gone(): Promise<Bench> {
    const { bench, id } = await busy();
    await bench.sync();
    bench.front.before = (call) => (carriesItems(call) ? { status: 503, body: '' } : undefined);
    for (const order of [1, 2]) await bench.order({ id: order, email: OTHER });
    await bench.sync();
    await bench.person('DELETE', `/contacts/${String(id)}/delete`);
    bench.front.before = () => undefined;
    await letPass(bench, HOUR);
    await minutes(bench, 12);
    await bench.order({ id: 1, email: OTHER, status: 'completed' });
    return bench;
  }

  it('keep nobody waiting who has nothing left in Mautic but them, and is not there any more', async () => {
    const bench = await gone();
    await minutes(bench, 12);

    expect(bench.contacts(ANNA)).toEqual([]);
    expect(bench.profile().work).toBeUndefined();
    expect(bench.profile().mauticId).toBeUndefined();
  });

  it('keep nobody waiting who was remembered so by a version before', async () => {
    const bench = await gone();
    await bench.sweepParts.contacts.settle(keyOf(ANNA), 0, { mauticId: 1 });
    await minutes(bench, 12);

    expect(bench.profile().work).toBeUndefined();
  });

  it('keep nobody waiting who has nothing left in Mautic but them, and stands elsewhere by now', async () => {
    const bench = await gone();
    await bench.sweepParts.contacts.settle(keyOf(ANNA), 0, { mauticId: 1 });
    await bench.person('POST', '/contacts/new', { email: ANNA });
    await minutes(bench, 12);

    expect(bench.profile().work).toBeUndefined();
    expect(bench.profile().mauticId).toBe(bench.contact().id);
  });
});

describe('custom items that come to nothing again and again', () => {
  it('are left for later after a few tries, however much time there is', async () => {
    const { bench } = await busy();
    const lost = { errors: [{ code: 404, message: 'Custom Item with ID = 0 was not found', details: [] }] };
    bench.front.before = (call) => (carriesItems(call) ? { status: 404, body: lost } : undefined);
    await bench.sync();

    expect(itemCalls(bench.calls()).length).toBeLessThanOrEqual(4);
    expect(bench.profile()).toMatchObject({ work: 'later' });
    bench.front.before = () => undefined;
    await letPass(bench, HOUR);
    expect(Object.keys(items(bench))).toEqual(['orders demo/1', 'orders demo/2']);
  });

  it('are not tried one by one while Mautic takes nothing at all', async () => {
    const bench = await withItems({}, ORDERS_ONLY);
    for (let id = 1; id <= 20; id += 1) await bench.order({ id });
    let isAway = false;
    bench.front.before = (call) => {
      isAway ||= carriesItems(call);
      return isAway ? { status: 500, body: '' } : undefined;
    };
    await bench.sync();

    expect(itemCalls(bench.calls())).toEqual([[20], [20]]);
    expect(bench.profile()).toMatchObject({ work: 'later' });
  });
});

describe('many custom items that go on for a while', () => {
  it('never count a change as written that comes in meanwhile', async () => {
    const bench = await withItems({ policy: { tags: ['status:{status}'] } }, ORDERS_ONLY);
    for (let id = 1; id <= 120; id += 1) await bench.order({ id });
    let calls = 0;
    bench.front.after = async (call) => {
      if (!carriesItems(call)) return;
      calls += 1;
      if (calls === 2) await bench.order({ id: 121, status: 'completed' });
    };
    await bench.sync();
    bench.rings();

    expect(calls).toBe(3);
    expect(bench.contact().tags).toEqual(['status:processing']);
    expect(bench.profile()).toMatchObject({ work: 'live', wanted: bench.profile().synced + 1 });
    await minutes(bench, 3);
    expect(bench.contact().tags).toEqual(['status:completed']);
    expect(Object.keys(items(bench))).toHaveLength(121);
  });

  it('leave the last quarter of a rate limit to live work', async () => {
    const bench = await withItems({}, ORDERS_ONLY);
    await bench.shop({ id: 1 });
    const limit = { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '20' };
    bench.front.headers = ({ path }) =>
      path.startsWith('/api')
        ? { ...limit, 'x-ratelimit-reset': String(Math.ceil((bench.clock.now() + HOUR) / 1000)) }
        : {};
    await bench.shop({ id: 2 });
    bench.calls();
    await bench.shop({ id: 3, status: 'completed' });

    expect(bench.contact().fields).toMatchObject({ mautic_woo_order_count: 3 });
    expect(itemCalls(bench.calls())).toEqual([]);
    expect(bench.profile()).toMatchObject({ work: 'later' });
    bench.front.headers = () => ({});
    for (let hour = 0; hour < 3; hour += 1) await letPass(bench, HOUR);
    expect(Object.keys(items(bench))).toHaveLength(3);
  });
});
