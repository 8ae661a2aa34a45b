import { describe, expect, it } from 'vitest';
import { CALM, paceText } from '../../../lib/core/pace/pace.ts';
import { ANNA, type Bench, CREATE, EDIT, endpoints, LOOK, MINUTE, startBench } from './support.ts';

const PACE = { of: 'mautic', name: 'PACE' } as const;

/** The queue is emptied while somebody writes: its lane keeps nobody apart any more, and the sweep rings again. */
async function emptied(bench: Bench, act: (bench: Bench) => Promise<unknown> = sweep): Promise<void> {
  bench.rings();
  bench.forward(MINUTE);
  await act(bench);
}

function sweep(bench: Bench): Promise<unknown> {
  return bench.sweep();
}

/** Mautic asks to be left alone for a moment, and there is no time to wait for that. */
async function heldBack(bench: Bench, rings = bench.rings()): Promise<void> {
  const pace = paceText({ ...CALM, heldUntil: bench.clock.now() + 10_000 });
  await bench.ledger.write(PACE, pace, (await bench.stored(PACE))?.revision);
  await bench.sync({ rings, remainingMs: () => 21_000 });
}

async function minutes(bench: Bench, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

/** Runs when the first of such calls has come and Mautic has not seen it yet; answers how many have come. */
function whileUnderWay(
  bench: Bench,
  endpoint: string,
  act: (body: unknown) => Promise<{ status: number; body: string } | undefined>,
): () => number {
  let calls = 0;
  bench.front.before = async (call) => {
    if (endpoints([call])[0] !== endpoint) return undefined;
    calls += 1;
    return calls === 1 ? await act(call.body) : undefined;
  };
  return () => calls;
}

/** Mautic is away once: a try has ended, so that the next one expects nobody else to be at it. */
async function awayOnce(bench: Bench): Promise<void> {
  const { before } = bench.front;
  bench.front.before = (call) => (endpoints([call])[0] === EDIT ? { status: 503, body: 'away' } : undefined);
  await emptied(bench);
  bench.front.before = before;
}

describe('a write that comes over that of somebody who is done', () => {
  it('is written over by what is wanted', async () => {
    const bench = await startBench();
    await bench.shop({ status: 'on-hold' });
    let isInStep = false;
    whileUnderWay(bench, EDIT, async () => {
      await bench.order({ status: 'completed', total: '55.00' });
      await awayOnce(bench);
      await minutes(bench, 1);
      isInStep = bench.profile().work === undefined;
    });

    await bench.shop({ status: 'processing', total: '44.00' });
    expect(isInStep).toBe(true);
    await minutes(bench, 10);

    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
    expect(bench.contact()).toMatchObject({ fields: { mautic_woo_total_spent: 55 } });
    expect(await bench.written()).toMatchObject({ tags: ['sku:tea', 'status:completed'] });
  });

  it('is written over by what is wanted, although its answer was lost', async () => {
    const bench = await startBench();
    await bench.shop({ status: 'on-hold' });
    whileUnderWay(bench, EDIT, async (body) => {
      await bench.order({ status: 'completed', total: '55.00' });
      await awayOnce(bench);
      await minutes(bench, 1);
      await bench.person('PATCH', '/contacts/batch/edit', body);
      return { status: 504, body: 'the gateway gave up' };
    });

    await bench.shop({ status: 'processing', total: '44.00' });
    expect(bench.contact().tags).toContain('status:processing');
    await minutes(bench, 10);

    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
    expect(bench.contact()).toMatchObject({ fields: { mautic_woo_total_spent: 55 } });
  });

  it('leaves no tag for good, although whoever made it died', async () => {
    const bench = await startBench();
    await bench.shop({ status: 'on-hold' });
    whileUnderWay(bench, EDIT, async () => {
      await bench.order({ status: 'completed', total: '55.00' });
      await emptied(bench);
      bench.disturb(() => {
        throw new Error('the process was killed');
      });
    });

    await bench.shop({ status: 'processing', total: '44.00' });
    bench.disturb(() => undefined);
    bench.rings();
    expect(bench.contact().tags).toContain('status:processing');
    await minutes(bench, 10);

    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
    expect(bench.contact()).toMatchObject({ fields: { mautic_woo_total_spent: 55 } });
  });

  it('is expected also by somebody who was held back before', async () => {
    const bench = await startBench();
    await bench.shop({ status: 'on-hold' });
    let after: unknown;
    whileUnderWay(bench, EDIT, async () => {
      await bench.order({ status: 'completed' });
      await emptied(bench, async () => {
        await bench.ringForDue();
        await heldBack(bench);
      });
      await minutes(bench, 1);
      const { doubt, due = 0 } = bench.profile();
      after = { doubt, dueIn: due - bench.clock.now() };
    });

    await bench.shop({ status: 'processing' });

    expect(after).toEqual({ doubt: true, dueIn: 4 * MINUTE });
  });
});

describe('a contact that somebody is creating', () => {
  it('is created by nobody else when it was parked before', async () => {
    const bench = await startBench();
    bench.front.before = (call) => (endpoints([call])[0] === CREATE ? REFUSED : undefined);
    await bench.shop({});
    expect(bench.profile()).toMatchObject({ parked: { code: 'address-refused' }, doubt: true });
    bench.forward(MINUTE);
    const creates = whileUnderWay(bench, CREATE, async () => {
      await emptied(bench);
    });

    await bench.shop({ status: 'completed' });

    expect(creates()).toBe(1);
    expect(bench.contacts(ANNA)).toHaveLength(1);
  });

  it('is created by nobody else when somebody wants it in full meanwhile', async () => {
    const bench = await startBench();
    const creates = whileUnderWay(bench, CREATE, async () => {
      await bench.wantLater(ANNA);
      await emptied(bench);
    });

    await bench.shop({});

    expect(creates()).toBe(1);
  });

  it('is created by nobody else when it comes back after it was deleted in Mautic', async () => {
    const bench = await startBench();
    await bench.shop({});
    bench.forward(MINUTE);
    await bench.person('DELETE', `/contacts/${String(bench.contact().id)}/delete`);
    await bench.order({ id: 2, createdAt: bench.clock.now() });
    bench.forward(5 * MINUTE);
    const creates = whileUnderWay(bench, CREATE, async () => {
      await emptied(bench);
    });

    await bench.sync();

    expect(creates()).toBe(1);
    await minutes(bench, 10);
    expect(bench.contact()).toMatchObject({ fields: { mautic_woo_order_count: 2 } });
    expect(bench.profile().work).toBeUndefined();
  });

  it('is created by nobody else either who finds that what was planned for it is no more', async () => {
    const bench = await startBench();
    bench.front.before = (call) =>
      endpoints([call])[0] === CREATE ? { status: 503, body: 'away' } : undefined;
    await bench.shop({});
    await bench.order({ email: 'ben@example.test' });
    bench.rings();
    bench.forward(5 * MINUTE);
    const begun = Promise.withResolvers<void>();
    const lookedUp = Promise.withResolvers<void>();
    let second: Promise<unknown> = Promise.resolve();
    let looked = false;
    let creates = 0;
    bench.front.before = async (call) => {
      const [name] = endpoints([call]);
      if (name === CREATE && JSON.stringify(call.body).includes(ANNA)) {
        creates += 1;
        begun.resolve();
        if (creates === 1) await lookedUp.promise;
      } else if (name === LOOK && !looked) {
        looked = true;
        await bench.order({ id: 2 });
        bench.rings();
        bench.forward(MINUTE);
        bench.coldStart();
        second = bench.sweep();
        await begun.promise;
      }
      return undefined;
    };

    await bench.sweep();
    lookedUp.resolve();
    await second;

    expect(creates).toBe(1);
    expect(bench.contacts(ANNA)).toHaveLength(1);
  });

  it('is created at once when the try before was held back', async () => {
    const bench = await startBench();
    await bench.ledger.write(PACE, paceText({ ...CALM, contactMs: { create: 1_500, edit: 0 } }), undefined);
    bench.front.before = (call) =>
      endpoints([call])[0] === CREATE
        ? { status: 503, headers: { 'retry-after': '60' }, body: 'away' }
        : undefined;
    await bench.order({ email: 'ben@example.test' });
    await bench.order({ id: 2 });
    await bench.sync();
    expect(bench.profile().notBefore).toBeUndefined();
    bench.front.before = () => undefined;

    await minutes(bench, 2);

    expect(bench.contacts(ANNA)).toHaveLength(1);
  });
});

it('a contact that waits until nothing of it is under way waits on when no other could be called either', async () => {
  const bench = await startBench();
  bench.front.before = (call) => (endpoints([call])[0] === CREATE ? 'silence' : undefined);
  await bench.shop({});
  const { notBefore } = bench.profile();
  expect(notBefore).toBe(bench.clock.now() + 4 * MINUTE);

  await heldBack(bench, [bench.ring()]);

  expect(bench.profile()).toMatchObject({ notBefore, due: notBefore });
});

const REFUSED = {
  status: 200,
  body: {
    contacts: [],
    statusCodes: [400],
    errors: [{ code: 400, message: 'email: invalid', details: { email: ['This value is not valid.'] } }],
  },
};
