import { describe, expect, test } from 'vitest';
import type { NeededField } from '../../../lib/core/contact/contact-write.ts';
import { createMemoryRegisters } from '../../../lib/local/memory/registers.ts';
import { createMauticFields } from '../../../lib/mautic/schema/fields.ts';
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

const SPENT: NeededField = { alias: 'spent', label: 'Spent', type: 'number', scale: 2 };
const CODE: NeededField = { alias: 'code', label: 'Code', type: 'text' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BASIC = { username: 'someone', password: 'secret' };

function listOf(...fields: object[]): object {
  return {
    total: fields.length,
    fields: Object.fromEntries(fields.map((field, index) => [String(index + 1), field])),
  };
}

/** A Mautic whose list of fields is what a test says at the time. */
async function changing(...first: object[]) {
  const state = {
    list: first,
    refuses: undefined as Reply | undefined,
    down: undefined as Reply | undefined,
    made: 0,
  };
  const server = await serve(({ method, json }) => {
    if (method === 'GET') return state.down ?? { status: 200, body: listOf(...state.list) };
    state.made += 1;
    if (state.refuses) return state.refuses;
    const { alias, type } = json as { alias: string; type: string };
    state.list = [...state.list, { alias, type }];
    return { status: 201, body: { field: { alias, type, isPublished: true } } };
  });
  const { clock, forward } = manualClock();
  const shared = { claims: memoryClaims(), registers: createMemoryRegisters(), clock };
  const start = (mode: 'create' | 'check' = 'create') => {
    const all = instance({ url: server.url, credentials: BASIC, ...shared });
    return { ...all, fields: createMauticFields({ ...all, mode }) };
  };
  return { state, server, forward, start };
}

describe('a field that Mautic cannot make', () => {
  const FULL = { ...recorded('180') };

  test('is left out; the others are made', async () => {
    const { state, start } = await changing({ alias: 'code', type: 'text' });
    state.refuses = FULL;

    const { fields, lines, counts } = start();
    const infos = must(await fields.ready([CODE, SPENT]));

    expect([...infos.keys()]).toEqual(['code']);
    expect(counts.get('FieldLeftOut')).toBe(1);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({
        fields: { field: 'spent', code: 'field-not-made', remedy: expect.stringContaining('64 indexes') },
      }),
    ]);
  });

  test('is asked for again after hours, by one of all instances, and said once', async () => {
    const { state, forward, start } = await changing();
    state.refuses = FULL;
    const some = Array.from({ length: 4 }, () => start());
    const everybody = async () => {
      for (const { fields } of some) must(await fields.ready([SPENT]));
    };

    for (let minutes = 0; minutes < 5 * 60; minutes += 10) {
      await everybody();
      forward(10 * MINUTE);
    }
    expect(state.made).toBe(1);
    forward(2 * HOUR);
    await everybody();

    expect(state.made).toBe(2);
    const errors = some.flatMap(({ lines }) => lines).filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
  });

  test('is written for every contact once Mautic can', async () => {
    const { state, forward, start } = await changing();
    state.refuses = FULL;
    const { fields, counts } = start();
    must(await fields.ready([SPENT]));

    state.refuses = undefined;
    forward(7 * HOUR);

    expect([...must(await fields.ready([SPENT])).keys()]).toEqual(['spent']);
    expect(counts.get('lookAgain')).toBe(1);
  });

  test('because the API user may not is told with the permission it lacks', async () => {
    const { state, start } = await changing();
    state.refuses = recorded('575');
    const { fields, lines } = start();

    expect(must(await fields.ready([SPENT])).size).toBe(0);

    expect(JSON.stringify(lines)).toContain('permission');
  });

  test('while Mautic is away is waited for, and blamed on nothing', async () => {
    const { state, start } = await changing();
    state.refuses = { status: 503 };
    const { fields, counts } = start();

    expect(failureOf(await fields.ready([SPENT])).kind).toBe('retry');
    expect(counts.has('FieldLeftOut')).toBe(false);
  });
});

describe('a field that was deleted in Mautic', () => {
  test('is made again at the next look, and every contact is written in full once more', async () => {
    const { state, forward, start } = await changing();
    must(await start().fields.ready([CODE, SPENT]));
    state.list = state.list.slice(0, 1);

    forward(2 * HOUR);
    const { fields, counts } = start();

    expect([...must(await fields.ready([CODE, SPENT])).keys()].toSorted()).toEqual(['code', 'spent']);
    expect(state.made).toBe(3);
    expect(counts.get('lookAgain')).toBe(1);
  });

  test('is made again at once when an answer does not show it', async () => {
    const { state, forward, start } = await changing();
    const { fields, counts } = start();
    must(await fields.ready([CODE]));
    state.list = [];
    forward(2 * MINUTE);

    must(await fields.recheck());
    must(await fields.recheck());

    expect(must(await fields.ready([CODE])).size).toBe(1);
    expect([state.made, counts.get('lookAgain')]).toEqual([2, 1]);
  });

  test('is alarmed about once under the mode check, and comes back when a person makes it', async () => {
    const { state, forward, start } = await changing({ alias: 'code', type: 'text' });
    const { fields, counts, lines } = start('check');
    must(await fields.ready([CODE]));
    state.list = [];
    for (let hours = 0; hours < 3; hours += 1) {
      forward(HOUR);
      expect(must(await fields.ready([CODE])).size).toBe(0);
    }
    expect(counts.get('FieldLeftOut')).toBe(1);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);

    state.list = [{ alias: 'code', type: 'text' }];
    forward(6 * MINUTE);

    expect(must(await fields.ready([CODE])).size).toBe(1);
    expect(counts.get('lookAgain')).toBe(1);
  });
});

describe('fields that Mautic brings along', () => {
  const plain = { alias: 'phone', type: 'tel' };

  test.each([
    ['a unique identifier', { ...plain, isUniqueIdentifier: true }, 'field-unique'],
    ['a unique identifier, as Mautic 4 spells it', { ...plain, isUniqueIdentifer: true }, 'field-unique'],
    ['not published', { ...plain, isPublished: false }, 'field-unpublished'],
  ])('are marked while %s, and that is said once', async (_what, field, code) => {
    const { start, forward } = await changing(field);
    const { fields, lines } = start();

    const infos = must(await fields.ready([], ['phone']));
    forward(2 * HOUR);
    must(await fields.ready([], ['phone']));

    expect(infos.get('phone')).toMatchObject({ leftOut: true });
    expect(lines).toEqual([
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ field: 'phone', code }) }),
    ]);
  });

  test('are marked when they are gone', async () => {
    const { start } = await changing();

    expect(must(await start().fields.ready([], ['phone'])).get('phone')).toMatchObject({ leftOut: true });
  });

  test('and are as usual are not mentioned', async () => {
    const { start } = await changing(plain);
    const { fields, lines } = start();

    expect(must(await fields.ready([], ['phone'])).size).toBe(0);
    expect(lines).toEqual([]);
  });

  test('that become unique identifiers have every contact looked at again: some may be taken over', async () => {
    const { state, start, forward } = await changing(plain);
    const { fields, counts } = start();
    must(await fields.ready([], ['phone']));

    state.list = [{ ...plain, isUniqueIdentifier: true }];
    forward(2 * HOUR);
    must(await fields.ready([], ['phone']));

    expect(counts.get('lookAgain')).toBe(1);
  });

  test('that nobody fills and Mautic requires are told', async () => {
    const { start } = await changing(plain, { alias: 'vat', type: 'text', isRequired: true });
    const { fields, lines } = start();

    must(await fields.ready([], ['phone']));

    expect(lines).toEqual([
      expect.objectContaining({
        fields: expect.objectContaining({ field: 'vat', code: 'field-required' }),
      }),
    ]);
  });
});

describe('a list that cannot be read', () => {
  test.each([recorded('180'), recorded('575'), { status: 200, body: '<html>' }])(
    'holds nobody up while all that is needed is known, and is asked for again after minutes',
    async (down) => {
      const { state, server, forward, start } = await changing();
      const { fields } = start();
      must(await fields.ready([CODE]));
      server.seen.splice(0);
      state.down = down;
      forward(2 * HOUR);

      expect(must(await fields.ready([CODE])).size).toBe(1);
      expect(must(await fields.ready([CODE])).size).toBe(1);
      expect(server.seen).toHaveLength(1);
      forward(6 * MINUTE);
      expect(must(await fields.ready([CODE])).size).toBe(1);

      expect(server.seen).toHaveLength(2);
      expect(state.made).toBe(1);
    },
  );

  test('is a failure while something needed is not known', async () => {
    const { state, start } = await changing();
    state.down = recorded('180');

    expect(failureOf(await start().fields.ready([CODE])).kind).toBe('retry');
  });
});
