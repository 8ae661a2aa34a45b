import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { cpuMs } from '../../support/cpu.ts';
import { type Bench, caller, openBench } from './client.ts';

const NEW = '/api/contacts/new';
const BATCH = '/api/contacts/batch/new';
const SECRET = { 'X-Test': 'none' };

describe('a simulated Mautic', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(() => bench.simulator.close());

  it('listens on 127.0.0.1 only and says where', () => {
    expect(bench.simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('rejects when its port is taken', async () => {
    const port = Number(new URL(bench.simulator.url).port);

    await expect(startMauticSimulator({ port })).rejects.toThrow('EADDRINUSE');
  });

  it('signs in by Basic, by bearer and by token in the query', async () => {
    const { url } = bench.simulator;
    const basic = await caller(url, `Basic ${btoa('admin:mautic')}`)('GET', '/api/users/self');
    const unsigned = await fetch(`${url}/api/users/self`, { headers: SECRET });

    expect([basic.status, (await bench.call('GET', '/api/users/self')).status, unsigned.status]).toEqual([
      200, 200, 401,
    ]);
  });

  it('keeps what a crashed batch had saved, and nothing behind it (recording 180)', async () => {
    const items = [
      { email: 'a@example.com' },
      { email: 'b@example.com', tags: ['x'.repeat(192)] },
      { email: 'c@example.com' },
    ];

    const reply = await bench.call('POST', BATCH, items);

    expect(reply.status).toBe(500);
    expect(bench.simulator.contacts().map(({ email }) => email)).toEqual(['a@example.com']);
  });

  it('refuses 201 items and writes none (recording 168)', async () => {
    const reply = await bench.call(
      'POST',
      BATCH,
      Array.from({ length: 201 }, (_, index) => ({ email: `p${index}@example.com` })),
    );

    expect([reply.status, reply.body.errors?.[0]?.message]).toEqual([
      500,
      'A max of 200 entities are supported at a time.',
    ]);
    expect(bench.simulator.contacts()).toEqual([]);
  });

  it('merges by address without case and accents, into the newest, and respells it', async () => {
    await bench.call('POST', NEW, { email: 'a@example.com' });

    const reply = await bench.call('POST', NEW, { email: 'A@Example.com', firstname: 'A' });

    expect(reply.status).toBe(200);
    expect(bench.simulator.contacts()).toMatchObject([
      { email: 'A@Example.com', fields: { firstname: 'A' } },
    ]);
  });

  it('drops zeros from PATCH, stores them by PUT, and clears by null with overwriteWithBlank', async () => {
    const { body } = await bench.call('POST', NEW, {
      email: 'a@example.com',
      attribution: 12.5,
      zipcode: '10115',
    });
    const path = `/api/contacts/${body.contact?.id}/edit`;
    const stored = () => bench.simulator.contacts()[0]?.fields.attribution;

    const seen = [];
    for (const payload of [
      { attribution: 0, overwriteWithBlank: true },
      { attribution: '0.99', zipcode: '00000' },
    ]) {
      await bench.call('PATCH', path, payload);
      seen.push(stored());
    }
    const cleared = await bench.call('PATCH', path, { attribution: null, overwriteWithBlank: true });
    seen.push(stored());
    await bench.call('PUT', path, { email: 'a@example.com', attribution: 0 });
    seen.push(stored());

    expect(seen).toEqual([12.5, 12.5, undefined, 0]);
    expect(cleared.body.contact?.fields.all.attribution).toBe(0);
    expect(bench.simulator.contacts()[0]?.fields.zipcode).toBeUndefined();
  });

  it('makes two rows of a new tag two writers use at once, as it makes two contacts', async () => {
    bench.simulator.faults.raceNext(2);

    const replies = await Promise.all(
      ['a', 'b'].map((name) => bench.call('POST', NEW, { email: `${name}@example.com`, tags: ['new'] })),
    );

    const ids = replies.map(({ body }) => body.contact?.tags[0]?.id);
    expect(new Set(ids).size).toBe(2);
    expect((await bench.call('GET', '/api/tags')).body.total).toBe(2);
  });

  it('never makes two rows without a race window', async () => {
    const replies = await Promise.all(
      Array.from({ length: 40 }, () => bench.call('POST', NEW, { email: 'a@example.com', tags: ['t'] })),
    );

    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 39 }, () => 200),
      201,
    ]);
    expect(bench.simulator.contacts()).toHaveLength(1);
  });

  it('takes a value away with its field, and knows it again under the same name as new', async () => {
    const { body } = await bench.call('POST', '/api/fields/contact/new', {
      label: 'Shoe size',
      type: 'number',
    });
    await bench.call('POST', NEW, { email: 'a@example.com', shoe_size: 44 });

    await bench.call('DELETE', `/api/fields/contact/${body.field?.id}/delete`);
    await bench.call('POST', '/api/fields/contact/new', { label: 'Shoe size', type: 'number' });

    expect(bench.simulator.contacts()[0]?.fields).toEqual({ email: 'a@example.com', points: 0 });
  });

  it('keeps the row of a contact whose created field crashed (recording 248, the rest derived)', async () => {
    await bench.call('POST', '/api/fields/contact/new', { label: 'Born', type: 'date' });

    const reply = await bench.call('POST', NEW, { email: 'a@example.com', born: '31/01/2026' });

    expect(reply.status).toBe(500);
    expect(bench.simulator.contacts().map(({ fields }) => fields)).toEqual([
      { email: 'a@example.com', points: 0 },
    ]);
  });

  it('counts whole points, again at every call', async () => {
    const { body } = await bench.call('POST', NEW, { email: 'a@example.com', points: 7 });
    for (const change of ['plus/1.5', 'plus/5', 'minus/3']) {
      await bench.call('POST', `/api/contacts/${body.contact?.id}/points/${change}`);
    }

    expect(bench.simulator.contacts()[0]?.fields.points).toBe(10);
  });

  it('ignores values of a field that is not published', async () => {
    await bench.call('POST', '/api/fields/contact/new', { label: 'Hidden', isPublished: false });

    const reply = await bench.call('POST', NEW, { email: 'a@example.com', hidden: 'x' });

    expect([reply.status, 'hidden' in (reply.body.contact?.fields.all ?? {})]).toEqual([201, false]);
    expect(bench.simulator.contacts()[0]?.fields).toEqual({ email: 'a@example.com', points: 0 });
  });

  it('keeps the notes before a bad one of a batch (recording 386) and finds a note by its text', async () => {
    const { body } = await bench.call('POST', NEW, { email: 'a@example.com' });
    const lead = body.contact?.id;

    const reply = await bench.call('POST', '/api/notes/batch/new', [
      { lead, text: 'order 7' },
      { lead: 99, text: 'order 8' },
      { lead, text: 'order 9' },
    ]);
    const found = await bench.call(
      'GET',
      `/api/contacts/${lead}/notes?search=${encodeURIComponent('order 7')}`,
    );

    expect([reply.status, found.body.total]).toEqual([500, 1]);
    expect(bench.simulator.notes().map(({ contact, text }) => [contact, text])).toEqual([[lead, 'order 7']]);
  });

  it('stays quick with thousands of contacts', async () => {
    const items = (round: number) =>
      Array.from({ length: 50 }, (_, index) => ({
        email: `p${round}-${index}@example.com`,
        tags: ['a', 'b'],
      }));
    const measure = (round: number) =>
      cpuMs(async () => {
        for (let repeat = 0; repeat < 5; repeat += 1) await bench.call('POST', BATCH, items(round + repeat));
      });

    const early = await measure(0);
    for (let round = 10; round < 80; round += 1) await bench.call('POST', BATCH, items(round));
    const late = await measure(0);

    expect(bench.simulator.contacts()).toHaveLength(75 * 50);
    expect(late).toBeLessThan(10 * early + 500);
  });
});
