import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import type { Call } from './front.ts';
import { ANNA, type Bench, endpoints, itemsOf, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';
const CLEO = 'cleo@example.test';
const ADD = '/api/notes/batch/new';
const SINCE = new Map([['demo', Date.parse('2026-12-01T00:00:00Z')]]);
const MAIL = { processing: { template: 1, transactional: true } };
/** Longer than this no request may take; Mautic may go on working as long. */
const LONGEST_REQUEST_MS = 60_000;
const NOBODY_THERE = { status: 503, body: '' };
const SERVER_ERROR = {
  status: 500,
  body: { errors: [{ message: 'Looks like I encountered an error (error #500).', code: 500, type: null }] },
};

/** Mautic has the e-mail 1. */
async function start(policy: Partial<Policy>) {
  const bench = await startBench({ since: SINCE, policy });
  await bench.person('POST', '/emails/new', { name: 'One', subject: 'One', customHtml: '{order_id}' });
  return bench;
}

const noting = () => start({ notes: ['processing'] });
const mailing = () => start({ emails: MAIL });

function isNote(_method: string, path: string): boolean {
  return path === ADD;
}

function isSend(_method: string, path: string): boolean {
  return path.endsWith('/send');
}

function isLookUp(method: string, path: string): boolean {
  return method === 'GET' && path.endsWith('/notes');
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

/** From now on nothing of the running process reaches the ledger or Mautic. */
function kill(bench: Bench): void {
  const dead = () => {
    throw new Error('the process was killed');
  };
  bench.disturb(dead);
  bench.front.before = () => NOBODY_THERE;
}

/** The process dies while Mautic is called, before or after Mautic does what it is asked. */
async function dieAt(bench: Bench, when: 'before' | 'after', is: typeof isNote): Promise<void> {
  const strike = ({ method, path }: Call) => {
    if (is(method, path)) kill(bench);
  };
  if (when === 'after') bench.front.after = strike;
  else {
    bench.front.before = (call) => {
      strike(call);
      return is(call.method, call.path) ? NOBODY_THERE : undefined;
    };
  }
  await bench.sync();
  bench.front.before = () => undefined;
  bench.front.after = () => undefined;
  bench.disturb(() => undefined);
  bench.coldStart();
}

/** Whose notes Mautic holds, with the marker of each. */
function notes(bench: Bench): readonly string[] {
  const names = new Map(bench.mautic.contacts().map(({ id, email }) => [id, email]));
  return bench.mautic
    .notes()
    .map(({ contact, text }) => `${names.get(contact) ?? 'nobody'} ${text.split('\n').at(-1) ?? ''}`)
    .sort();
}

function workOf(bench: Bench, ...emails: readonly string[]) {
  return emails.map((email) => bench.profile(email).work);
}

function dueIn(bench: Bench, email = ANNA): number {
  return (bench.profile(email).due ?? Number.NaN) - bench.clock.now();
}

describe('notes of which Mautic kept some and answered 500', () => {
  async function halfKept() {
    const bench = await noting();
    bench.front.before = async ({ path, body }) => {
      if (path !== ADD) return undefined;
      bench.front.before = () => undefined;
      await bench.person('POST', '/notes/batch/new', itemsOf({ body }).slice(0, 1));
      return SERVER_ERROR;
    };
    for (const [index, email] of [ANNA, BEN, CLEO].entries()) await bench.order({ id: index + 1, email });
    await bench.sync();
    bench.calls();
    return bench;
  }

  it('are left alone at least twice as long as the longest request', async () => {
    const bench = await halfKept();

    expect(workOf(bench, ANNA, BEN, CLEO)).toEqual(['live', 'live', 'live']);
    expect(dueIn(bench)).toBeGreaterThanOrEqual(2 * LONGEST_REQUEST_MS);
    expect(dueIn(bench)).toBeLessThan(10 * MINUTE);
    expect((await bench.effects())['note:processing']).toMatchObject({ state: 'doubt' });
    await bench.sync({ rings: [bench.ring(), bench.ring(BEN), bench.ring(CLEO)] });
    expect(endpoints(bench.calls())).toEqual([]);
  });

  it('are looked for one by one, and only the missing ones are added', async () => {
    const bench = await halfKept();

    await letPass(bench, 8);

    const calls = bench.calls();
    expect(endpoints(calls).filter((call) => /^GET .*\/notes$/.test(call))).toHaveLength(3);
    const added = calls.filter(({ path }) => path === ADD).flatMap((call) => itemsOf(call));
    expect(added).toHaveLength(2);
    expect(notes(bench)).toEqual([
      `${ANNA} [demo/1/processing]`,
      `${BEN} [demo/2/processing]`,
      `${CLEO} [demo/3/processing]`,
    ]);
    expect(workOf(bench, ANNA, BEN, CLEO)).toEqual([undefined, undefined, undefined]);
  });
});

describe('a note whose adding', () => {
  const kinds = [
    'timeout',
    'commit-then-reset',
    'commit-then-500',
    'html-502',
    'status-500',
    'reset-before',
  ] as const;

  it.each(kinds)('has an unknown outcome is there once in the end (%s)', async (kind) => {
    const bench = await noting();
    bench.mautic.faults.add({ match: isNote, kind });

    await bench.shop({});
    expect(dueIn(bench)).toBeGreaterThanOrEqual(2 * LONGEST_REQUEST_MS);
    await letPass(bench, 8);

    expect(notes(bench)).toEqual([`${ANNA} [demo/1/processing]`]);
    expect(await bench.effects()).toMatchObject({ 'note:processing': { state: 'done' } });
    expect(workOf(bench, ANNA)).toEqual([undefined]);
  });

  it.each(['html-503', 'rate-limit-429'] as const)('is refused is done later, once (%s)', async (kind) => {
    const bench = await noting();
    bench.mautic.faults.add({ match: isNote, kind });

    await bench.shop({});
    expect(await bench.effects()).toMatchObject({ 'note:processing': { state: 'refused' } });
    await letPass(bench, 70);

    expect(notes(bench)).toEqual([`${ANNA} [demo/1/processing]`]);
    expect(workOf(bench, ANNA)).toEqual([undefined]);
  });

  it.each(['before', 'after'] as const)(
    'kills the process %s the call is there once in the end',
    async (when) => {
      const bench = await noting();
      await bench.order({});

      await dieAt(bench, when, isNote);
      expect((await bench.effects())['note:processing']).toMatchObject({ state: 'claimed' });
      await bench.sync({ rings: [bench.ring()], receives: 2 });
      expect(dueIn(bench)).toBeGreaterThan(2 * LONGEST_REQUEST_MS);
      await letPass(bench, 8);

      expect(notes(bench)).toEqual([`${ANNA} [demo/1/processing]`]);
      expect(workOf(bench, ANNA)).toEqual([undefined]);
    },
  );

  it.each(['commit-then-reset', 'status-500'] as const)(
    'is in doubt is there once although its order went to somebody else (%s)',
    async (kind) => {
      const bench = await noting();
      bench.mautic.faults.add({ match: isNote, kind });
      await bench.shop({});

      await bench.shop({ email: BEN });
      await letPass(bench, 8);

      const whose = kind === 'status-500' ? BEN : ANNA;
      expect(notes(bench)).toEqual([`${whose} [demo/1/processing]`]);
      expect(workOf(bench, ANNA, BEN)).toEqual([undefined, undefined]);
    },
  );

  it('is looked for at its first contact, also when the process dies over it', async () => {
    const bench = await noting();
    bench.mautic.faults.add({ match: isNote, kind: 'commit-then-reset' });
    await bench.shop({});
    await bench.shop({ email: BEN });
    bench.forward(5 * MINUTE);
    await bench.ringForDue();

    await dieAt(bench, 'before', isLookUp);
    await letPass(bench, 8);

    expect(notes(bench)).toEqual([`${ANNA} [demo/1/processing]`]);
  });

  it.each(['commit-then-reset', 'status-500'] as const)(
    'cannot be looked for is neither repeated nor given up before it can (%s)',
    async (kind) => {
      const bench = await noting();
      bench.mautic.faults.add({ match: isNote, kind });
      bench.mautic.faults.add({ match: isLookUp, kind: 'html-503', times: 3 });
      await bench.shop({});

      await letPass(bench, 30);

      expect(notes(bench)).toEqual([`${ANNA} [demo/1/processing]`]);
      const calls = kind === 'status-500' ? 2 : 1;
      expect(bench.mautic.counts.get('POST /api/notes/batch/new')).toBe(calls);
      expect(workOf(bench, ANNA)).toEqual([undefined]);
    },
  );

  it('is in doubt at a contact that was deleted is added to the one that took its place', async () => {
    const bench = await noting();
    bench.mautic.faults.add({ match: isNote, kind: 'commit-then-reset' });
    await bench.shop({});
    await bench.person('DELETE', `/contacts/${String(bench.contact().id)}/delete`);

    await bench.shop({ id: 2, status: 'on-hold', createdAt: bench.clock.now() + MINUTE });
    await letPass(bench, 8);

    expect(notes(bench)).toContain(`${ANNA} [demo/1/processing]`);
    expect(workOf(bench, ANNA)).toEqual([undefined]);
  });

  it('fails because the contact was deleted costs no other note, and the work list empties', async () => {
    const bench = await noting();
    await bench.shop({ id: 9, status: 'on-hold' });
    bench.front.after = async ({ path }) => {
      if (!path.endsWith('/contacts/batch/edit')) return;
      bench.front.after = () => undefined;
      await bench.person('DELETE', `/contacts/${String(bench.contact().id)}/delete`);
    };
    await bench.order({ id: 1 });
    await bench.order({ id: 2, email: BEN });
    await bench.sync();

    await letPass(bench, 15);

    expect(notes(bench)).toEqual([`${BEN} [demo/2/processing]`]);
    expect(workOf(bench, ANNA, BEN)).toEqual([undefined, undefined]);
  });

  it('Mautic can never do keeps no other note waiting for ever', async () => {
    const bench = await noting();
    bench.front.before = ({ path, body }) =>
      path === ADD && JSON.stringify(body).includes('POISON') ? SERVER_ERROR : undefined;
    await bench.order({ id: 1, lines: [{ sku: 'POISON' }] });
    await bench.order({ id: 2, email: BEN });
    await bench.sync();

    await letPass(bench, 5 * 60);

    expect(notes(bench)).toEqual([`${BEN} [demo/2/processing]`]);
    expect(bench.counts.get('EffectParked')).toBe(1);
    expect(workOf(bench, ANNA, BEN)).toEqual([undefined, undefined]);
  });
});

describe('an e-mail whose answer never came', () => {
  const kinds = ['timeout', 'commit-then-reset', 'commit-then-500', 'html-502', 'reset-before'] as const;

  it.each(kinds)(
    'is parked after a while with a line that says which, and never sent twice (%s)',
    async (kind) => {
      const bench = await mailing();
      bench.mautic.faults.add({ match: isSend, kind });
      await bench.shop({ id: 23 });
      expect(dueIn(bench)).toBeGreaterThanOrEqual(2 * LONGEST_REQUEST_MS);
      expect(bench.counts.get('EffectParked')).toBeUndefined();

      await letPass(bench, 8);
      await bench.shop({ id: 23, status: 'on-hold' });
      await bench.shop({ id: 23 });

      const kept = kind === 'html-502' || kind === 'reset-before' ? 0 : 1;
      expect(bench.mautic.sentEmails()).toHaveLength(kept);
      expect(await bench.effects(23)).toMatchObject({
        'email:processing': { state: 'parked', reason: 'email-in-doubt' },
      });
      expect(bench.counts.get('EffectParked')).toBe(1);
      expect(bench.lines.filter(({ level }) => level === 'error')).toEqual([
        expect.objectContaining({
          fields: { order: 'order/demo/23', effect: 'email:processing', reason: 'email-in-doubt' },
        }),
      ]);
      expect(workOf(bench, ANNA)).toEqual([undefined]);
    },
  );

  it.each(['before', 'after'] as const)('because the process died %s the call is parked', async (when) => {
    const bench = await mailing();
    await bench.order({});

    await dieAt(bench, when, isSend);
    await bench.sync({ rings: [bench.ring()], receives: 2 });
    await letPass(bench, 8);

    expect(bench.mautic.sentEmails()).toHaveLength(when === 'after' ? 1 : 0);
    expect(bench.counts.get('EffectParked')).toBe(1);
    expect(workOf(bench, ANNA)).toEqual([undefined]);
  });

  it('is parked although its order went to somebody else, who is not mailed', async () => {
    const bench = await mailing();
    bench.mautic.faults.add({ match: isSend, kind: 'commit-then-reset' });
    await bench.shop({});

    await bench.shop({ email: BEN });
    await letPass(bench, 8);

    expect(bench.mautic.sentEmails().map(({ address }) => address)).toEqual([ANNA]);
    expect(bench.counts.get('EffectParked')).toBe(1);
    expect(workOf(bench, ANNA, BEN)).toEqual([undefined, undefined]);
  });

  it('is parked although its status has passed since', async () => {
    const bench = await mailing();
    bench.mautic.faults.add({ match: isSend, kind: 'commit-then-reset' });
    await bench.shop({});

    await bench.shop({ status: 'completed' });
    await letPass(bench, 8);

    expect(bench.counts.get('EffectParked')).toBe(1);
  });
});

describe('other e-mails of the batch', () => {
  it('that were never tried are sent although the process died at the first', async () => {
    const bench = await mailing();
    await bench.order({ id: 1 });
    await bench.order({ id: 2, email: BEN });

    await dieAt(bench, 'after', isSend);
    await letPass(bench, 8);

    expect(bench.mautic.sentEmails().map(({ address }) => address)).toEqual([ANNA, BEN]);
  });

  it.each(['claimEffect', 'markEffect'])(
    'do not fall into doubt when the ledger fails one order (%s)',
    async (call) => {
      const bench = await mailing();
      for (const [index, email] of [ANNA, BEN, CLEO].entries()) await bench.order({ id: index + 1, email });
      bench.disturb((method, subject) => {
        const isBens = JSON.stringify(subject).includes('"2"');
        if (method === call && isBens) throw new Error('the ledger is away');
      });

      const again = await bench.sync();

      expect([...again]).toEqual([1]);
      expect([await bench.effects(1), await bench.effects(3)]).toMatchObject([
        { 'email:processing': { state: 'done' } },
        { 'email:processing': { state: 'done' } },
      ]);
    },
  );

  it('are not begun in the last seconds of the function’s time', async () => {
    const bench = await mailing();
    let remaining = 10 * MINUTE;
    bench.front.after = ({ path }) => {
      if (path.startsWith('/api/contacts/batch')) remaining = 5_000;
    };
    await bench.order({});

    await bench.sync({ remainingMs: () => remaining });

    expect(endpoints(bench.calls()).filter((call) => call.endsWith('/send'))).toEqual([]);
  });
});
