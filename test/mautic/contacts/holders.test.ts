import { describe, expect, onTestFinished, test } from 'vitest';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { failureOf, instance, must, plainClient, type Reply, serve } from '../support.ts';

function named(email: string) {
  return { email, fields: {}, addTags: [], removeTags: [] };
}

async function replaying(...replies: Reply[]) {
  const left = [...replies];
  const server = await serve(() => left.shift() ?? { status: 503 });
  return { contacts: createMauticContacts(plainClient(server.url)), seen: server.seen };
}

async function simulated(options: Parameters<typeof startMauticSimulator>[0] = {}) {
  const mautic = await startMauticSimulator(options);
  onTestFinished(() => mautic.close());
  return { mautic, contacts: createMauticContacts(instance({ url: mautic.url }).client) };
}

describe('the holders of ids', () => {
  test('are asked for in one call, without what is not needed (recording 080 of 5.2.1)', async () => {
    const { contacts, seen } = await replaying({
      status: 200,
      body: {
        total: '2',
        contacts: {
          '4': { id: 4, fields: { core: {}, all: { id: 4, email: 'anna@example.com' } } },
          '5': { id: 5, fields: { core: {}, all: { id: 5, email: 'berta@example.com' } } },
        },
      },
    });

    const holders = must(await contacts.holders([4, 5, 999_999]));

    expect([...holders].map(([id, { email }]) => [id, email])).toEqual([
      [4, 'anna@example.com'],
      [5, 'berta@example.com'],
    ]);
    expect(new URL(seen[0]?.url ?? '', 'http://mautic').searchParams.toString()).toBe(
      new URLSearchParams({
        'where[0][col]': 'id',
        'where[0][expr]': 'in',
        'where[0][val]': '4,5,999999',
        minimal: '1',
        limit: '100',
      }).toString(),
    );
  });

  test.each(['5.2.1', '7.0'] as const)('are none of those merged away or deleted (%s)', async (version) => {
    const { contacts, mautic } = await simulated({ version });
    const made = await contacts.create(
      ['loser', 'winner', 'deleted'].map((name) => named(`${name}@example.com`)),
    );
    const [loser = 0, winner = 0, deleted = 0] = made.map((one) => must(one).id);
    mautic.people.merge({ loser, winner });
    mautic.people.rename(winner, 'renamed@example.com');

    const holders = must(await contacts.holders([loser, winner, deleted + 1]));

    expect([...holders].map(([id, { email }]) => [id, email])).toEqual([[winner, 'renamed@example.com']]);
  });

  test('of hundreds of ids are asked for a hundred at a time', async () => {
    const { contacts, mautic } = await simulated();
    const made = await contacts.create(
      Array.from({ length: 120 }, (_, n) => named(`p${String(n)}@example.com`)),
    );
    const ids = made.map((one) => must(one).id);

    expect(must(await contacts.holders(ids)).size).toBe(120);
    expect(mautic.counts.get('GET /api/contacts')).toBe(2);
  });
});

describe('the heir of an id', () => {
  test.each(['5.2.1', '7.0'] as const)('is whom it was merged into (%s)', async (version) => {
    const { contacts, mautic } = await simulated({ version });
    const made = await contacts.create([named('loser@example.com'), named('winner@example.com')]);
    const [loser = 0, winner = 0] = made.map((one) => must(one).id);
    mautic.people.merge({ loser, winner });

    expect(must(await contacts.heir(loser))).toMatchObject({ id: winner, email: 'winner@example.com' });
  });

  test('is itself while it is there, and nobody once it was deleted', async () => {
    const { contacts } = await simulated();
    const [made] = await contacts.create([named('anna@example.com')]);
    const { id } = must(made);

    expect(must(await contacts.heir(id))).toMatchObject({ id });
    expect(must(await contacts.heir(id + 1))).toBeUndefined();
  });

  test('is not made up when Mautic cannot be asked', async () => {
    const { contacts } = await replaying({ status: 503 });

    expect(failureOf(await contacts.heir(7)).kind).toBe('retry');
  });
});
