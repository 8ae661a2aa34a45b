import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MauticVersion } from '../../../lib/simulators/mautic/version.ts';
import { type Bench, fetchToken, openBench } from './client.ts';

const NEW = '/api/contacts/new';
const EDIT = '/api/contacts/batch/edit';
const EMAIL = 'a@example.com';

let bench: Bench;

afterEach(() => bench.simulator.close());

async function open(version: MauticVersion): Promise<Bench> {
  bench = await openBench({ version });
  return bench;
}

function stored(): Readonly<Record<string, unknown>> | undefined {
  return bench.simulator.contacts()[0]?.fields;
}

describe('a text', () => {
  beforeEach(async () => {
    await open('5.2.1');
  });

  it.each([
    ['Caf&eacute; &euro;&hellip; &frac12;', 'Café €… ½'],
    ['&Eacute;&eacute; &bogus;', 'Éé &bogus;'],
    ['&#38; &#x26; &#38a;', '& & &#38a;'],
    ['\u200B\uFEFF\u00A0 Ulm \u2003\u200D', 'Ulm'],
    ['a\u200Bb', 'a\u200Bb'],
  ])('%j is stored as %j', async (sent, expected) => {
    await bench.call('POST', NEW, { email: EMAIL, city: sent });

    expect(stored()?.city).toBe(expected);
  });

  it('of nothing but invisible characters is blank', async () => {
    await bench.call('POST', NEW, { email: EMAIL, city: '\u200B\u00AD' });

    expect(stored()).toEqual({ email: EMAIL, points: 0 });
  });

  it.each([
    String.raw`{"email":"a@example.com","city":"x\ud83d"}`,
    String.raw`{"email":"a@example.com","city":"\udc00x"}`,
    String.raw`{"email":"a@example.com","\ud83dcity":"x"}`,
  ])('with half a character is a 400: %s', async (body) => {
    const { url } = bench.simulator;
    const headers = { Authorization: `Bearer ${await fetchToken(url)}` };

    const reply = await fetch(url + NEW, { method: 'POST', headers, body });

    expect([reply.status, bench.simulator.contacts().length]).toEqual([400, 0]);
  });

  it('with a whole character by its two halves, or with a backslash before them, is taken', async () => {
    const { url } = bench.simulator;
    const headers = { Authorization: `Bearer ${await fetchToken(url)}` };
    const body = String.raw`{"email":"a@example.com","city":"\ud83c\udf89 \\ud83d"}`;

    const reply = await fetch(url + NEW, { method: 'POST', headers, body });

    expect([reply.status, stored()?.city]).toEqual([201, String.raw`🎉 \ud83d`]);
  });
});

describe('an amount', () => {
  beforeEach(async () => {
    await open('5.2.1');
  });

  it.each([
    [0.004, 0.004],
    [0.994, 0.994],
    [0.996, 1],
    [12.345, 12.34],
    [1e15, 1e15],
    [123_456_789_012.34, 123_456_789_012.34],
    [1_234_567_890_123.46, 1_234_567_890_123.5],
    [1_234_567_890_123_456, 1_234_567_890_123_500],
  ])('of %d is %d in a new contact', async (sent, expected) => {
    await bench.call('POST', NEW, { email: EMAIL, attribution: sent });

    expect(stored()?.attribution).toBe(expected);
  });

  it('from the largest integer of PHP on is refused', async () => {
    const reply = await bench.call('POST', NEW, { email: EMAIL, attribution: 2 ** 63 });

    expect([reply.status, reply.body.errors?.[0]?.message]).toEqual([
      400,
      'attribution: This value is not valid.',
    ]);
  });
});

describe('a company', () => {
  it('keeps its first spelling, while the answer shows what was sent', async () => {
    await open('5.2.1');
    await bench.call('POST', NEW, { email: EMAIL, company: 'Café Acme' });

    const other = await bench.call('POST', NEW, { email: 'b@example.com', company: 'CAFE ACME' });
    const same = await bench.call('PATCH', '/api/contacts/1/edit', { company: 'café acme' });

    expect([other, same].map(({ body }) => body.contact?.fields.all.company)).toEqual([
      'CAFE ACME',
      'café acme',
    ]);
    expect(bench.simulator.contacts().map(({ fields }) => fields.company)).toEqual([
      'Café Acme',
      'Café Acme',
    ]);
  });
});

describe('a token of an e-mail', () => {
  it('with U+0000 is a crash, and nothing is sent (recording 221 of 5.2.1)', async () => {
    await open('5.2.1');
    await bench.call('POST', NEW, { email: EMAIL });
    await bench.call('POST', '/api/emails/new', { name: 'E', subject: 'S' });

    const reply = await bench.call('POST', '/api/emails/1/contact/1/send', {
      tokens: { number: '10\u000001' },
    });

    expect([reply.status, bench.simulator.sentEmails().length]).toEqual([500, 0]);
  });
});

describe('one id twice in a batch edit', () => {
  const TWICE = [
    { id: 1, city: 'Ulm' },
    { id: 1, firstname: 'Hannah' },
  ];

  it.each(['5', '5.2.1', '6'] as const)('%s: doubles the contact, and locks both', async (version) => {
    const { call, simulator } = await open(version);
    await call('POST', NEW, { email: EMAIL, firstname: 'Hanna' });

    const { body } = await call('PATCH', EDIT, TWICE);
    const later = await call('PATCH', EDIT, [{ id: 1, city: 'Hof' }]);

    expect([body.statusCodes, Object.values(body.contacts ?? {}).map(({ id }) => id)]).toEqual([
      [200, 200],
      [2, 2],
    ]);
    expect(simulator.contacts()).toMatchObject([
      { id: 1, fields: { firstname: 'Hanna', city: 'Ulm' } },
      { id: 2, fields: { firstname: 'Hannah', city: 'Ulm' } },
    ]);
    expect(later.body.statusCodes).toEqual([422]);
  });

  it('5.2.1: is a crash where the contact has a tag, after the first item was saved', async () => {
    const { call, simulator } = await open('5.2.1');
    await call('POST', NEW, { email: EMAIL, firstname: 'Hanna', tags: ['x'] });

    const reply = await call('PATCH', EDIT, TWICE);

    expect(reply.status).toBe(500);
    expect(simulator.contacts()).toMatchObject([{ id: 1, fields: { firstname: 'Hanna', city: 'Ulm' } }]);
  });

  it.each(['7.0', '7.2'] as const)('%s: writes both', async (version) => {
    const { call, simulator } = await open(version);
    await call('POST', NEW, { email: EMAIL, firstname: 'Hanna', tags: ['x'] });

    const { body } = await call('PATCH', EDIT, TWICE);

    expect(body.statusCodes).toEqual([200, 200]);
    expect(simulator.contacts()).toMatchObject([{ id: 1, fields: { firstname: 'Hannah', city: 'Ulm' } }]);
  });
});

describe('an item a batch edit refuses', () => {
  it('stands among the contacts with its old values and without fields.all', async () => {
    const { call } = await open('7.0');
    await call('POST', NEW, { email: EMAIL, city: 'Ulm' });
    await call('POST', NEW, { email: 'b@example.com' });

    const { body } = await call('PATCH', EDIT, [{ id: 1, email: 'b@example.com', city: 'Hof' }]);

    const [shown] = Object.values(body.contacts ?? {});
    expect([body.statusCodes, shown?.id, shown?.fields.all]).toEqual([[422], 1, undefined]);
    expect(shown?.fields.core?.city?.value).toBe('Ulm');
  });
});
