import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAUTIC_VERSIONS, type MauticVersion } from '../../../lib/simulators/mautic/version.ts';
import { type Bench, openBench } from './client.ts';

const EDIT = '/api/contacts/batch/edit';
const IN_BATCH: Readonly<Record<MauticVersion, number>> = {
  '4.4': 404,
  '5': 404,
  '5.2.1': 404,
  '6': 404,
  '7.0': 200,
  '7.2': 200,
};

/** Contact 1, Nora, and contact 2, Olga. */
async function withTwo(bench: Bench): Promise<Bench> {
  await bench.call('POST', '/api/contacts/batch/new', [
    { email: 'nora@example.com', firstname: 'Nora', city: 'Ulm', tags: ['nora'], points: 3 },
    { email: 'olga@example.com', lastname: 'Olga', city: 'Bonn', tags: ['olga'], points: 4 },
  ]);
  await bench.call('POST', '/api/segments/new', { name: 'Buyers' });
  await bench.call('POST', '/api/emails/new', { name: 'E', subject: 'S' });
  return bench;
}

describe('two contacts merged by a person', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await withTwo(await openBench({ version: '5.2.1' }));
  });

  afterEach(() => bench.simulator.close());

  it('become one under the id of the winner, with tags, points, notes and segments of both', async () => {
    await bench.call('POST', '/api/notes/new', { lead: 2, text: 'order 7' });
    await bench.call('POST', '/api/segments/1/contact/2/add', {});

    bench.simulator.people.merge({ loser: 2, winner: 1 });

    expect(bench.simulator.contacts()).toEqual([
      {
        id: 1,
        email: 'nora@example.com',
        fields: { email: 'nora@example.com', firstname: 'Nora', lastname: 'Olga', city: 'Ulm', points: 7 },
        tags: ['nora', 'olga'],
      },
    ]);
    expect(bench.simulator.notes().map(({ contact }) => contact)).toEqual([1]);
    expect((await bench.call('GET', '/api/contacts/1/segments')).body.total).toBe(1);
  });

  it('keep the values of the one that was changed last, the address too', async () => {
    const { simulator } = await moved();

    simulator.people.merge({ loser: 2, winner: 1 });

    expect(simulator.contacts()).toMatchObject([
      { id: 1, email: 'olga@example.com', fields: { firstname: 'Nora', lastname: 'Olga', city: 'Kiel' } },
    ]);
    await simulator.close();
  });

  it('are one for single calls by either id, and for no search by the id of the loser', async () => {
    bench.simulator.people.merge({ loser: 2, winner: 1 });

    const got = await bench.call('GET', '/api/contacts/2');
    const patched = await bench.call('PATCH', '/api/contacts/2/edit', { city: 'Kiel' });
    const totals = [];
    for (const query of ['search=ids:2', 'search=ids:1,2', whereId('in', '1,2'), whereId('eq', '2')])
      totals.push((await bench.call('GET', `/api/contacts?${query}`)).body.total);

    expect([got.body.contact?.id, patched.status, patched.body.contact?.id]).toEqual([1, 200, 1]);
    expect(bench.simulator.contacts()[0]?.fields.city).toBe('Kiel');
    expect(totals).toEqual(['0', '1', '1', '0']);
  });

  it('lead by a chain of merges to the last winner, until that one is deleted', async () => {
    await bench.call('POST', '/api/contacts/new', { email: 'pia@example.com' });

    bench.simulator.people.merge({ loser: 2, winner: 1 });
    bench.simulator.people.merge({ loser: 1, winner: 3 });
    const got = await bench.call('GET', '/api/contacts/2');
    const gone = await bench.call('DELETE', '/api/contacts/2/delete');

    expect([got.body.contact?.id, gone.status]).toEqual([3, 200]);
    expect((await bench.call('GET', '/api/contacts/2')).status).toBe(404);
    expect(bench.simulator.contacts()).toEqual([]);
  });

  it('take notes and e-mails for the loser to the winner', async () => {
    bench.simulator.people.merge({ loser: 2, winner: 1 });

    await bench.call('POST', '/api/notes/new', { lead: 2, text: 'order 7' });
    await bench.call('POST', '/api/notes/batch/new', [{ lead: 2, text: 'order 8' }]);
    await bench.call('POST', '/api/emails/1/contact/2/send', {});

    expect(bench.simulator.notes().map(({ contact }) => contact)).toEqual([1, 1]);
    expect(bench.simulator.sentEmails()).toMatchObject([{ contact: 1, address: 'nora@example.com' }]);
  });

  it('are the winner in a segment by the batch call, a crash or nothing by the single ones', async () => {
    bench.simulator.people.merge({ loser: 2, winner: 1 });

    const single = await bench.call('POST', '/api/segments/1/contact/2/add', {});
    const batch = await bench.call('POST', '/api/segments/1/contacts/add', { ids: [2] });
    const removed = await bench.call('POST', '/api/segments/1/contact/2/remove', {});
    const { body } = await bench.call('GET', '/api/contacts/1/segments');

    expect([single.status, removed.status, removed.body.success, body.total]).toEqual([500, 200, 1, 1]);
    expect(JSON.parse(batch.text)).toEqual({ success: 1, details: { 1: { success: true } } });
  });

  it('must both exist', () => {
    expect(() => bench.simulator.people.merge({ loser: 9, winner: 1 })).toThrow('There is no contact 9.');
  });

  /** A bench on which Olga was changed a minute after both were made. */
  async function moved(): Promise<Bench> {
    let now = new Date('2026-11-27T01:00:00Z');
    const later = await withTwo(await openBench({ version: '5.2.1', now: () => now }));
    now = new Date('2026-11-27T01:01:00Z');
    await later.call('PATCH', '/api/contacts/2/edit', { city: 'Kiel' });
    return later;
  }
});

describe('the id of a merged contact in a batch edit', () => {
  it.each(MAUTIC_VERSIONS)('%s', async (version) => {
    const { call, simulator } = await withTwo(await openBench({ version }));
    simulator.people.merge({ loser: 2, winner: 1 });

    const { body } = await call('PATCH', EDIT, [{ id: 2, email: 'olga@example.com', city: 'Kiel' }]);
    await simulator.close();

    const isWritten = IN_BATCH[version] === 200;
    expect(body.statusCodes).toEqual([IN_BATCH[version]]);
    expect(simulator.contacts()).toMatchObject([
      isWritten
        ? { id: 1, email: 'olga@example.com', fields: { city: 'Kiel' } }
        : { id: 1, email: 'nora@example.com', fields: { city: 'Ulm' } },
    ]);
  });
});

describe('a contact renamed by a person', () => {
  it('is written to by its id and found under its new address only', async () => {
    const { call, simulator } = await withTwo(await openBench());

    simulator.people.rename(1, 'lena@example.com');
    const { body } = await call('PATCH', EDIT, [{ id: 1, city: 'Kiel' }]);
    const created = await call('POST', '/api/contacts/new', { email: 'nora@example.com' });
    await simulator.close();

    expect([body.statusCodes, created.status]).toEqual([[200], 201]);
    expect(simulator.contacts()[0]).toMatchObject({
      id: 1,
      email: 'lena@example.com',
      fields: { city: 'Kiel' },
    });
  });

  it('cannot take an address that is in use', async () => {
    const { simulator } = await withTwo(await openBench());

    expect(() => simulator.people.rename(1, 'Olga@example.com')).toThrow('an address that is in use');
    await simulator.close();
  });
});

function whereId(operator: string, value: string): string {
  return `where[0][col]=id&where[0][expr]=${operator}&where[0][val]=${value}`;
}
