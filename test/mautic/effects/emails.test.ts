import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { createMauticEmails } from '../../../lib/mautic/effects/emails.ts';
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

const NewEmail = v.object({ email: v.object({ id: v.number() }) });
const HTML = '<p>Order {order_number}: {items}</p>';

async function simulated(options: Parameters<typeof simulatedMautic>[0] = {}) {
  const { mautic, http } = await simulatedMautic(options);
  const { client } = instance({ url: mautic.url, http });
  const body = { name: 'Order', subject: 'Order {order_number}', customHtml: HTML, emailType: 'template' };
  const created = must(await client.call({ method: 'POST', path: '/api/emails/new', body }));
  const emailId = v.parse(NewEmail, created.body).email.id;
  const [anna] = await createMauticContacts(client).create([
    { email: 'anna@example.com', fields: {}, addTags: [], removeTags: [] },
  ]);
  const contactId = must(anna).id;
  const post = async (path: string, sent: object) =>
    must(await client.call({ method: 'POST', path, body: sent }));
  return { mautic, client, post, emailId, contactId, emails: createMauticEmails(client, { now: () => NOW }) };
}

async function answering(...replies: Reply[]) {
  const left = [...replies];
  const server = await serve(() => left.shift() ?? { status: 503 });
  return { emails: createMauticEmails(plainClient(server.url), { now: () => NOW }), seen: server.seen };
}

const NOW = Date.parse('2026-12-01T12:00:00Z');
const EMAIL = { emailId: 1, contactId: 330, tokens: {} };

describe('sending an e-mail', () => {
  test('posts tokens in braces, with or without which they may be given (recordings 424, 425)', async () => {
    const { emails, seen } = await answering(recorded('424'));

    must(await emails.send({ ...EMAIL, tokens: { order_number: '1001', '{total}': '12.50' } }));

    expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/emails/1/contact/330/send' });
    expect(seen[0]?.json).toEqual({ tokens: { '{order_number}': '1001', '{total}': '12.50' } });
  });

  test('passes markup of ours on as it is', async () => {
    const { emails, seen } = await answering(recorded('424'));

    must(await emails.send({ ...EMAIL, tokens: { a: '<b>' }, markup: { items_html: '<table></table>' } }));

    expect(seen[0]?.json).toEqual({ tokens: { '{a}': '&lt;b&gt;', '{items_html}': '<table></table>' } });
  });

  test('lets no markup of a customer into the e-mail, where Mautic takes values raw (recording 594)', async () => {
    const { mautic, emails, emailId, contactId } = await simulated();
    const items = `<script>alert("1")</script>\n<img src='x'> & {nope}`;

    must(await emails.send({ emailId, contactId, tokens: { order_number: '23', items } }));

    expect(mautic.sentEmails()[0]?.html).toBe(
      '<p>Order 23: &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;<br>\n&lt;img src=&#39;x&#39;&gt; &amp; {nope}</p>',
    );
  });

  test.each(['5', '7'] as const)(
    'goes out whatever characters a shop lets through: Mautic %s fails at some of them (221 of 5.2.1)',
    async (major) => {
      const { mautic, emails, emailId, contactId } = await simulated({
        version: major === '5' ? '5' : '7.0',
      });
      const items = `1 \u0000 tea\u0007\r\n2 cup\ud83c\n3\t\u{1F389}`;

      must(await emails.send({ emailId, contactId, tokens: { order_number: '23', items } }));

      expect(mautic.sentEmails()[0]?.html).toBe(
        '<p>Order 23: 1   tea <br>\n2 cup\uFFFD<br>\n3 \u{1F389}</p>',
      );
    },
  );

  test('is one e-mail per call', async () => {
    const { mautic, emails, emailId, contactId } = await simulated();

    must(await emails.send({ emailId, contactId, tokens: {} }));
    must(await emails.send({ emailId, contactId, tokens: {} }));

    expect(mautic.sentEmails().map(({ contact }) => contact)).toEqual([contactId, contactId]);
  });

  test('whose mailer cannot connect was not done and is tried later (recording 570)', async () => {
    const { emails } = await answering(recorded('570'));

    const failure = failureOf(await emails.send(EMAIL));

    expect(failure).toMatchObject({ kind: 'retry', code: 'mail-transport' });
    expect(failure.message).not.toContain('127.0.0.1');
  });

  test.each([
    [
      'a login that failed',
      'Failed to authenticate on SMTP server with username "x"',
      'retry mail-transport',
    ],
    [
      'a refusal for now',
      'Expected response code "250" but got code "451", with message "451 later"',
      'retry mail-transport',
    ],
    [
      'a refusal',
      'Expected response code "250" but got code "550", with message "550 <anna@example.com>"',
      'park mail-refused',
    ],
    [
      'a connection that broke',
      'Connection to "smtp:25" has been closed unexpectedly.',
      'unknown mail-transport',
    ],
    ['a missing answer', 'Connection to "smtp:25" timed out.', 'unknown mail-transport'],
    ['an empty answer', 'Expected response code "250" but got empty code.', 'unknown mail-transport'],
    ['a text in a list', ['Connection could not be established with host "x"'], 'retry mail-transport'],
    ['nothing', undefined, 'unknown mail-transport'],
    ['an empty list, as Mautic 4 and 7 do', [], 'park mail-declined'],
  ])('that fails with %s is judged by whether it may have been sent', async (_name, why, expected) => {
    const { emails } = await answering({ status: 200, body: { success: false, failed: why } });

    const { kind, code, message } = failureOf(await emails.send(EMAIL));

    expect(`${kind} ${code}`).toBe(expected);
    expect(message).not.toContain('anna');
  });

  test('to somebody Mautic 7 does not mail is parked', async () => {
    const { mautic, post, emails, emailId, contactId } = await simulated({ version: '7.2' });
    await post(`/api/contacts/${String(contactId)}/dnc/email/add`, { reason: 1 });

    expect(failureOf(await emails.send({ emailId, contactId, tokens: {} })).code).toBe('mail-declined');
    expect(mautic.sentEmails()).toEqual([]);
  });

  const unanswered = [
    'timeout',
    'commit-then-reset',
    'commit-then-500',
    'html-502',
    'commit-then-html-200',
    'html-200',
    'html-403',
    'html-413',
    'empty',
    'cut-off',
  ] as const;
  test.each(unanswered)('is in doubt after %s and not repeated here', async (kind) => {
    const { mautic, emails, emailId, contactId } = await simulated();
    mautic.faults.failNext(kind);

    expect(failureOf(await emails.send({ emailId, contactId, tokens: {} })).kind).toBe('unknown');
    expect(mautic.sentEmails().length).toBeLessThanOrEqual(1);
    expect(mautic.counts.get('POST /api/emails/{id}/contact/{id}/send')).toBe(1);
  });

  test('was sent when Mautic says so behind a warning of PHP', async () => {
    const { mautic, emails, emailId, contactId } = await simulated();
    mautic.faults.failNext('php-warning');

    must(await emails.send({ emailId, contactId, tokens: {} }));

    expect(mautic.sentEmails()).toHaveLength(1);
  });

  test('was sent or is in doubt whatever stands before, behind or instead of a yes', async () => {
    let body = '';
    const server = await serve(() => ({ status: 200, body }));
    const emails = createMauticEmails(plainClient(server.url), { now: () => 0 });
    const noise = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('<br />\n<b>Warning</b>: x<br />\n', '{"a":1}\n', '[]\n', '\n', '{', '\uFEFF'),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    const answers = fc.constantFrom('{"success":true}', '{"success":1}', '{\n  "success": true\n}');
    const parts = fc.tuple(fc.array(noise), answers, fc.array(noise), fc.option(fc.nat(30)));
    await fc.assert(
      fc.asyncProperty(parts, async ([before, answer, behind, cut]) => {
        body = before.join('') + answer.slice(0, cut ?? answer.length) + behind.join('');
        const outcome = await emails.send(EMAIL);
        expect(outcome.ok || outcome.failure.kind === 'unknown', body).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each([301, 302, 303, 307])(
    'that is answered %i is in doubt: proxies redirect to their page of errors',
    async (status) => {
      const { emails } = await answering({ status, headers: { location: 'https://status.example.com/' } });

      expect(failureOf(await emails.send(EMAIL)).kind).toBe('unknown');
    },
  );

  test('tells an unknown e-mail from an unknown contact (recordings 429, 430)', async () => {
    const { emails, emailId, contactId } = await simulated();

    const noEmail = failureOf(await emails.send({ emailId: 99_999, contactId, tokens: {} }));
    const noContact = failureOf(await emails.send({ emailId, contactId: 999_999, tokens: {} }));

    expect(noEmail).toMatchObject({ kind: 'park', code: 'email-not-found' });
    expect(noContact).toMatchObject({ kind: 'park', code: 'not-found' });
  });

  test('that cannot be told apart right now is tried again', async () => {
    const { emails } = await answering(recorded('429'), { status: 503 });

    expect(failureOf(await emails.send(EMAIL)).kind).toBe('retry');
  });

  test('whose answer says neither yes nor no is in doubt', async () => {
    const { emails } = await answering({ status: 200, body: { email: {} } });

    expect(failureOf(await emails.send(EMAIL))).toMatchObject({ kind: 'unknown', code: 'unreadable' });
  });

  test('to a contact without an address is an opaque 500, and in doubt (recording 431)', async () => {
    const { emails } = await answering(recorded('431'));

    expect(failureOf(await emails.send(EMAIL)).kind).toBe('unknown');
  });
});

describe('whether a contact may be mailed', () => {
  test('is yes for most (recording 049)', async () => {
    const { emails } = await answering(recorded('049'));

    expect(must(await emails.mayBeMailed(1))).toBe(true);
  });

  test.each([
    ['who unsubscribed', 1],
    ['whose address bounced', 2],
    ['who was set so by hand', 3],
  ])('is no for a contact %s', async (_name, reason) => {
    const { post, emails, contactId } = await simulated();
    await post(`/api/contacts/${String(contactId)}/dnc/email/add`, { reason });

    expect(must(await emails.mayBeMailed(contactId))).toBe(false);
  });

  test('depends on the channel of e-mails alone', async () => {
    const { post, emails, contactId } = await simulated();
    await post(`/api/contacts/${String(contactId)}/dnc/sms/add`, { reason: 3 });

    expect(must(await emails.mayBeMailed(contactId))).toBe(true);
  });

  test('is asked because Mautic 5 sends to them all the same (recording 420)', async () => {
    const { mautic, post, emails, emailId, contactId } = await simulated();
    await post(`/api/contacts/${String(contactId)}/dnc/email/add`, { reason: 1 });

    must(await emails.send({ emailId, contactId, tokens: {} }));

    expect(mautic.sentEmails()).toHaveLength(1);
  });

  test('is no for a contact without an address', async () => {
    const { post, emails } = await simulated();
    await post('/api/contacts/new', { firstname: 'Nobody' });

    expect(must(await emails.mayBeMailed(2))).toBe(false);
  });

  test.each([
    ['a contact that was deleted (recording 050)', recorded('050'), 'park not-found'],
    ['an outage', { status: 503 }, 'retry unavailable'],
    [
      'an answer that does not say',
      { status: 200, body: { contact: { id: 1, fields: { all: { id: '1', email: 'a@example.com' } } } } },
      'retry unreadable',
    ],
  ])('is not known of %s', async (_name, reply, expected) => {
    const { emails } = await answering(reply);

    const { kind, code } = failureOf(await emails.mayBeMailed(1));

    expect(`${kind} ${code}`).toBe(expected);
  });

  test('is not known of an id that was merged into another contact', async () => {
    const { emails } = await answering(recorded('049'));

    expect(failureOf(await emails.mayBeMailed(77))).toMatchObject({ kind: 'park', code: 'not-found' });
  });
});

describe('whether an e-mail can be sent', () => {
  test('is asked of the e-mail itself, and follows what people do to it', async () => {
    const { mautic, emails, emailId, client } = await simulated();
    const edit = async (isPublished: boolean) =>
      must(
        await client.call({
          method: 'PATCH',
          path: `/api/emails/${String(emailId)}/edit`,
          body: { isPublished },
        }),
      );

    expect(must(await emails.stateOf(emailId))).toBe('usable');
    await edit(false);
    expect(must(await emails.stateOf(emailId))).toBe('unpublished');
    await edit(true);
    expect(must(await emails.stateOf(emailId))).toBe('usable');
    expect(must(await emails.stateOf(emailId + 1))).toBe('missing');
    expect(mautic.sentEmails()).toEqual([]);
  });

  test.each([
    [null, null, 'usable'],
    ['2026-12-01T12:00:00+00:00', null, 'usable'],
    ['2026-12-01T12:00:01+00:00', null, 'unpublished'],
    [null, '2026-12-01T12:00:01+00:00', 'usable'],
    [null, '2026-12-01T12:00:00+00:00', 'unpublished'],
  ])('heeds its time of publication, from %s to %s: %s', async (publishUp, publishDown, state) => {
    const { emails } = await answering({
      status: 200,
      body: { email: { isPublished: true, publishUp, publishDown } },
    });

    expect(must(await emails.stateOf(1))).toBe(state);
  });

  test('is not made up when Mautic does not say', async () => {
    const { emails } = await answering({ status: 200, body: { email: {} } }, { status: 503 });

    expect(failureOf(await emails.stateOf(1))).toMatchObject({ kind: 'retry', code: 'unreadable' });
    expect(failureOf(await emails.stateOf(1))).toMatchObject({ kind: 'retry', code: 'unavailable' });
  });
});
