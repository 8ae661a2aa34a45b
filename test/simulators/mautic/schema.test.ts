import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MauticVersion } from '../../../lib/simulators/mautic/version.ts';
import { type Bench, openBench } from './client.ts';

const NEW = '/api/contacts/new';
const BATCH = '/api/contacts/batch/new';
const FIELD = '/api/fields/contact/new';
const PHONE_FIELD = 8;

let bench: Bench;

afterEach(() => bench.simulator.close());

async function open(version: MauticVersion): Promise<Bench> {
  bench = await openBench({ version });
  return bench;
}

describe('a new field', () => {
  const RESERVED = `The 'tags' keyword is reserved for segment filters. Please choose different alias.`;
  const OPAQUE =
    'Looks like I encountered an error (error #500). If I do it again, please report me to the system administrator!';
  const restricted = (alias: string) =>
    `The alias '${alias}' is a restricted field. Please choose another one.`;

  it.each(['limit', 'read', 'range', 'option', 'desc', 'true', 'null', 'select'])(
    'with the alias %s, a word of SQL, is one more column each time',
    async (alias) => {
      const { call } = await open('5.2.1');

      const made = [];
      for (let count = 0; count < 3; count += 1)
        made.push((await call('POST', FIELD, { label: 'Reserved', alias })).body.field?.alias);

      expect(made).toEqual([`f_${alias}`, `f_${alias}1`, `f_${alias}2`]);
    },
  );

  it.each([
    ['5.2.1', 'tags', 400, RESERVED],
    ['7.0', 'tags', 400, restricted('tags')],
    ['5.2.1', 'owner', 201, 'owner'],
    ['7.0', 'owner', 400, restricted('owner')],
    ['5.2.1', 'stage', 400, RESERVED.replace('tags', 'stage')],
    ['7.0', 'stage', 400, RESERVED.replace('tags', 'stage')],
    ['5.2.1', 'internal', 201, 'internal1'],
    ['5.2.1', 'system', 500, OPAQUE],
    ['7.0', 'system', 500, OPAQUE],
    ['5.2.1', 'generated_email_domain', 500, OPAQUE],
  ] as const)('%s: the alias %s is answered %d', async (...[version, alias, status, said]) => {
    const { call } = await open(version);

    const reply = await call('POST', FIELD, { label: 'Reserved', alias });
    const again = await call('POST', FIELD, { label: 'Free', alias: 'free' });

    const message = reply.body.errors?.[0]?.message.replace('alias: ', '');
    expect(reply.status).toBe(status);
    expect(reply.body.field?.alias ?? message).toBe(said);
    expect(again.body.field?.id).toBe(status === 201 ? 45 : 44);
  });

  it('with the alias of another in other case is refused', async () => {
    const { call } = await open('5.2.1');
    await call('POST', FIELD, { label: 'One', alias: 'one' });

    expect((await call('POST', FIELD, { label: 'Two', alias: 'One' })).status).toBe(400);
  });

  it.each([
    ['5.2.1', 201],
    ['7.0', 400],
  ] as const)('%s: a limit of 255 characters is answered %d', async (version, status) => {
    const { call } = await open(version);

    const reply = await call('POST', FIELD, { label: 'Url', type: 'url', charLengthLimit: 255 });

    expect(reply.status).toBe(status);
  });

  it('that is required refuses contacts without it, but no PATCH', async () => {
    const { call } = await open('5.2.1');
    const before = await call('POST', NEW, { email: 'a@example.com' });
    await call('POST', FIELD, { label: 'Needed', isRequired: true });

    const statuses = [];
    for (const method of ['PATCH', 'PUT'])
      statuses.push(
        (await call(method, `/api/contacts/${before.body.contact?.id}/edit`, { email: 'a@example.com' }))
          .status,
      );
    const { body } = await call('POST', BATCH, [
      { email: 'a@example.com' },
      { email: 'b@example.com' },
      { email: 'c@example.com', needed: 'x' },
    ]);

    expect(statuses).toEqual([200, 400]);
    expect(body.statusCodes).toEqual([200, 400, 201]);
    expect(body.errors).toMatchObject({ 1: { message: 'needed: This field is required.' } });
  });
});

describe('a second unique identifier', () => {
  it('makes one contact of two people with one phone number (recordings 058-063 of 5.2.1)', async () => {
    const { call, simulator } = await open('5.2.1');
    await call('PATCH', `/api/fields/contact/${PHONE_FIELD}/edit`, { isUniqueIdentifier: true });

    const { body } = await call('POST', BATCH, [
      { email: 'a@example.com', phone: '+49301' },
      { email: 'b@example.com', phone: '+49301' },
    ]);

    expect(body.statusCodes).toEqual([201, 200]);
    expect(simulator.contacts().map(({ email }) => email)).toEqual(['b@example.com']);
  });
});

describe('tags the database holds equal', () => {
  beforeEach(async () => {
    await open('5.2.1');
  });

  it.each([
    ['café', 'CAFE'],
    ['straße', 'strasse'],
    ['x🎉', 'x🚀'],
    ['m²', 'm2'],
    ['acme™', 'acmetm'],
    ['ＡＢＣ', 'abc'],
    ['a\u200Bb', 'ab'],
    ['œuf', 'oeuf'],
  ])('tags/new with %s and %s is one row, renamed for everybody', async (first, second) => {
    const { body } = await bench.call('POST', NEW, { email: 'a@example.com', tags: [first] });
    const again = await bench.call('POST', '/api/tags/new', { tag: second });

    expect([again.status, again.body.tag?.id]).toEqual([200, body.contact?.tags[0]?.id]);
    expect(bench.simulator.contacts()[0]?.tags).toEqual([second]);
  });

  it.each([
    ['øre', 'ore'],
    ['x🎉', 'x'],
    ['a-b', 'ab'],
  ])('%s and %s are two rows', async (first, second) => {
    await bench.call('POST', '/api/tags/new', { tag: first });

    expect((await bench.call('POST', '/api/tags/new', { tag: second })).status).toBe(201);
  });

  it('are rows of their own in a contact payload', async () => {
    await bench.call('POST', NEW, { email: 'a@example.com', tags: ['tee', 'tée', 'TEE'] });

    expect((await bench.call('GET', '/api/tags')).body.total).toBe(3);
  });
});

describe('two rows of one tag', () => {
  beforeEach(async () => {
    await open('5.2.1');
    await bench.call('POST', NEW, { email: 'a@example.com', tags: ['x'] });
    bench.simulator.people.doubleTag('x');
  });

  it('leave the older one on -x, which goes after x was added (recordings 195-199 of 5.2.1)', async () => {
    const seen = [];
    for (const tag of ['-x', 'x', '-x']) {
      await bench.call('PATCH', '/api/contacts/1/edit', { tags: [tag] });
      seen.push(bench.simulator.contacts()[0]?.tags);
    }

    expect(seen).toEqual([['x'], ['x'], []]);
  });
});
