import { describe, expect, test } from 'vitest';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { createMauticNotes } from '../../../lib/mautic/effects/notes.ts';
import {
  failureOf,
  instance,
  must,
  plainClient,
  type Reply,
  recorded,
  serve,
  simulatedMautic,
} from '../support.ts';

const MARKER = '[demo/23/completed]';

async function simulated() {
  const { mautic, http } = await simulatedMautic();
  const { client } = instance({ url: mautic.url, http });
  const contacts = createMauticContacts(client);
  const contact = async (email: string) => {
    const [created] = await contacts.create([{ email, fields: {}, addTags: [], removeTags: [] }]);
    return must(created).id;
  };
  const texts = () => mautic.notes().map(({ contact: id, text, type }) => [id, type, text]);
  const calls = () => mautic.counts.get('POST /api/notes/batch/new') ?? 0;
  return { mautic, contact, texts, calls, notes: createMauticNotes(client) };
}

async function answering(reply: Reply | ((url: string) => Reply)) {
  const server = await serve(({ url }) => (typeof reply === 'function' ? reply(url) : reply));
  return { notes: createMauticNotes(plainClient(server.url)), seen: server.seen };
}

function kindsOf(outcomes: Awaited<ReturnType<ReturnType<typeof createMauticNotes>['add']>>): string[] {
  return outcomes.map((outcome) => (outcome.ok ? 'ok' : `${outcome.failure.kind} ${outcome.failure.code}`));
}

describe('new notes', () => {
  test('go out as a list of general notes whose contact is called lead (recordings 377, 381)', async () => {
    const { notes, seen } = await answering({ status: 201, body: { notes: [{}], statusCodes: [201] } });

    await notes.add([{ contactId: 330, text: 'Order 1' }]);

    expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/notes/batch/new' });
    expect(seen[0]?.json).toEqual([{ lead: 330, text: 'Order 1', type: 'general' }]);
  });

  test('of several contacts are written in one call', async () => {
    const { notes, contact, texts, calls } = await simulated();
    const [anna, ben] = [await contact('anna@example.com'), await contact('ben@example.com')];

    const outcomes = await notes.add([
      { contactId: anna, text: 'one' },
      { contactId: ben, text: 'two' },
      { contactId: anna, text: 'three' },
    ]);

    expect(kindsOf(outcomes)).toEqual(['ok', 'ok', 'ok']);
    expect(texts()).toEqual([
      [anna, 'general', 'one'],
      [ben, 'general', 'two'],
      [anna, 'general', 'three'],
    ]);
    expect(calls()).toBe(1);
  });

  test('that are none cost no call', async () => {
    const { notes } = await answering({ status: 503 });

    expect(await notes.add([])).toEqual([]);
  });

  test('fail one by one where Mautic refuses one by one', async () => {
    const { notes, contact, texts } = await simulated();
    const anna = await contact('anna@example.com');

    const outcomes = await notes.add([
      { contactId: anna, text: 'one' },
      { contactId: anna, text: '' },
      { contactId: anna, text: 'three' },
    ]);

    expect(kindsOf(outcomes)).toEqual(['ok', 'repair rejected', 'ok']);
    expect(texts()).toHaveLength(2);
  });

  test('refused all together, as PHP does with JSON that it cannot read, are each looked up (recording 056)', async () => {
    const { notes } = await answering(recorded('056'));

    const outcomes = await notes.add([
      { contactId: 1, text: 'one' },
      { contactId: 2, text: 'two' },
    ]);
    const [alone] = await notes.add([{ contactId: 1, text: 'one' }]);

    expect(kindsOf(outcomes)).toEqual(Array(2).fill('unknown batch-refused'));
    expect(kindsOf(alone ? [alone] : [])).toEqual(['park bad-request']);
  });

  test('are all in doubt after an opaque 500, which kept the first of them (recordings 386, 388)', async () => {
    const { notes, contact, texts, calls } = await simulated();
    const anna = await contact('anna@example.com');

    const outcomes = await notes.add([
      { contactId: anna, text: 'b1' },
      { contactId: 999_999, text: 'b2' },
      { contactId: anna, text: 'b3' },
    ]);

    expect(kindsOf(outcomes)).toEqual(Array(3).fill('unknown server-error'));
    expect(texts()).toEqual([[anna, 'general', 'b1']]);
    expect(calls()).toBe(1);
  });

  test.each(['timeout', 'commit-then-reset', 'html-502'] as const)(
    'are in doubt after %s, and those of later batches were never sent',
    async (kind) => {
      const { notes, contact, mautic, calls } = await simulated();
      const anna = await contact('anna@example.com');
      mautic.faults.failNext(kind);

      const outcomes = await notes.add(
        Array.from({ length: 60 }, (_, n) => ({ contactId: anna, text: `note ${String(n)}` })),
      );

      expect(kindsOf(outcomes).slice(0, 50)).toEqual(
        Array(50).fill(expect.stringMatching(/^unknown (timeout|connection-lost|gateway)$/)),
      );
      expect(kindsOf(outcomes).slice(50)).toEqual(Array(10).fill('retry not-sent'));
      expect(calls()).toBe(1);
    },
  );

  test('of later batches are still tried after an opaque 500, which is about one note', async () => {
    const { notes, contact, texts } = await simulated();
    const anna = await contact('anna@example.com');
    const items = Array.from({ length: 60 }, (_, n) => ({
      contactId: n === 0 ? 999_999 : anna,
      text: `note ${String(n)}`,
    }));

    const outcomes = await notes.add(items);

    expect(kindsOf(outcomes).slice(50)).toEqual(Array(10).fill('ok'));
    expect(texts()).toHaveLength(10);
  });

  test('are tried later when Mautic takes no calls', async () => {
    const { notes, contact, mautic, texts } = await simulated();
    const anna = await contact('anna@example.com');
    mautic.faults.failNext('rate-limit-429');

    const outcomes = await notes.add([{ contactId: anna, text: 'one' }]);

    expect(kindsOf(outcomes)).toEqual(['retry rate-limited']);
    expect(texts()).toEqual([]);
  });

  test('in an answer without their codes are in doubt', async () => {
    const { notes } = await answering({ status: 201, body: { notes: [] } });

    expect(kindsOf(await notes.add([{ contactId: 1, text: 'one' }]))).toEqual(['unknown unreadable']);
  });
});

describe('looking for a note', () => {
  test('finds it by its marker and no other (recording 388)', async () => {
    const { notes, contact } = await simulated();
    const [anna, ben] = [await contact('anna@example.com'), await contact('ben@example.com')];
    must((await notes.add([{ contactId: anna, text: `Order 23: completed\n${MARKER}` }]))[0]);

    expect(must(await notes.has(anna, MARKER))).toBe(true);
    expect(must(await notes.has(ben, MARKER))).toBe(false);
    expect(must(await notes.has(anna, '[demo/2/completed]'))).toBe(false);
  });

  test('compares exactly what Mautic compares loosely', async () => {
    const { notes } = await answering({
      status: 200,
      body: {
        total: 2,
        notes: [
          { id: 1, text: '[Demo/23/Completed]' },
          { id: 2, text: null },
        ],
      },
    });

    expect(must(await notes.has(1, MARKER))).toBe(false);
  });

  test('lets Mautic narrow down, unless the marker has what its search takes for a command', async () => {
    const { notes, seen } = await answering(recorded('388'));

    await notes.has(330, MARKER);
    await notes.has(330, 'order:1 "b1"');

    const searches = seen.map(({ url }) => new URL(url, 'http://mautic').searchParams.get('search'));
    expect(searches).toEqual([MARKER, null]);
    expect(seen[0]?.url).toMatch(/^\/api\/contacts\/330\/notes\?/);
  });

  test('reads every page', async () => {
    const { notes, contact } = await simulated();
    const anna = await contact('anna@example.com');
    const texts = ['the: first', ...Array.from({ length: 149 }, (_, n) => `note ${String(n)}`)];
    for (const outcome of await notes.add(texts.map((text) => ({ contactId: anna, text })))) must(outcome);

    expect(must(await notes.has(anna, 'the: first'))).toBe(true);
    expect(must(await notes.has(anna, 'note 148'))).toBe(true);
    expect(must(await notes.has(anna, 'the: last'))).toBe(false);
  });

  test('never says no to a list that it cannot read to its end', async () => {
    const { notes, seen } = await answering({
      status: 200,
      body: { total: 1_000_000, notes: [{ id: 1, text: 'other' }] },
    });

    expect(failureOf(await notes.has(1, MARKER))).toMatchObject({ kind: 'park', code: 'too-many-notes' });
    expect(seen).toHaveLength(50);
  });

  test('of a contact that was deleted says so', async () => {
    const { notes } = await simulated();

    expect(failureOf(await notes.has(999_999, MARKER))).toMatchObject({ kind: 'park', code: 'not-found' });
  });

  test('that gets no list is repeated', async () => {
    const { notes } = await answering({ status: 200, body: { contact: {} } });

    expect(failureOf(await notes.has(1, MARKER))).toMatchObject({ kind: 'retry', code: 'unreadable' });
  });
});
