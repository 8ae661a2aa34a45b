import { describe, expect, onTestFinished, test } from 'vitest';
import type { NeededField } from '../../../lib/core/contact/contact-write.ts';
import { createMemoryRegisters } from '../../../lib/local/memory/registers.ts';
import { createMauticFields, type MauticFieldsOptions } from '../../../lib/mautic/schema/fields.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import {
  failureOf,
  instance,
  manualClock,
  memoryClaims,
  must,
  type Reply,
  recorded,
  serve,
} from '../support.ts';

const DATA: NeededField = { alias: 'order_data', label: 'Order data', type: 'textarea' };
const SPENT: NeededField = { alias: 'spent', label: 'Spent', type: 'number', scale: 2 };
const CODE: NeededField = { alias: 'code', label: 'Code', type: 'text' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BASIC = { username: 'someone', password: 'secret' };

async function simulated(options: Parameters<typeof startMauticSimulator>[0] = {}) {
  const mautic = await startMauticSimulator(options);
  onTestFinished(() => mautic.close());
  const fieldsOf = (shared: Partial<MauticFieldsOptions> = {}) => {
    const all = instance({ url: mautic.url, ...shared });
    return { ...all, fields: createMauticFields({ ...all, mode: 'create', ...shared }) };
  };
  const created = () => mautic.counts.get('POST /api/fields/contact/new') ?? 0;
  const listed = () => mautic.counts.get('GET /api/fields/contact') ?? 0;
  return { mautic, fieldsOf, created, listed };
}

/** Answers the list first, then whatever follows. */
async function scripted(list: unknown, ...replies: Reply[]) {
  const left = [...replies];
  const server = await serve(({ method }) =>
    method === 'GET' ? { status: 200, body: list } : (left.shift() ?? { status: 503 }),
  );
  const all = instance({ url: server.url, credentials: BASIC, clock: manualClock().clock });
  return { ...all, seen: server.seen, fields: createMauticFields({ ...all, mode: 'create' }) };
}

function listOf(...fields: object[]): object {
  return {
    total: fields.length,
    fields: Object.fromEntries(fields.map((field, index) => [String(index + 1), field])),
  };
}

describe('fields that are missing', () => {
  test('are created so that nothing is cut or rounded', async () => {
    const { seen, fields } = await scripted(listOf(), recorded('187'), recorded('311'), recorded('208'));
    const needed = [
      { ...DATA, alias: 'my_textarea' },
      { ...SPENT, alias: 'amount' },
      { ...CODE, alias: 'lim_text2' },
    ];

    must(await fields.ready(needed));

    expect(seen.slice(1).map(({ json }) => json)).toEqual([
      { label: 'Order data', alias: 'my_textarea', type: 'textarea', group: 'core' },
      {
        label: 'Spent',
        alias: 'amount',
        type: 'number',
        group: 'core',
        properties: { scale: 2, roundmode: 4 },
      },
      { label: 'Code', alias: 'lim_text2', type: 'text', group: 'core', charLengthLimit: 191 },
    ]);
  });

  test('are created once and remembered', async () => {
    const { fieldsOf, created, listed } = await simulated();
    const shared = { claims: memoryClaims(), registers: createMemoryRegisters() };
    const { fields } = fieldsOf(shared);

    const infos = must(await fields.ready([DATA, SPENT, CODE]));
    must(await fields.ready([DATA, SPENT, CODE]));
    must(await fieldsOf(shared).fields.ready([DATA, SPENT, CODE]));

    expect(Object.fromEntries(infos)).toEqual({
      order_data: { type: 'textarea' },
      spent: { type: 'number' },
      code: { type: 'text', limit: 191 },
    });
    expect([created(), listed()]).toEqual([3, 1]);
  });

  test('are created once by twenty instances at the same time', async () => {
    const { fieldsOf, created } = await simulated();
    const claims = memoryClaims();

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => fieldsOf({ claims }).fields.ready([DATA, SPENT])),
    );

    for (const outcome of outcomes) expect([...must(outcome).keys()]).toEqual(['order_data', 'spent']);
    expect(created()).toBe(2);
  });

  test('that somebody created since the list are found by it (recording 198)', async () => {
    const lists = [listOf(), listOf({ alias: 'code', type: 'text', isPublished: true })];
    const server = await serve(({ method }) =>
      method === 'GET' ? { status: 200, body: lists.shift() } : recorded('198'),
    );
    const all = instance({ url: server.url, credentials: BASIC });

    const infos = must(await createMauticFields({ ...all, mode: 'create' }).ready([CODE]));

    expect(infos.get('code')).toEqual({ type: 'text' });
  });

  test('whose alias Mautic refuses are left out, with what to change (recording 202)', async () => {
    const { fields, lines } = await scripted(listOf(), recorded('202'));

    expect([...must(await fields.ready([CODE])).keys()]).toEqual([]);

    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      fields: {
        field: 'code',
        code: 'field-refused',
        remedy: expect.stringContaining('another one in the policy'),
      },
    });
  });

  test.each([
    ['199', 'mautic'],
    ['201', 'mautic'],
    ['033', 'mautic-5.2.1'],
    ['033', 'mautic-7.0.0'],
  ])(
    'whose alias Mautic changes are made once, however many ask (recording %s of %s)',
    async (number, set) => {
      const answer = recorded(number, set);
      const server = await serve(({ method }) =>
        method === 'GET' ? { status: 200, body: listOf() } : answer,
      );
      const { clock, forward } = manualClock();
      const shared = { claims: memoryClaims(), registers: createMemoryRegisters(), clock };
      const some = Array.from({ length: 5 }, () =>
        instance({ url: server.url, credentials: BASIC, ...shared }),
      );

      for (const one of some) {
        expect([...must(await createMauticFields({ ...one, mode: 'create' }).ready([CODE])).keys()]).toEqual(
          [],
        );
        forward(7 * HOUR);
      }

      expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
      expect(some.flatMap(({ lines }) => lines)).toEqual([
        expect.objectContaining({
          level: 'error',
          fields: expect.objectContaining({ field: 'code', code: 'field-renamed' }),
        }),
      ]);
      expect(some[0]?.counts.get('FieldLeftOut')).toBe(1);
    },
  );

  test.each([
    ['answered 202', { status: 202, body: { field: { alias: 'code', type: 'text', isPublished: true } } }],
    ['not published', { status: 201, body: { field: { alias: 'code', type: 'text', isPublished: false } } }],
  ])('whose column comes later (%s) are left out until then', async (_name, reply) => {
    const { fields, claims } = await scripted(listOf(), reply);

    expect(must(await fields.ready([CODE])).size).toBe(0);
    expect((await claims.finished('FIELD')).size).toBe(0);
  });

  test('keep their claim when the outcome is unknown, and give it back otherwise', async () => {
    const { fields, claims, clock } = await scripted(listOf(), recorded('180'), { status: 503 });
    const lease = { holder: 'other', now: clock.now(), until: clock.now() + 1_000 };

    expect(must(await fields.ready([CODE])).size).toBe(0);
    expect(failureOf(await fields.ready([SPENT])).kind).toBe('retry');

    expect(await claims.claim('FIELD', 'code', lease)).toBe('held');
    expect(await claims.claim('FIELD', 'spent', lease)).toBe('claimed');
  });

  test('that another instance keeps creating are waited for, a minute and a bit', async () => {
    const { fields, claims, clock, seen } = await scripted(listOf());
    const started = clock.now();
    await claims.claim('FIELD', 'code', { holder: 'other', now: started, until: started + 600_000 });

    expect(failureOf(await fields.ready([CODE]))).toMatchObject({ kind: 'retry', code: 'creation-held' });
    expect(clock.now() - started).toBe(61_000);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(0);
  });

  test('that a dead instance was creating are created once its claim lapsed', async () => {
    const { fields, claims, clock, seen } = await scripted(listOf(), {
      status: 201,
      body: { field: { alias: 'code', type: 'text', isPublished: true } },
    });
    await claims.claim('FIELD', 'code', { holder: 'dead', now: clock.now(), until: clock.now() + 60_000 });

    expect((await fields.ready([CODE])).ok).toBe(true);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('fields that exist', () => {
  test('are recognised beyond the default page of thirty', async () => {
    const { fieldsOf, created } = await simulated();
    const { fields, client } = fieldsOf();
    for (let n = 0; n < 5; n += 1) {
      const body = { label: `F${String(n)}`, alias: `f${String(n)}`, type: 'text' };
      await client.call({ method: 'POST', path: '/api/fields/contact/new', body });
    }

    must(await fields.ready([{ ...CODE, alias: 'f4' }]));

    expect(created()).toBe(5);
  });

  test('are read from a list as well as from an object (recording 176)', async () => {
    const list = [{ alias: 'code', type: 'text', isPublished: true }];
    for (const fieldsAnswered of [list, { '7': list[0] }]) {
      const { fields } = await scripted({ total: '1', fields: fieldsAnswered });
      expect(must(await fields.ready([CODE])).get('code')).toEqual({ type: 'text' });
    }
  });

  test('keep the type and the limit they have, where Mautic shows it', async () => {
    const shown = (alias: string, type: string) => ({ alias, type, isPublished: true, charLengthLimit: 255 });
    const { fields } = await scripted(
      listOf(shown('code', 'text'), shown('order_data', 'url'), shown('spent', 'textarea')),
    );

    const infos = must(await fields.ready([CODE, DATA, SPENT]));

    expect(Object.fromEntries(infos)).toEqual({
      code: { type: 'text', limit: 191 },
      order_data: { type: 'url', limit: 255 },
      spent: { type: 'textarea' },
    });
  });

  test.each(['5', '6'] as const)('are understood as Mautic %s lists them', async (version) => {
    const { fieldsOf } = await simulated({ version });

    const infos = must(await fieldsOf().fields.ready([{ ...CODE, alias: 'city' }]));

    expect(infos.get('city')).toEqual(version === '6' ? { type: 'text', limit: 64 } : { type: 'text' });
  });

  test('but are not published are left out, said once, and written again for all when they are', async () => {
    let isPublished = false;
    const server = await serve(() => ({
      status: 200,
      body: listOf({ alias: 'code', type: 'text', isPublished }),
    }));
    const { clock, forward } = manualClock();
    const all = instance({ url: server.url, credentials: BASIC, clock });
    const fields = createMauticFields({ ...all, mode: 'create' });
    expect(must(await fields.ready([CODE])).size).toBe(0);
    must(await fields.ready([CODE]));

    isPublished = true;
    forward(6 * MINUTE);

    expect(must(await fields.ready([CODE])).get('code')).toEqual({ type: 'text' });
    expect(all.lines.map(({ level }) => level)).toEqual(['error', 'info']);
    expect(all.counts.get('lookAgain')).toBe(1);
  });
});

describe('mode check', () => {
  test('leaves missing fields out and says so once', async () => {
    const { fieldsOf, created, listed } = await simulated();
    const { fields, lines } = fieldsOf({ mode: 'check' });

    const first = must(await fields.ready([CODE, { ...CODE, alias: 'city' }]));
    const second = must(await fields.ready([CODE, { ...CODE, alias: 'city' }]));

    expect([...first.keys(), ...second.keys()]).toEqual(['city', 'city']);
    expect([created(), listed()]).toEqual([0, 1]);
    expect(lines).toHaveLength(1);
  });
});

describe('a limit that an answer named', () => {
  test('is known to all instances', async () => {
    const { fieldsOf } = await simulated();
    const claims = memoryClaims();
    const { fields } = fieldsOf({ claims });
    must(await fields.ready([{ ...CODE, alias: 'city' }]));

    await fields.learnLimit('city', 64);

    const elsewhere = must(await fieldsOf({ claims }).fields.ready([{ ...CODE, alias: 'city' }]));
    expect(elsewhere.get('city')).toEqual({ type: 'text', limit: 64 });
    expect(must(await fields.ready([{ ...CODE, alias: 'city' }])).get('city')?.limit).toBe(64);
  });
});
