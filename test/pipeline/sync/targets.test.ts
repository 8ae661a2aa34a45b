import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import {
  ANNA,
  type Bench,
  type BenchOptions,
  endpoints,
  HOUR,
  keyOf,
  MINUTE,
  startBench,
} from './support.ts';

const BEN = 'ben@example.test';
const SINCE = new Map([['demo', Date.parse('2026-12-01T00:00:00Z')]]);
const MAILING: Partial<Policy> = { emails: { completed: { template: 1, transactional: true } } };

/** Mautic has the e-mail 1 and the segments 1 and 2. */
async function start(policy: Partial<Policy>, options: BenchOptions = {}) {
  const bench = await startBench({ since: SINCE, ...options, policy });
  await bench.person('POST', '/emails/new', { name: 'One', subject: 'One', customHtml: '{order_id}' });
  for (const name of ['Buyers', 'Regulars']) await bench.person('POST', '/segments/new', { name });
  return bench;
}

function publish(bench: Bench, isPublished: boolean) {
  return bench.person('PATCH', '/emails/1/edit', { isPublished });
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

function sent(bench: Bench): readonly string[] {
  return bench.mautic.sentEmails().map(({ address }) => address);
}

function errors(bench: Bench) {
  return bench.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields);
}

function callsTo(bench: Bench, part: string): number {
  return endpoints(bench.calls()).filter((call) => call.includes(part)).length;
}

async function memberships(bench: Bench, email = ANNA): Promise<readonly number[]> {
  const { lists } = await bench.person('GET', `/contacts/${String(bench.contact(email).id)}/segments`);
  return Object.keys(lists as object).map(Number);
}

describe('an e-mail that is not published', () => {
  it('is not sent, and said once with what to do', async () => {
    const bench = await start(MAILING);
    await publish(bench, false);

    await bench.order({ id: 1, status: 'completed' });
    await bench.order({ id: 2, status: 'completed', email: BEN });
    await bench.sync();
    await letPass(bench, 30);

    expect(sent(bench)).toEqual([]);
    expect(await bench.effects()).toMatchObject({
      'email:completed': { state: 'refused', reason: 'email-unpublished' },
    });
    expect(errors(bench)).toEqual([
      {
        target: 'email 1',
        code: 'email-unpublished',
        remedy: expect.stringMatching(/e-mail 1 is not published.*publish it/),
      },
    ]);
    expect(bench.counts.get('EffectTargetMissing')).toBeGreaterThan(1);
    expect(bench.counts.get('EffectParked')).toBeUndefined();
    expect(bench.contact().tags).toContain('status:completed');
  });

  it('is sent to everybody who waits once it is published, each once', async () => {
    const bench = await start(MAILING);
    await publish(bench, false);
    await bench.order({ id: 1, status: 'completed' });
    await bench.order({ id: 2, status: 'completed', email: BEN });
    await bench.sync();
    await letPass(bench, 12);

    await publish(bench, true);
    await letPass(bench, 6);

    expect(sent(bench).toSorted()).toEqual([ANNA, BEN]);
    await letPass(bench, 30);
    expect(sent(bench)).toHaveLength(2);
    expect(bench.profile().work).toBeUndefined();
  });

  it('is not sent any more when the order has gone on meanwhile', async () => {
    const bench = await start(MAILING);
    await publish(bench, false);
    await bench.shop({ status: 'completed' });

    await bench.shop({ status: 'refunded' });
    await publish(bench, true);
    await letPass(bench, 30);

    expect(sent(bench)).toEqual([]);
    expect(bench.profile().work).toBeUndefined();
  });

  it('is looked up every five minutes at most, however many wait, and by all instances together', async () => {
    const bench = await start(MAILING);
    await publish(bench, false);
    bench.calls();

    for (let id = 1; id <= 6; id += 1) {
      bench.coldStart();
      await bench.shop({ id, status: 'completed', email: `n${String(id)}@example.test` });
    }
    expect(callsTo(bench, 'GET /api/emails/1')).toBe(1);

    await letPass(bench, 10);
    const looks = endpoints(bench.calls());
    expect(looks.filter((call) => call === 'GET /api/emails/1').length).toBeLessThanOrEqual(2);
    expect(looks.filter((call) => call !== 'GET /api/emails/1')).toEqual([]);
  });

  it('costs those who wait less and less, but never more than six hours', async () => {
    const bench = await start(MAILING);
    await publish(bench, false);
    await bench.shop({ status: 'completed' });
    bench.calls();

    const looks: number[] = [];
    for (let day = 0; day < 3; day += 1) {
      await letPass(bench, 24 * 60);
      looks.push(callsTo(bench, 'GET /api/emails/1'));
    }
    expect(looks[0]).toBeLessThan(40);
    expect(looks[2]).toBeLessThanOrEqual(5);

    await publish(bench, true);
    await letPass(bench, 6 * 60 + 2);
    expect(sent(bench)).toEqual([ANNA]);
  });

  it('in one way or another is sent at once with the contact’s next change', async () => {
    const bench = await start(MAILING);
    await publish(bench, false);
    await bench.shop({ status: 'completed' });
    await letPass(bench, 24 * 60);
    await publish(bench, true);
    bench.forward(5 * MINUTE);

    await bench.shop({ status: 'completed', billing: { city: 'Ulm' } });

    expect(sent(bench)).toEqual([ANNA]);
  });

  it('costs nothing while it is published but a look now and then', async () => {
    const bench = await start(MAILING);
    bench.calls();

    for (let id = 1; id <= 4; id += 1) await bench.shop({ id, status: 'completed' });

    expect(callsTo(bench, 'GET /api/emails/1')).toBe(1);
    expect(sent(bench)).toHaveLength(4);
    expect(bench.counts.has('EffectTargetMissing')).toBe(false);
  });

  it('that cannot be looked up is not sent, and not said to be unpublished', async () => {
    const bench = await start(MAILING);
    bench.mautic.faults.add({ match: (_method, path) => path === '/api/emails/1', kind: 'html-503' });

    await bench.shop({ status: 'completed' });
    expect([sent(bench), await bench.effects()]).toEqual([[], {}]);
    await letPass(bench, 6);

    expect(sent(bench)).toEqual([ANNA]);
  });
});

describe('an e-mail that Mautic does not have', () => {
  it('is said once, costs no call per contact, and nobody their notes or fields', async () => {
    const bench = await start({
      notes: ['completed'],
      emails: { completed: { template: 77, transactional: false } },
    });
    bench.calls();
    for (let id = 1; id <= 5; id += 1)
      await bench.order({ id, status: 'completed', email: `n${String(id)}@example.test` });

    await bench.sync();

    expect(callsTo(bench, '/emails/')).toBe(1);
    expect(errors(bench)).toEqual([
      { target: 'email 77', code: 'email-not-found', remedy: expect.stringMatching(/name another one/) },
    ]);
    expect(bench.mautic.notes()).toHaveLength(5);
    expect(await bench.effects(3)).toMatchObject({
      'email:completed': { state: 'refused', reason: 'email-not-found' },
      'note:completed': { state: 'done' },
    });
    expect(bench.counts.get('EffectParked')).toBeUndefined();
  });

  it('because somebody deleted it since it was looked up is found missing by its sending', async () => {
    const bench = await start(MAILING);
    await bench.shop({ status: 'completed' });
    bench.front.before = ({ path }) =>
      path.startsWith('/api/emails/1')
        ? { status: 404, body: { errors: [{ code: 404, message: 'Item was not found.', details: [] }] } }
        : undefined;

    await bench.shop({ id: 2, status: 'completed' });
    await bench.shop({ id: 3, status: 'completed' });

    expect(await bench.effects(2)).toMatchObject({
      'email:completed': { state: 'refused', reason: 'email-not-found' },
    });
    expect(callsTo(bench, '/send')).toBe(2);
    expect(errors(bench)).toHaveLength(1);
  });
});

describe('a contact that only waits for something due', () => {
  it('is left alone by a message that comes late, and tried when the sweep rings', async () => {
    const bench = await start({ segments: [{ segment: 3, minOrders: 1 }] });
    await bench.shop({});
    await bench.person('POST', '/segments/new', { name: 'Late' });
    bench.calls();
    bench.forward(10 * MINUTE);

    await bench.sync({ rings: [{ contact: keyOf(ANNA), wanted: 1, attempts: 0 }] });
    const late = [endpoints(bench.calls()), await memberships(bench)];
    await bench.sweep();

    expect(late).toEqual([[], []]);
    expect(await memberships(bench)).toEqual([3]);
  });
});

describe('a segment that Mautic does not have', () => {
  const RULES = [
    { segment: 77, minOrders: 1 },
    { segment: 2, minOrders: 1 },
  ];

  it('is said once with what to do, and costs only itself', async () => {
    const bench = await start({ segments: RULES });

    await bench.shop({});
    await bench.shop({ id: 2, email: BEN });
    bench.coldStart();
    await bench.shop({ id: 3, email: 'cleo@example.test' });

    expect([await memberships(bench), await memberships(bench, BEN)]).toEqual([[2], [2]]);
    expect(errors(bench)).toEqual([
      {
        target: 'segment 77',
        code: 'segment-not-found',
        remedy: expect.stringMatching(/segment 77 is not in/),
      },
    ]);
    expect(bench.counts.get('EffectTargetMissing')).toBe(2);
    expect(bench.counts.has('EffectParked')).toBe(false);
    expect(bench.profile()).toMatchObject({ wanted: 1, synced: 1, attempts: 0 });
  });

  it('costs no call per contact', async () => {
    const bench = await start({ segments: RULES });
    for (let id = 1; id <= 5; id += 1) await bench.shop({ id, email: `n${String(id)}@example.test` });

    expect(callsTo(bench, '/segments/77/')).toBe(1);
    await letPass(bench, 4);
    expect(callsTo(bench, '')).toBe(0);
  });

  it('takes in everybody who waits for it when somebody makes it, without another change', async () => {
    const bench = await start({ segments: [{ segment: 3, minOrders: 1 }] });
    await bench.shop({});
    await bench.shop({ id: 2, email: BEN });
    await letPass(bench, 7);
    await bench.person('POST', '/segments/new', { name: 'Made later' });

    await letPass(bench, 7);

    expect([await memberships(bench), await memberships(bench, BEN)]).toEqual([[3], [3]]);
    expect(bench.profile().work).toBeUndefined();
    await bench.shop({ id: 2, email: BEN, status: 'cancelled' });
    expect(await memberships(bench, BEN)).toEqual([]);
  });

  it('and never will have is looked for ever more rarely', async () => {
    const bench = await start({ segments: [{ segment: 77, minOrders: 1 }] });
    await bench.shop({});
    await letPass(bench, 2 * 24 * 60);
    bench.calls();

    await letPass(bench, 24 * 60);

    expect(callsTo(bench, '/segments/77/')).toBeLessThanOrEqual(5);
  });

  it('any more is left without a word by whoever leaves it', async () => {
    const bench = await start({ segments: [{ segment: 1, statuses: ['processing'] }] });
    await bench.shop({});
    await bench.person('DELETE', '/segments/1/delete');

    await bench.shop({ status: 'completed' });
    bench.forward(HOUR);
    await bench.shop({ status: 'completed', billing: { city: 'Ulm' } });

    expect(errors(bench)).toEqual([]);
    expect(bench.profile().work).toBeUndefined();
  });
});
