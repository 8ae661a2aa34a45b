import { afterEach, describe, expect, it } from 'vitest';
import type { MauticVersion } from '../../../lib/simulators/mautic/version.ts';
import { type Bench, caller, openBench } from './client.ts';

const NEW = '/api/contacts/new';

describe('Mautic differs by version', () => {
  let bench: Bench | undefined;

  afterEach(() => bench?.simulator.close());

  async function open(version: MauticVersion): Promise<Bench> {
    bench = await openBench({ version });
    return bench;
  }

  it('4.4 merges where 5 refuses an address another contact holds', async () => {
    const { call, simulator } = await open('4.4');
    const first = await call('POST', NEW, { email: 'a@example.com', city: 'Berlin', tags: ['x'] });
    const second = await call('POST', NEW, { email: 'b@example.com', firstname: 'B' });

    const edit = await call('PATCH', `/api/contacts/${second.body.contact?.id}/edit`, {
      email: 'a@example.com',
    });
    const old = await call('GET', `/api/contacts/${first.body.contact?.id}`);

    expect([edit.status, old.status, old.body.contact?.id]).toEqual([200, 200, second.body.contact?.id]);
    expect(simulator.contacts()).toMatchObject([
      { email: 'a@example.com', fields: { city: 'Berlin', firstname: 'B' }, tags: ['x'] },
    ]);
  });

  it('4.4 writes to the newest of two rows with one address', async () => {
    const { call, simulator } = await open('4.4');
    simulator.faults.raceNext(2);
    await Promise.all([1, 2].map(() => call('POST', NEW, { email: 'a@example.com' })));

    const reply = await call('POST', NEW, { email: 'a@example.com', city: 'Berlin' });

    expect([reply.status, reply.body.contact?.id]).toEqual([200, 2]);
  });

  it.each([
    ['5', 12.5],
    ['7.0', 12.5],
    ['7.2', 0.99],
  ] as const)('%s leaves a PATCH of 0.99 over 12.5 at %d', async (version, stored) => {
    const { call, simulator } = await open(version);
    const { body } = await call('POST', NEW, { email: 'a@example.com', attribution: 12.5 });

    await call('PATCH', `/api/contacts/${body.contact?.id}/edit`, { attribution: 0.99 });

    expect(simulator.contacts()[0]?.fields.attribution).toBe(stored);
  });

  it.each([
    ['4.4', false, 'This value is not valid.', 'Turkey'],
    ['5', false, 'This value is not valid.', 'Türkiye'],
    ['6', true, 'The selected choice is invalid.', 'Türkiye'],
    ['7.0', true, 'The selected choice is invalid.', 'Türkiye'],
    ['7.2', true, 'The selected choice is invalid.', 'Türkiye'],
  ] as const)(
    '%s: limit in the field JSON %s, choice error "%s", country %s',
    async (...[version, showsLimit, message, country]) => {
      const { call } = await open(version);

      const field = await call('GET', '/api/fields/contact/2');
      const refused = await call('POST', NEW, { email: 'a@example.com', country: 'Nowhere' });
      const accepted = await call('POST', NEW, { email: 'a@example.com', country });

      expect('charLengthLimit' in (field.body.field ?? {})).toBe(showsLimit);
      expect(refused.body.errors?.[0]?.message).toBe(`country: ${message}`);
      expect(accepted.status).toBe(201);
    },
  );

  it('5 escapes where values, so an apostrophe never matches; 6 takes them as they are', async () => {
    const where = `/api/contacts?where[0][col]=email&where[0][expr]=eq&where[0][val]=${encodeURIComponent("o'hara@example.com")}`;
    const totals = [];
    for (const version of ['5', '6'] as const) {
      const { call, simulator } = await open(version);
      await call('POST', NEW, { email: "o'hara@example.com" });
      totals.push((await call('GET', where)).body.total);
      await simulator.close();
    }
    bench = undefined;

    expect(totals).toEqual(['0', '1']);
  });

  it.each([
    ['4.4', 0],
    ['5', 1],
    ['6', 1],
    ['7.0', 1],
    ['7.2', 0],
  ] as const)('%s sends %d e-mails to somebody who unsubscribed', async (version, sent) => {
    const { call, simulator } = await open(version);
    await call('POST', '/api/emails/new', {
      name: 'E',
      subject: 'Order {number}',
      customHtml: 'Hi {contactfield=firstname|friend} {nope}',
    });
    await call('POST', NEW, { email: 'a@example.com', doNotContact: [{ channel: 'email', reason: 1 }] });

    await call('POST', '/api/emails/1/contact/1/send', { tokens: { number: '<b>7</b>' } });

    const expected = { subject: 'Order <b>7</b>', html: 'Hi friend {nope}', address: 'a@example.com' };
    expect(simulator.sentEmails()).toMatchObject(Array.from({ length: sent }, () => expected));
    expect(simulator.sentEmails()).toHaveLength(sent);
  });

  it.each([
    ['5.2.1', null],
    ['7.0', 'Basic realm="Secured Area"'],
    ['7.2', 'Basic realm="Secured Area"'],
  ] as const)('%s answers a wrong password with WWW-Authenticate %s', async (version, challenge) => {
    const { simulator } = await open(version);

    const reply = await caller(simulator.url, `Basic ${btoa('admin:wrong')}`)('GET', '/api/users/self');

    expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, challenge]);
    expect(reply.text === '').toBe(challenge !== null);
  });

  it('PUT wipes what is not sent, whatever the flag says', async () => {
    const { call, simulator } = await open('5');
    await call('POST', NEW, { email: 'a@example.com', city: 'Berlin' });

    await call('PUT', '/api/contacts/1/edit', { email: 'a@example.com', overwriteWithBlank: false });

    expect(simulator.contacts()[0]?.fields).toEqual({ email: 'a@example.com', points: 0 });
  });

  it('sends an e-mail that is not published', async () => {
    const { call, simulator } = await open('5.2.1');
    await call('POST', '/api/emails/new', { name: 'E', subject: 'S', isPublished: false });
    await call('POST', NEW, { email: 'a@example.com' });

    const reply = await call('POST', '/api/emails/1/contact/1/send', {});

    expect([reply.body.success, simulator.sentEmails().length]).toEqual([true, 1]);
  });

  it('customFieldLimits stands for an installation that was upgraded', async () => {
    bench = await openBench({ customFieldLimits: { email: 255, city: 191 } });
    const address = `${'a'.repeat(60)}@${'b'.repeat(50)}.example.com`;

    expect((await bench.call('POST', NEW, { email: address, city: 'c'.repeat(191) })).status).toBe(201);
    expect((await bench.call('POST', NEW, { email: 'x@example.com', city: 'c'.repeat(192) })).status).toBe(
      400,
    );
  });
});
