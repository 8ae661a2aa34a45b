import * as v from 'valibot';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ContactWrite } from '../../../lib/core/contact/contact-write.ts';
import type { MauticContacts } from '../../../lib/core/ports/mautic.ts';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { createMauticFields } from '../../../lib/mautic/schema/fields.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import {
  failureOf,
  instance,
  must,
  plainClient,
  type Reply,
  recorded,
  type Seen,
  serve,
} from '../support.ts';

const NOTHING: ContactWrite = { fields: {}, addTags: [], removeTags: [] };

function named(email: string, fields: ContactWrite['fields'] = {}) {
  return { ...NOTHING, email, fields };
}

async function replaying(...replies: Reply[]): Promise<{ contacts: MauticContacts; seen: Seen[] }> {
  const left = [...replies];
  const server = await serve(() => left.shift() ?? { status: 503 });
  return { contacts: createMauticContacts(plainClient(server.url)), seen: server.seen };
}

async function simulated(options: Parameters<typeof startMauticSimulator>[0] = {}) {
  const mautic = await startMauticSimulator(options);
  onTestFinished(() => mautic.close());
  const all = instance({ url: mautic.url });
  const stored = (email: string) => mautic.contacts().find((contact) => contact.email === email);
  return { ...all, mautic, stored, contacts: createMauticContacts(all.client) };
}

/** A server that refuses the whole batch when one of these addresses is in it, as recording 180 or another. */
async function poisoned(poison: readonly string[], refusal = recorded('180')) {
  const Items = v.array(v.object({ email: v.string() }));
  const server = await serve(({ json }) => {
    const items = v.parse(Items, json);
    if (items.some(({ email }) => poison.includes(email))) return refusal;
    const contacts = items.map(({ email }, index) => ({
      id: index + 1,
      fields: { all: { id: '1', email } },
      tags: [],
    }));
    return { status: 201, body: { contacts, statusCodes: items.map(() => 201) } };
  });
  return { contacts: createMauticContacts(plainClient(server.url)), seen: server.seen };
}

describe('a batch of new contacts', () => {
  test('is a top-level list with tags to add and to take away', async () => {
    const { contacts, seen } = await replaying(recorded('158'));

    await contacts.create([
      { email: 'a@example.com', fields: { city: 'Bonn' }, addTags: ['new'], removeTags: ['old'] },
      named('b@example.com', { city: null }),
    ]);

    expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/contacts/batch/new' });
    expect(seen[0]?.json).toEqual([
      { email: 'a@example.com', city: 'Bonn', tags: ['new', '-old'] },
      { email: 'b@example.com', city: null, overwriteWithBlank: true },
    ]);
  });

  test('is parsed to id, address, fields and tags (recording 166)', async () => {
    const { contacts } = await replaying(recorded('166'));

    const [first] = await contacts.create([named('bt1@example.com'), named('bt2@example.com')]);

    const contact = must(first);
    expect(contact.id).toBeGreaterThan(0);
    expect(contact.email).toMatch(/@example\.com$/);
    expect(contact.fields).not.toHaveProperty('id');
    expect(contact.tags.length).toBeGreaterThan(0);
  });

  test.each([
    ['157', ['ok', 'repair', 'repair']],
    ['160', ['ok', 'ok']],
    ['161', ['repair', 'repair']],
    ['178', ['repair', 'ok']],
    ['179', ['ok', 'repair', 'ok']],
    ['502', ['repair', 'ok']],
    ['557', ['ok', 'unknown', 'ok']],
    // Codes 400, 201, 400, 400, 200; "The selected choice is invalid." where 5 says "This value is not valid.".
    ['067', ['repair', 'ok', 'repair', 'repair', 'ok'], 'mautic-5.2.1'],
    ['066', ['repair', 'ok', 'repair', 'repair', 'ok'], 'mautic-7.0.0'],
  ])(
    'has one result per item, whether lists or objects come back (recording %s)',
    async (number, expected, set = 'mautic') => {
      const { contacts } = await replaying(recorded(number, set));

      const outcomes = await contacts.create(
        expected.map((_kind, index) => named(`${String(index)}@example.com`)),
      );

      expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.failure.kind))).toEqual(expected);
    },
  );

  test('names the refused field of each item (recording 157)', async () => {
    const { contacts } = await replaying(recorded('157'));

    const outcomes = await contacts.create([named('a'), named('b'), named('c')]);

    expect(failureOf(outcomes[1])).toMatchObject({ rejected: { email: { why: 'not-allowed' } } });
    expect(failureOf(outcomes[2])).toMatchObject({ rejected: { state: { why: 'not-allowed' } } });
    expect(JSON.stringify(outcomes[1])).not.toContain('bademail');
  });

  test('goes out fifty at a time', async () => {
    const { contacts, seen } = await poisoned([]);

    const outcomes = await contacts.create(
      Array.from({ length: 120 }, (_, n) => named(`${String(n)}@example.com`)),
    );

    expect(seen.map(({ json }) => (Array.isArray(json) ? json.length : 0))).toEqual([50, 50, 20]);
    expect(outcomes.map((outcome) => must(outcome).email)).toEqual(
      Array.from({ length: 120 }, (_, n) => `${String(n)}@example.com`),
    );
  });

  test('is not sent when there is nothing to send', async () => {
    const { contacts, seen } = await replaying();

    expect(await contacts.create([])).toEqual([]);
    expect(seen).toHaveLength(0);
  });

  test.each([
    ['an outage', { status: 503 }, 'retry'],
    ['a gateway', { status: 502 }, 'unknown'],
    ['a missing permission', recorded('576'), 'authorise'],
    ['an answer without results', { status: 201, body: { hello: 1 } }, 'unknown'],
    [
      'an answer without contacts',
      { status: 201, body: { contacts: [], statusCodes: [201, 201] } },
      'unknown',
    ],
  ])('fails as a whole by %s', async (_name, reply, kind) => {
    const { contacts, seen } = await replaying(reply);

    const outcomes = await contacts.create([named('a@example.com'), named('b@example.com')]);

    expect(outcomes.map((outcome) => failureOf(outcome).kind)).toEqual([kind, kind]);
    expect(seen).toHaveLength(1);
  });
});

describe('an opaque 500 of a batch', () => {
  test.each([0, 17, 49])('is halved until the bad item %i stands alone', async (bad) => {
    const poison = `${String(bad)}@example.com`;
    const { contacts, seen } = await poisoned([poison]);

    const outcomes = await contacts.create(
      Array.from({ length: 50 }, (_, n) => named(`${String(n)}@example.com`)),
    );

    const failures = outcomes.flatMap((outcome, index) =>
      outcome.ok ? [] : [[index, outcome.failure.code]],
    );
    expect(failures).toEqual([[bad, 'server-error']]);
    expect(seen.length).toBeLessThanOrEqual(14);
  });

  test('is halved for two bad items next to each other', async () => {
    const { contacts } = await poisoned(['0@example.com', '1@example.com']);

    const outcomes = await contacts.create(
      Array.from({ length: 50 }, (_, n) => named(`${String(n)}@example.com`)),
    );

    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(48);
  });

  test('is not halved on and on when everything fails', async () => {
    const everybody = Array.from({ length: 50 }, (_, n) => `${String(n)}@example.com`);
    const { contacts, seen } = await poisoned(everybody);

    const outcomes = await contacts.create(everybody.map((email) => named(email)));

    expect(outcomes.map((outcome) => failureOf(outcome).kind)).toEqual(everybody.map(() => 'unknown'));
    expect(seen.length).toBeLessThanOrEqual(10);
  });

  test('leaves every other contact written (simulator)', async () => {
    const { contacts, stored } = await simulated();
    const tooLong = 'T'.repeat(200);

    const outcomes = await contacts.create([
      named('a@example.com', { city: 'Bonn' }),
      { ...named('b@example.com'), addTags: [tooLong] },
      named('c@example.com', { city: 'Ulm' }),
    ]);

    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, true]);
    expect(stored('a@example.com')?.fields.city).toBe('Bonn');
    expect(stored('c@example.com')?.fields.city).toBe('Ulm');
  });
});

describe('a batch that Mautic cannot read (recording 056)', () => {
  const everybody = Array.from({ length: 50 }, (_, n) => `${String(n)}@example.com`);

  test('is halved until the bad item stands alone, which is parked', async () => {
    const { contacts } = await poisoned(['17@example.com'], recorded('056'));

    const outcomes = await contacts.create(everybody.map((email) => named(email)));

    const failures = outcomes.flatMap((outcome, index) => (outcome.ok ? [] : [[index, outcome.failure]]));
    expect(failures).toMatchObject([[17, { kind: 'park', code: 'bad-request' }]]);
  });

  test('is parked for nobody who was not asked about alone', async () => {
    const { contacts, seen } = await poisoned(everybody, recorded('056'));

    const outcomes = await contacts.create(everybody.map((email) => named(email)));

    const kinds = Object.groupBy(outcomes, (outcome) => failureOf(outcome).kind);
    const alone = seen.filter(({ json }) => Array.isArray(json) && json.length === 1);
    expect(seen.length).toBeLessThanOrEqual(10);
    expect(kinds.park).toHaveLength(alone.length);
    expect(kinds.retry).toHaveLength(everybody.length - alone.length);
  });
});

describe('a batch of edits', () => {
  test('names contacts by id and never sends an address', async () => {
    const { contacts, seen } = await replaying(recorded('169'));

    await contacts.edit([{ ...NOTHING, id: 7, fields: { email: 'new@example.com', city: 'Bonn' } }]);

    expect(seen[0]).toMatchObject({ method: 'PATCH', url: '/api/contacts/batch/edit' });
    expect(seen[0]?.json).toEqual([{ id: 7, city: 'Bonn' }]);
  });

  test('parks what Mautic no longer has and keeps the rest (recording 170)', async () => {
    const { contacts } = await replaying(recorded('170'));

    const outcomes = await contacts.edit([35, 999_999, 999_998].map((id) => ({ ...NOTHING, id })));

    expect(must(outcomes[0]).id).toBe(35);
    expect(outcomes.slice(1).map(failureOf)).toMatchObject([
      { kind: 'park', code: 'not-found' },
      { kind: 'park', code: 'not-found' },
    ]);
  });

  test('goes by the code of an item, not by its presence among the contacts (recording 171)', async () => {
    const { contacts } = await replaying(recorded('171'));

    const outcomes = await contacts.edit([35, 36].map((id) => ({ ...NOTHING, id })));

    expect(failureOf(outcomes[0])).toMatchObject({
      kind: 'repair',
      rejected: { email: { why: 'not-unique' } },
    });
    expect(must(outcomes[1]).id).toBe(36);
  });

  test('blanks and keeps (recordings 701-709, simulator)', async () => {
    const { contacts, stored } = await simulated();
    const [created] = await contacts.create([
      { ...named('a@example.com', { city: 'Bonn', firstname: 'Anna' }), addTags: ['x', 'y'] },
    ]);

    const [edited] = await contacts.edit([
      { id: must(created).id, fields: { city: null }, addTags: ['z'], removeTags: ['x'] },
    ]);

    expect(must(edited).tags).toEqual(['y', 'z']);
    expect(stored('a@example.com')?.fields).not.toHaveProperty('city');
    expect(stored('a@example.com')?.fields.firstname).toBe('Anna');
  });
});

describe('a search', () => {
  test('asks for exactly the address', async () => {
    const { contacts, seen } = await replaying(recorded('046'));

    await contacts.find("o'hara+x@example.com");

    const query = new URL(seen[0]?.url ?? '', 'http://mautic').searchParams;
    expect(query.get('where[0][col]')).toBe('email');
    expect(query.get('where[0][expr]')).toBe('eq');
    expect(query.get('where[0][val]')).toBe("o'hara+x@example.com");
    expect(seen[0]?.url).toContain('%2B');
  });

  test('drops what merely begins with the address (recording 098)', async () => {
    const { contacts } = await replaying(recorded('098'));

    const found = must(await contacts.find('anna@example.com'));

    expect(found.map(({ email }) => email.toLowerCase())).toEqual(found.map(() => 'anna@example.com'));
  });

  test('finds nothing in an empty list (recording 045)', async () => {
    const { contacts } = await replaying(recorded('045'));

    expect(must(await contacts.find('nobody@example.com'))).toEqual([]);
  });

  test.each(['5', '6'] as const)('finds addresses with an apostrophe in Mautic %s', async (version) => {
    const { contacts } = await simulated({ version });
    await contacts.create([named("o'hara@example.com"), named("o'hara@example.com.au")]);

    const found = must(await contacts.find("O'Hara@example.com"));

    expect(found.map(({ email }) => email)).toEqual(["o'hara@example.com"]);
  });
});

describe('a rewrite', () => {
  const STORED = {
    firstname: 'Anna',
    city: 'Bonn',
    country: 'Germany',
    points: 7,
    attribution: 0,
    last_active: '2026-01-31 10:11:00',
  };

  async function withContact() {
    const all = await simulated();
    const fields = createMauticFields({ ...all, mode: 'create' });
    must(
      await fields.ready([
        { alias: 'total', label: 'Total', type: 'number', scale: 2 },
        { alias: 'notes', label: 'Notes', type: 'textarea' },
      ]),
    );
    await all.client.call({
      method: 'POST',
      path: '/api/fields/contact/new',
      body: { label: 'Club', alias: 'club', type: 'boolean', properties: { yes: 'Yes', no: 'No' } },
    });
    const list = ['a', 'b', 'c'].map((value) => ({ label: value.toUpperCase(), value }));
    await all.client.call({
      method: 'POST',
      path: '/api/fields/contact/new',
      body: { label: 'Likes', alias: 'likes', type: 'multiselect', properties: { list } },
    });
    const body = {
      ...STORED,
      email: 'anna@example.com',
      club: true,
      likes: ['a', 'c'],
      notes: 'one\ntwo',
      tags: ['vip'],
    };
    must(await all.client.call({ method: 'POST', path: '/api/contacts/new', body }));
    const id = all.stored('anna@example.com')?.id ?? 0;
    return { ...all, id };
  }

  test('stores a fraction below one, which a PATCH drops', async () => {
    const { contacts, stored, id } = await withContact();
    await contacts.edit([{ ...NOTHING, id, fields: { total: '0.99' } }]);
    expect(stored('anna@example.com')?.fields).not.toHaveProperty('total');

    must(await contacts.rewrite(id, { total: '0.99' }));

    expect(Number(stored('anna@example.com')?.fields.total)).toBe(0.99);
  });

  test('stores text that looks like zero', async () => {
    const { contacts, stored, id } = await withContact();

    must(await contacts.rewrite(id, { zipcode: '00000' }));

    expect(stored('anna@example.com')?.fields.zipcode).toBe('00000');
  });

  test('keeps everything else as it was, of whatever type, and the tags', async () => {
    const { contacts, stored, id } = await withContact();
    const before = stored('anna@example.com');

    must(await contacts.rewrite(id, { total: '0.5' }));

    const after = stored('anna@example.com');
    expect(before?.fields).toMatchObject({ likes: expect.stringContaining('c') });
    expect(before?.fields).toHaveProperty('club');
    expect(after?.tags).toEqual(before?.tags);
    expect({ ...after?.fields, total: undefined }).toEqual({ ...before?.fields, total: undefined });
    expect(after?.fields).toMatchObject({ points: 7, notes: 'one\ntwo', city: 'Bonn' });
  });

  test('twice changes nothing', async () => {
    const { contacts, stored, id } = await withContact();
    must(await contacts.rewrite(id, { total: '0.5' }));
    const once = stored('anna@example.com');

    must(await contacts.rewrite(id, { total: '0.5' }));

    expect(stored('anna@example.com')).toEqual(once);
  });

  test('of a contact that is gone creates none (recordings 050, 124)', async () => {
    const { contacts, mautic } = await simulated();

    expect(failureOf(await contacts.rewrite(999, { total: '0.5' }))).toMatchObject({
      kind: 'park',
      code: 'not-found',
    });
    expect(mautic.contacts()).toHaveLength(0);
  });

  test('of an id that was merged away touches nobody', async () => {
    const { contacts, seen } = await replaying(recorded('049'));

    expect(failureOf(await contacts.rewrite(4711, { total: '0.5' })).code).toBe('not-found');
    expect(seen).toHaveLength(1);
  });

  test("refused for somebody else's value gives up our fields, not that value", async () => {
    const { contacts } = await replaying(recorded('703'), recorded('058'));

    const failure = failureOf(await contacts.rewrite(68, { total: '0.5' }));

    expect(failure).toMatchObject({ kind: 'repair', rejected: { total: { why: 'not-allowed' } } });
    expect(failure.message).toContain('state');
  });
});

describe('a look for several addresses', () => {
  test('finds exactly those, in one request, whatever case they are stored in', async () => {
    const { contacts, mautic } = await simulated();
    await contacts.create(
      ['Anna@example.com', 'anna@example.com.au', 'bob@example.com', 'carol@example.com'].map((email) =>
        named(email, { city: 'Bonn' }),
      ),
    );

    const found = must(await contacts.findAll(['anna@example.com', 'carol@example.com', 'dora@example.com']));

    expect(mautic.contacts()).toHaveLength(4);
    expect(found.map(({ email }) => email.toLowerCase()).sort()).toEqual([
      'anna@example.com',
      'carol@example.com',
    ]);
    expect(found[0]?.fields['city']).toBe('Bonn');
  });

  test('asks alone for an address that a list would take apart or Mautic would escape', async () => {
    const { contacts } = await simulated();
    await contacts.create([named("o'hara@example.com"), named('bob@example.com')]);

    const found = must(await contacts.findAll(["o'hara@example.com", 'bob@example.com']));

    expect(found.map(({ email }) => email).sort()).toEqual(['bob@example.com', "o'hara@example.com"]);
  });

  test('of many takes several requests, none too long for a host', async () => {
    const { contacts, seen } = await replaying(
      ...Array.from({ length: 3 }, () => ({ status: 200, body: { contacts: {} } })),
    );
    const long = Array.from({ length: 50 }, (_, index) => `${String(index)}${'x'.repeat(50)}@example.com`);

    must(await contacts.findAll(long));

    expect(seen).toHaveLength(3);
    expect(Math.max(...seen.map(({ url }) => url.length))).toBeLessThan(2_000);
  });
});
