import { describe, expect, it } from 'vitest';
import { noteMarker } from '../../../lib/core/effects/order-text.ts';
import { ANNA, type Bench, EDIT, endpoints, HOUR, MINUTE, startBench } from './support.ts';

const CONNECTED = Date.parse('2026-12-01T00:00:00Z');
const SINCE = new Map([['demo', CONNECTED]]);
const EMAILS = { completed: { template: 1, transactional: true } };

/** Work that was done and cannot be read, or may have been. */
const DONE = ['php-warning', 'empty', 'cut-off', 'commit-then-html-200'] as const;
const UNREAD = ['empty', 'cut-off', 'commit-then-html-200', 'html-200', 'html-403', 'html-413'] as const;

async function performing() {
  const bench = await startBench({ since: SINCE, policy: { emails: EMAILS, notes: ['completed'] } });
  await bench.person('POST', '/emails/new', { name: 'Completed', subject: 'Done', customHtml: '<p></p>' });
  await bench.shop({});
  bench.calls();
  return bench;
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

function isSend(_method: string, path: string): boolean {
  return path.endsWith('/send');
}

function isNote(method: string, path: string): boolean {
  return method === 'POST' && path.includes('/notes/');
}

function sendCalls(bench: Bench): number {
  return endpoints(bench.calls()).filter((call) => call.endsWith('/send')).length;
}

/** Of the contact, as people see them. */
async function notes(bench: Bench): Promise<number> {
  const { notes: listed } = await bench.person('GET', `/contacts/${String(bench.contact().id)}/notes`);
  return Object.values(listed as Record<string, unknown>).length;
}

describe('an e-mail', () => {
  it('that was sent behind a warning of PHP is done', async () => {
    const bench = await performing();
    bench.mautic.faults.add({ match: isSend, kind: 'php-warning' });

    await bench.shop({ status: 'completed' });

    expect(await bench.effects()).toMatchObject({ 'email:completed': { state: 'done' } });
  });

  it.each(DONE)('goes out once if every answer to it is spoiled (%s)', async (kind) => {
    const bench = await performing();
    bench.mautic.faults.add({ match: isSend, kind, times: Infinity });

    await bench.shop({ status: 'completed' });
    await letPass(bench, 3 * 60);

    expect(bench.mautic.sentEmails()).toHaveLength(1);
    expect(sendCalls(bench)).toBe(1);
  });

  it.each(UNREAD)('is parked for a person, with its alarm, when nobody can tell (%s)', async (kind) => {
    const bench = await performing();
    bench.mautic.faults.add({ match: isSend, kind });

    await bench.shop({ status: 'completed' });
    await letPass(bench, 10);

    expect(sendCalls(bench)).toBe(1);
    expect(await bench.effects()).toMatchObject({
      'email:completed': { state: 'parked', reason: 'email-in-doubt' },
    });
    expect(bench.counts.get('EffectParked')).toBe(1);
  });
});

describe('a note', () => {
  it.each([...DONE, ...UNREAD])('is there once in the end (%s)', async (kind) => {
    const bench = await performing();
    bench.mautic.faults.add({ match: isNote, kind });

    await bench.shop({ status: 'completed' });
    await letPass(bench, 10);

    expect(await notes(bench)).toBe(1);
    expect(await bench.effects()).toMatchObject({ [`note:completed`]: { state: 'done' } });
  });

  it('of one order that a firewall refuses keeps no other of its batch, and is parked with its reason', async () => {
    const bench = await performing();
    bench.mautic.faults.firewallText = noteMarker(
      { ref: { kind: 'order', store: 'demo', id: '2' } } as Parameters<typeof noteMarker>[0],
      'completed',
    );
    await bench.order({ id: 1, status: 'completed' });
    await bench.order({ id: 2, status: 'completed' });
    await bench.order({ id: 3, status: 'completed' });

    await bench.sync();
    await letPass(bench, 60);

    for (const id of [1, 3])
      expect(await bench.effects(id)).toMatchObject({ 'note:completed': { state: 'done' } });
    expect(await bench.effects(2)).toMatchObject({
      'note:completed': { state: 'parked', reason: 'not-mautic' },
    });
    expect(await notes(bench)).toBe(2);
  });
});

describe('a contact', () => {
  it.each([...DONE, ...UNREAD])('is right in the end, and no other row is made of it (%s)', async (kind) => {
    const bench = await startBench();
    bench.mautic.faults.add({
      match: (method, path) => method === 'POST' && path.includes('/contacts/'),
      kind,
    });
    await bench.shop({});

    await letPass(bench, 10);

    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna', mautic_woo_order_count: 1 });
    expect(bench.profile()).toMatchObject({ synced: 1, mauticId: bench.contact().id });
  });

  it('written behind a warning of PHP is in step at once', async () => {
    const bench = await startBench();
    bench.mautic.faults.add({ match: () => true, kind: 'php-warning', times: Infinity });

    await bench.shop({});

    expect(bench.profile()).toMatchObject({ synced: 1, doubt: false });
    expect(bench.profile().work).toBeUndefined();
  });
});

describe('a firewall or a limit that refuses a batch because of one contact', () => {
  const people = Array.from({ length: 10 }, (_, n) => `c${String(n)}@example.test`);
  const ODD = 'c6@example.test';
  const WORDS = 'Union Select';

  /** Everybody is known to Mautic; then the order of one gets words in it that a firewall does not like. */
  async function refused() {
    const bench = await startBench();
    for (const [index, email] of people.entries()) await bench.order({ id: index + 1, email });
    await bench.sync();
    bench.calls();
    bench.mautic.faults.firewallText = WORDS;
    await orderAll(bench);
    return bench;
  }

  async function orderAll(bench: Bench): Promise<void> {
    for (const [index, email] of people.entries()) {
      const name = email === ODD ? `T-shirt "${WORDS}"` : 'Tea';
      await bench.order({ id: index + 1, email, status: 'completed', lines: [{ sku: 'TEA', name }] });
    }
  }

  it('keeps that one only, and costs few calls', async () => {
    const bench = await refused();

    await bench.sync();

    const others = people.filter((email) => email !== ODD);
    expect(others.map((email) => bench.profile(email).work)).toEqual(others.map(() => undefined));
    for (const email of others) expect(bench.contact(email).tags).toContain('status:completed');
    expect(bench.profile(ODD)).toMatchObject({ work: 'live' });
    // The tag, the batch, a write of nobody, and the halves.
    expect(bench.calls().length).toBeLessThanOrEqual(12);
  });

  it('parks it with its reason when it was refused three times, within half an hour', async () => {
    const bench = await refused();
    await bench.sync();

    expect(bench.profile(ODD).parked).toBeUndefined();
    await letPass(bench, 30);

    expect(bench.profile(ODD).parked).toMatchObject({
      code: 'refused-on-the-way',
      message: expect.stringMatching(/403.*firewall/),
    });
    expect(bench.counts.get('ContactParked')).toBe(1);
    expect(people.filter((email) => bench.profile(email).parked)).toEqual([ODD]);
  });

  it('takes it in again when it is changed and nothing is wrong with it', async () => {
    const bench = await refused();
    await bench.sync();
    await letPass(bench, 30);

    await bench.shop({ id: 7, email: ODD, status: 'completed', lines: [{ sku: 'TEA', name: 'Tea' }] });

    expect(bench.contact(ODD).tags).toContain('status:completed');
    expect(bench.profile(ODD).parked).toBeUndefined();
  });

  it('does the same for an order that is too long', async () => {
    const bench = await startBench();
    await bench.shop({ id: 99, email: 'ben@example.test' });
    bench.mautic.faults.maxBodyBytes = 10_000;
    const lines = Array.from({ length: 200 }, (_, n) => ({ sku: `S${String(n)}` }));
    await bench.order({ id: 1, email: ANNA, lines });
    await bench.order({ id: 2, email: 'cleo@example.test' });

    await bench.sync();
    await letPass(bench, 30);

    expect(bench.contact('cleo@example.test').fields.firstname).toBe('Anna');
    expect(bench.profile().parked).toMatchObject({ code: 'refused-on-the-way' });
  });

  it('parks nobody while everything is refused, and asks little', async () => {
    const bench = await refused();
    bench.mautic.faults.firewallText = undefined;
    bench.mautic.faults.add({
      match: (method) => method !== 'GET',
      kind: 'html-403',
      times: Infinity,
    });

    await bench.sync();
    const first = bench.calls().length;
    await letPass(bench, 6 * 60);

    expect(first).toBeLessThanOrEqual(4);
    expect(people.filter((email) => bench.profile(email).parked)).toEqual([]);
    bench.mautic.faults.clear();
    bench.forward(HOUR);
    await letPass(bench, 90);
    for (const email of people) expect(bench.contact(email).tags).toContain('status:completed');
  });

  it('parks nobody for having been refused before, when it was everybody', async () => {
    const bench = await refused();
    bench.mautic.faults.firewallText = undefined;
    bench.mautic.faults.add({ match: (method) => method !== 'GET', kind: 'html-403', times: Infinity });
    await bench.sync();
    await letPass(bench, 3 * 60);
    bench.mautic.faults.clear();
    bench.mautic.faults.add({
      match: (method, path) => `${method} ${path}`.startsWith(EDIT),
      kind: 'html-403',
    });

    bench.forward(HOUR);
    await letPass(bench, 2);

    expect(people.filter((email) => bench.profile(email).parked)).toEqual([]);
  });
});
