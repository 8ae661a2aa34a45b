import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import { ANNA, type Bench, endpoints, itemsOf, MINUTE, startBench } from './support.ts';

const ADD = 'POST /api/notes/batch/new';
const SINCE = new Map([['demo', Date.parse('2026-12-01T00:00:00Z')]]);

/** Mautic has the e-mail 1. */
async function start(policy: Partial<Policy>) {
  const bench = await startBench({ since: SINCE, policy });
  await bench.person('POST', '/emails/new', { name: 'One', subject: 'One', customHtml: '{order_id}' });
  return bench;
}

const noting = () => start({ notes: ['processing'] });
const mailing = () => start({ emails: { processing: { template: 1, transactional: true } } });

function isAdd(_method: string, path: string): boolean {
  return path === '/api/notes/batch/new';
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

/** What was asked about notes, in order. */
function aboutNotes(bench: Bench): readonly string[] {
  return endpoints(bench.calls())
    .filter((call) => call.includes('/notes'))
    .map((call) => (call === ADD ? 'add' : 'look up'));
}

/** Mautic takes the first call of this path, says nothing, and does it when `finish` is called. */
function workSlowly(bench: Bench, is: typeof isAdd) {
  let finish: () => Promise<unknown> = () => Promise.reject(new Error('nobody has called yet'));
  bench.front.before = async ({ method, path, body }) => {
    if (!is(method, path)) return undefined;
    bench.front.before = () => undefined;
    finish = () => bench.person(method, path.replace(/^\/api/, ''), body);
    return 'silence';
  };
  return { finish: () => finish() };
}

describe('a note whose answer never came', () => {
  it.each(['timeout', 'commit-then-reset', 'commit-then-500'] as const)(
    'is looked up, found, and not added again (%s)',
    async (kind) => {
      const bench = await noting();
      bench.mautic.faults.add({ match: isAdd, kind });

      await bench.shop({});
      await letPass(bench, 30);

      expect(aboutNotes(bench)).toEqual(['add', 'look up']);
      expect(bench.mautic.notes()).toHaveLength(1);
    },
  );

  it.each(['reset-before', 'html-502', 'status-500'] as const)(
    'is looked up, not found, and only then added again (%s)',
    async (kind) => {
      const bench = await noting();
      bench.mautic.faults.add({ match: isAdd, kind });

      await bench.shop({});
      await letPass(bench, 30);

      expect(aboutNotes(bench)).toEqual(['add', 'look up', 'add']);
      expect(bench.mautic.notes()).toHaveLength(1);
    },
  );

  it('is looked up each time anew when the second answer does not come either', async () => {
    const bench = await noting();
    bench.mautic.faults.add({ match: isAdd, kind: 'reset-before' });
    bench.mautic.faults.add({ match: isAdd, kind: 'commit-then-reset' });

    await bench.shop({});
    await letPass(bench, 30);

    expect(aboutNotes(bench)).toEqual(['add', 'look up', 'add', 'look up']);
    expect(bench.mautic.notes()).toHaveLength(1);
  });

  it('is found although Mautic added it only minutes after its caller gave up', async () => {
    const bench = await noting();
    const late = workSlowly(bench, isAdd);
    await bench.shop({});

    await letPass(bench, 3);
    await late.finish();
    await letPass(bench, 30);

    expect(bench.mautic.notes()).toHaveLength(1);
    expect(await bench.effects()).toMatchObject({ 'note:processing': { state: 'done' } });
  });

  it.each(['html-503', 'html-502', 'reset-before'] as const)(
    'waits for a Mautic that is away for a day, and is there once in the end (%s)',
    async (kind) => {
      const bench = await noting();
      bench.mautic.faults.add({ match: isAdd, kind: 'commit-then-reset' });
      await bench.shop({});
      bench.mautic.faults.add({ match: () => true, kind, times: Infinity });

      await letPass(bench, 24 * 60);
      expect(bench.counts.get('EffectParked')).toBeUndefined();
      bench.mautic.faults.clear();
      await letPass(bench, 2 * 60);

      expect(bench.mautic.notes()).toHaveLength(1);
      expect(await bench.effects()).toMatchObject({ 'note:processing': { state: 'done' } });
      expect(bench.profile().work).toBeUndefined();
    },
  );

  it('waits for that Mautic too while deliveries of the same order keep coming', async () => {
    const bench = await noting();
    bench.mautic.faults.add({ match: isAdd, kind: 'commit-then-reset' });
    await bench.shop({});
    bench.mautic.faults.add({ match: () => true, kind: 'html-503', times: Infinity });

    for (let round = 0; round < 24; round += 1) {
      await letPass(bench, 9);
      await bench.shop({});
    }
    bench.mautic.faults.clear();
    await letPass(bench, 2 * 60);

    expect(bench.counts.get('EffectParked')).toBeUndefined();
    expect(bench.mautic.notes()).toHaveLength(1);
    expect(await bench.effects()).toMatchObject({ 'note:processing': { state: 'done' } });
  });

  it('is parked with an alarm, and not repeated, when nobody can ever look', async () => {
    const bench = await noting();
    bench.mautic.faults.add({ match: isAdd, kind: 'commit-then-reset' });
    bench.mautic.faults.add({ match: isLookUp, kind: 'status-500', times: Infinity });

    await bench.shop({});
    await letPass(bench, 3 * 60);

    expect(aboutNotes(bench).filter((call) => call === 'add')).toHaveLength(1);
    expect(await bench.effects()).toMatchObject({
      'note:processing': { state: 'parked', reason: 'look-up-failed' },
    });
    expect(bench.counts.get('EffectParked')).toBe(1);
    expect(bench.profile().work).toBeUndefined();
  });
});

describe('an e-mail whose answer never came', () => {
  it('is not sent again although Mautic sent it only minutes after its caller gave up', async () => {
    const bench = await mailing();
    const late = workSlowly(bench, isSend);
    await bench.shop({});

    await letPass(bench, 3);
    await late.finish();
    await letPass(bench, 30);

    expect(bench.mautic.sentEmails().map(({ address }) => address)).toEqual([ANNA]);
    expect(bench.counts.get('EffectParked')).toBe(1);
  });

  it('is parked once, and never sent again, although the ledger fails while it is being parked', async () => {
    const bench = await mailing();
    bench.mautic.faults.add({ match: isSend, kind: 'commit-then-reset' });
    await bench.shop({});
    let failures = 0;
    bench.disturb((method) => {
      if (method !== 'markEffect' || failures === 3) return;
      failures += 1;
      throw new Error('the ledger is away');
    });

    // The queue brings back a message that was not acknowledged.
    bench.forward(5 * MINUTE);
    await bench.ringForDue();
    const rings = bench.rings();
    for (let receives = 1; receives <= 3; receives += 1) await bench.sync({ rings, receives });
    await letPass(bench, 30);

    expect(failures).toBe(3);
    expect(bench.mautic.sentEmails()).toHaveLength(1);
    expect(await bench.effects()).toMatchObject({
      'email:processing': { state: 'parked', reason: 'email-in-doubt' },
    });
    expect(bench.counts.get('EffectParked')).toBe(1);
  });

  it('of one order leaves the notes and e-mails of all others alone', async () => {
    const bench = await start({
      notes: ['processing'],
      emails: { processing: { template: 1, transactional: true } },
    });
    bench.mautic.faults.add({ match: isSend, kind: 'commit-then-reset' });
    for (const [id, email] of ['a@example.test', 'b@example.test', ANNA].entries())
      await bench.order({ id: id + 1, email });

    await bench.sync();
    await letPass(bench, 30);

    expect(bench.mautic.sentEmails().map(({ address }) => address)).toEqual([
      'a@example.test',
      'b@example.test',
      ANNA,
    ]);
    expect(bench.mautic.notes()).toHaveLength(3);
    expect(bench.counts.get('EffectParked')).toBe(1);
    expect(bench.counts.get('EffectDone')).toBe(5);
    const added = bench.calls().filter(({ path }) => path === '/api/notes/batch/new');
    expect(added.map((call) => itemsOf(call).length)).toEqual([3]);
  });
});
