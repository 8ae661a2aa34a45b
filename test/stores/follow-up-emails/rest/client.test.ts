import { describe, expect, it } from 'vitest';
import { failureOf, must } from '../../../mautic/support.ts';
import { FUE_KEY, fueApiAt, openFue } from '../../../support/follow-up-emails.ts';

const WC_KEY = { ...FUE_KEY, of: 'woocommerce' as const };

describe('keys', () => {
  it('go in the header where WordPress sees https', async () => {
    const { simulator, clock } = await openFue({ seesTls: true });
    const http = secureHttp(simulator.url, clock);

    must(await http.lists());

    expect(simulator.requests.map(({ query }) => query.has('consumer_key'))).toEqual([false]);
  });

  it('go into the query where the host drops the header, from then on', async () => {
    const { simulator, clock } = await openFue({ seesTls: true, dropsAuthorization: true });
    const http = secureHttp(simulator.url, clock);

    must(await http.lists());
    must(await http.lists());

    expect(simulator.requests.map(({ query }) => query.has('consumer_key'))).toEqual([false, true, true]);
  });

  it('sign over plain http, with the secret alone', async () => {
    const { api, simulator } = await openFue();

    must(await api.emails({ page: 1, type: 'signup', campaign: 'a & b' }));

    expect(simulator.requests.map(({ status }) => status)).toEqual([200]);
  });

  it('sign as the published page says once that alone was refused, from then on', async () => {
    const { api, simulator } = await openFue({ standardSecret: true });

    must(await api.addSubscribers({ emails: ['ana@example.com'], lists: ['VIP'] }));
    must(await api.lists());

    expect(simulator.requests.map(({ status }) => status)).toEqual([401, 200, 200]);
  });

  it('of WooCommerce cannot sign, and the message says so', async () => {
    const { simulator, clock } = await openFue({ keys: [WC_KEY] });
    const failure = failureOf(await fueApiAt(simulator.url, clock).lists());

    expect(failure).toMatchObject({ kind: 'authorise', code: 'unauthorised' });
    expect(failure.message).toContain('Over plain http only a key of Follow-Up Emails itself can sign');
    expect(simulator.requests).toHaveLength(1);
  });

  it('that are wrong are named in no message', async () => {
    const { simulator, clock } = await openFue();
    const api = fueApiAt(simulator.url, clock, {
      keys: { consumerKey: 'ck_wrong', consumerSecret: 'cs_wrong' },
    });
    const { message } = failureOf(await api.lists());

    expect(message).not.toMatch(/c[ks]_/);
  });

  it('are not needed to ask whether the plugin is there', async () => {
    const { simulator, clock } = await openFue();
    const api = fueApiAt(simulator.url, clock, {
      keys: { consumerKey: 'ck_wrong', consumerSecret: 'cs_wrong' },
    });

    expect(must(await api.site())).toMatchObject({ version: '4.9.38' });
  });
});

describe('an e-mail', () => {
  it('is made so that it fires, with its trigger and its requirements', async () => {
    const { api, site } = await openFue();
    const email = must(
      await api.createEmail({
        type: 'storewide',
        name: 'Review',
        subject: 'How was it?',
        message: 'Hi',
        status: 'active',
        trigger: 'completed',
        interval: 3,
        duration: 'days',
        campaigns: ['After sales'],
        requirements: [{ condition: 'order_total_above', value: '50' }],
      }),
    );

    expect(email).toMatchObject({
      trigger: 'completed',
      interval: 3,
      duration: 'days',
      campaigns: ['after-sales'],
      requirements: [{ condition: 'order_total_above', values: ['50'] }],
    });
    site.orders.reached({ id: '7', email: 'ana@example.com' }, 'completed');
    expect(must(await api.queue({ page: 1, orderId: '7' })).items).toHaveLength(1);
  });

  it('is changed in all that an edit can change', async () => {
    const { api } = await openFue();
    const made = must(
      await api.createEmail({ type: 'signup', name: 'Hello', subject: 's', message: 'm', trigger: 'signup' }),
    );

    const changed = must(
      await api.changeEmail(made.id, { interval: 5, duration: 'weeks', status: 'archived' }),
    );

    expect(changed).toMatchObject({ interval: 5, duration: 'weeks', status: 'archived', trigger: 'signup' });
    must(await api.deleteEmail(made.id));
    expect(must(await api.email(made.id))?.status).toBe('trash');
    expect(must(await api.email('99'))).toBeUndefined();
  });

  it('of a campaign with a hyphen is found by its filter', async () => {
    const { api } = await openFue();
    must(
      await api.createEmail({ type: 'manual', name: 'n', subject: 's', message: 'm', campaigns: ['My own'] }),
    );

    const [campaign] = must(await api.campaigns({ page: 1 })).items;

    expect(campaign).toMatchObject({ id: 'my-own', name: 'My own', count: 1 });
    expect(must(await api.emails({ page: 1, campaign: 'my-own' })).items).toHaveLength(1);
  });
});

describe('the queue', () => {
  it('takes an item that will be sent, at the time of the site’s clock', async () => {
    const { api, site, clock } = await openFue({ timeZone: 'Europe/Berlin' });
    const emailId = String(site.addEmail({ name: 'Hi' }));

    const item = must(
      await api.createQueueItem({
        emailId,
        userEmail: 'ana@example.com',
        scheduledLocal: '2027-01-22T06:00:00',
      }),
    );

    expect(item).toMatchObject({
      isSent: false,
      scheduledLocal: '2027-01-22T06:00:00',
      isDailySummary: false,
    });
    clock.set(Date.parse('2027-01-22T05:00:00Z'));
    site.scheduler.run();
    expect(must(await api.queueItem(item.id))).toMatchObject({
      isSent: true,
      sentAt: Date.parse('2027-01-22T05:00:00Z'),
    });
  });

  it('shows held items in a list of their own only', async () => {
    const { api, site } = await openFue();
    const emailId = String(site.addEmail({ name: 'Hi' }));
    const item = must(
      await api.createQueueItem({
        emailId,
        userEmail: 'ana@example.com',
        scheduledLocal: '2027-01-22T06:00:00',
      }),
    );

    must(await api.changeQueueItem(item.id, { held: true }));

    expect(must(await api.queue({ page: 1, held: true })).items).toHaveLength(1);
    expect(must(await api.queue({ page: 1, held: false })).items).toHaveLength(0);
  });

  it('says of a second deletion that there is nothing, and of no item that it was sent', async () => {
    const { api, site } = await openFue();
    const emailId = String(site.addEmail({ name: 'Hi' }));
    const item = must(
      await api.createQueueItem({
        emailId,
        userEmail: 'ana@example.com',
        scheduledLocal: '2027-01-22T06:00:00',
      }),
    );

    must(await api.deleteQueueItem(item.id));
    must(await api.deleteQueueItem(item.id));

    expect(must(await api.queueItem(item.id))).toBeUndefined();
  });

  it('tells the report to the shop from what goes to buyers', async () => {
    const { api, site } = await openFue();
    site.addDailySummary('admin@shop.example', '2026-11-28 06:00:00');

    expect(must(await api.queue({ page: 1 })).items[0]).toMatchObject({
      isDailySummary: true,
      emailId: undefined,
      email: undefined,
    });
  });

  it('sends a single e-mail to one address', async () => {
    const { api, site } = await openFue();
    const id = String(site.addEmail({ type: 'manual', trigger: 'manual' }));

    expect(must(await api.sendEmail(id, { recipient: 'ivy@example.com' }))).toMatchObject([
      { userEmail: 'ivy@example.com', emailId: id },
    ]);
  });
});

describe('a list', () => {
  it('is read page by page until one is short, whatever its headers count', async () => {
    const { api } = await openFue();
    const emails = Array.from({ length: 6 }, (_, at) => `ana${String(at)}@example.com`);
    must(await api.addSubscribers({ emails, lists: ['VIP'] }));

    const pages = [1, 2, 3].map((page) => api.subscribers({ page, limit: 3 }));
    const found = (await Promise.all(pages)).map(must);

    expect(found.map(({ items, last }) => [items.length, last])).toEqual([
      [3, false],
      [3, false],
      [0, true],
    ]);
  });

  it('that nothing is in for a filter that broke the plugin’s SQL is a failure, not an empty list', async () => {
    const { api, simulator } = await openFue();
    simulator.answerNext({ status: 200, body: [], headers: { 'X-FUE-Total': '1', 'X-FUE-TotalPages': '1' } });

    expect(failureOf(await api.queue({ page: 1 }))).toMatchObject({ code: 'not-understood' });
  });
});

describe('subscribers', () => {
  it('change their lists by a text, and their names with their address', async () => {
    const { api } = await openFue();
    const [ana] = must(await api.addSubscribers({ emails: ['ana@example.com'], lists: ['VIP', 'News'] }));
    const id = ana?.id ?? '';

    must(await api.changeSubscriber(id, { lists: ['News'] }));
    must(await api.changeSubscriber(id, { email: 'ana@elsewhere.test', firstName: 'Ana' }));

    expect(must(await api.subscriber(id))).toMatchObject({
      email: 'ana@elsewhere.test',
      firstName: 'Ana',
      lists: ['News'],
    });
  });

  it('that are deleted are opted out', async () => {
    const { api } = await openFue();
    const [ana] = must(await api.addSubscribers({ emails: ['ana@example.com'], lists: [] }));

    must(await api.deleteSubscriber(ana?.id ?? ''));
    must(await api.deleteSubscriber(ana?.id ?? ''));

    expect(must(await api.optOuts({ page: 1 })).items.map(({ email }) => email)).toEqual(['ana@example.com']);
    expect(failureOf(await api.changeSubscriber(ana?.id ?? '', { firstName: 'A' }))).toMatchObject({
      code: 'not-there',
    });
  });
});

describe('what goes wrong', () => {
  it.each([
    [404, { errors: { code: 'fue_api_disabled' } }, 'retry', 'api-off'],
    [404, { errors: [{ code: 'fue_api_no_route', message: 'x' }] }, 'retry', 'no-such-endpoint'],
    [200, { errors: [{ code: 'fue_add_subscriber', message: 'x' }] }, 'park', 'bad-request'],
    [404, '<html>Not found</html>', 'retry', 'not-follow-up-emails'],
    [503, '<html>', 'retry', 'unavailable'],
    [500, { code: 'internal_server_error', message: 'x' }, 'retry', 'server-error'],
    [200, { anything: 'else' }, 'retry', 'not-understood'],
  ])('%i %j is of kind %s, code %s', async (...[status, body, kind, code]) => {
    const { api, simulator } = await openFue();
    simulator.answerNext({ status, body });

    expect(failureOf(await api.lists())).toMatchObject({ kind, code });
  });

  it('after a write may have been done all the same', async () => {
    const { api, site, simulator } = await openFue();
    const id = String(site.addEmail({ name: 'Hi' }));
    simulator.answerNext({ status: 500, body: { code: 'internal_server_error', message: 'x' } });
    expect(failureOf(await api.changeEmail(id, { status: 'archived' }))).toMatchObject({ kind: 'unknown' });
    simulator.breakNext();
    expect(failureOf(await api.changeEmail(id, { status: 'archived' }))).toMatchObject({ kind: 'unknown' });
    expect(site.records.emails.get(Number(id))?.status).toBe('archived');
    simulator.breakNext();
    expect(failureOf(await api.emails({ page: 1 }))).toMatchObject({ kind: 'retry' });
  });
});

/** The real client for an https address, whose requests go to the simulator in plain http. */
function secureHttp(url: string, clock: { now(): number }) {
  return fueApiAt(url.replace('http:', 'https:'), clock, { through: url });
}
