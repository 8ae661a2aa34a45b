import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FollowUp } from '../../../lib/core/policy/follow-ups/follow-ups.ts';
import table from '../../../lib/stores/follow-up-emails/published-api.data.json' with { type: 'json' };
import { must, serve } from '../../mautic/support.ts';
import { fueApiAt, openFue } from '../../support/follow-up-emails.ts';

/** The maker's page, as it was published. */
const published = readFileSync(
  new URL('../../fixtures/follow-up-emails/published-api.txt', import.meta.url),
  'utf8',
);

const Reason = v.pipe(v.string(), v.nonEmpty());
const Fact = v.pipe(v.string(), v.regex(/^facts\/follow-up-emails [BU]\d$/));
const Ours = v.union([v.string(), v.record(v.string(), v.string())]);
const Row = v.variant('verdict', [
  v.strictObject({
    what: v.string(),
    verdict: v.picklist(['used', 'mapped']),
    ours: Ours,
    reason: v.optional(Reason),
    fact: v.optional(Fact),
  }),
  v.strictObject({ what: v.string(), verdict: v.literal('instead'), ours: Ours, reason: Reason, fact: Fact }),
  v.strictObject({ what: v.string(), verdict: v.literal('refused'), reason: Reason, fact: Fact }),
]);

function names(rows: readonly { readonly what: string }[]): readonly string[] {
  return rows.map(({ what }) => what).sort();
}

/** First words of the lines under a head, in every table that has it. */
function tables(head: string): readonly (readonly string[])[] {
  const pattern = new RegExp(`^ +${head}\\n\\n?((?: +.*\\n)+)`, 'gm');
  return [...published.matchAll(pattern)].map(([, lines = '']) =>
    lines
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' ')[0] ?? ''),
  );
}

const of = (group: string, words: readonly string[] = []) => words.map((word) => `${group} ${word}`);

describe('the table of what is published', () => {
  it('gives a reason and a fact for everything that is refused or asked for otherwise', () => {
    for (const row of Object.values(table).flat())
      expect(v.safeParse(Row, row).issues, row.what).toBeUndefined();
  });

  it('has every endpoint of the page, once', () => {
    const endpoints = [...published.matchAll(/^ +(GET|POST|PUT|DELETE)\n +\/fue-api\/v1(\S*)/gm)].map(
      ([, method = '', path = '']) => `${method} ${path.split('?')[0] || '/'}`,
    );

    expect(endpoints).toHaveLength(27);
    expect(names(table.endpoints)).toEqual([...endpoints].sort());
  });

  it('has every filter of the page', () => {
    const [emails, queue, ...reports] = tables('Filter Description');

    expect(reports.every((words) => words.join() === 'limit')).toBe(true);
    expect(names(table.filters)).toEqual(
      [...of('emails', emails), ...of('queue', queue), 'reports limit', 'subscribers list'].sort(),
    );
  });

  it('has every parameter of the page', () => {
    const [emails] = tables('Attribute Type Description');
    const [send] = tables('Param Descriptions');
    const [queue, edited] = tables('Parameter Description');
    const subscribers = tables('Key Type Description').flat();

    expect(edited).toEqual(queue);
    expect(names(table.parameters)).toEqual(
      [
        ...of('email', emails),
        ...of('send', send),
        ...of('queue', queue),
        ...of('subscriber', [...new Set(subscribers)]),
      ].sort(),
    );
  });

  it('has every trigger, type and duration of the page', () => {
    const example = /^ +JSON response example:\n+( +\{\n +"storewide"[\s\S]*?\n {4}\})\n/m.exec(
      published,
    )?.[1];
    const types = JSON.parse(example ?? '{}') as Record<
      string,
      { readonly triggers: object; durations: object }
    >;
    const triggers = Object.entries(types)
      .filter(([type]) => type !== 'twitter')
      .flatMap(([type, known]) => of(type, Object.keys(known.triggers)));

    expect(names(table.types)).toEqual(Object.keys(types).sort());
    expect(names(table.triggers)).toEqual([...triggers].sort());
    expect(names(table.durations)).toEqual(
      [...Object.keys(types['storewide']?.durations ?? {}), 'date'].sort(),
    );
  });

  it('has every requirement and way of authentication of the page', () => {
    expect(names(table.requirements)).toEqual(
      [...(tables('Identifier Email Type Description')[0] ?? [])].sort(),
    );
    for (const { what } of table.authentication) expect(published).toContain(what);
  });
});

describe('the client and the table', () => {
  it('agree on which endpoints are used, by which method of the client', async () => {
    const { api, simulator, site } = await openFue();
    const id = String(site.addEmail({ type: 'manual', trigger: 'manual' }));
    const page = { page: 1 };
    must(await api.addSubscribers({ emails: ['ana@example.com'], lists: [] }));
    const item = { emailId: id, userEmail: 'ana@example.com', scheduledLocal: '2027-01-22T06:00:00' };
    must(await api.createQueueItem(item));
    const email = { type: 'manual', name: 'n', subject: 's', message: 'm' } as const;
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      site: () => api.site(),
      emailTypes: () => api.emailTypes(),
      templates: () => api.templates(),
      emails: () => api.emails(page),
      email: () => api.email(id),
      createEmail: () => api.createEmail(email),
      changeEmail: () => api.changeEmail(id, { name: 'other' }),
      sendEmail: () => api.sendEmail(id, { recipient: 'ana@example.com' }),
      campaigns: () => api.campaigns(page),
      lists: () => api.lists(),
      subscribers: () => api.subscribers(page),
      addSubscribers: () => api.addSubscribers({ emails: ['bea@example.com'], lists: [] }),
      changeSubscriber: () => api.changeSubscriber('1', { lists: ['VIP'] }),
      queue: () => api.queue(page),
      queueItem: () => api.queueItem('1'),
      createQueueItem: () => api.createQueueItem(item),
      changeQueueItem: () => api.changeQueueItem('1', { held: true }),
      deleteQueueItem: () => api.deleteQueueItem('1'),
      deleteSubscriber: () => api.deleteSubscriber('1'),
      reports: () => api.reports(),
      emailReports: () => api.emailReports(page),
      clicks: () => api.clicks(page),
      opens: () => api.opens(page),
      clickRates: () => api.clickRates(),
      userReports: () => api.userReports(page),
      optOuts: () => api.optOuts(page),
    };
    for (const { what, ours, verdict } of table.endpoints) {
      if (verdict !== 'used') continue;
      const before = simulator.requests.length;
      expect(await calls[ours]?.(), ours).toMatchObject({ ok: true });
      const [request] = simulator.requests.slice(before);
      const path = request?.path.replace(/\/\d+$/, what.includes('item_id') ? '/<item_id>' : '/<id>');
      expect(`${request?.method ?? ''} ${path ?? ''}`).toBe(what);
    }
  });

  it.each(table.triggers.filter(({ verdict }) => verdict === 'mapped'))(
    'agree on what begins a follow-up: $what',
    ({ ours }) => {
      const on = typeof ours !== 'object' || 'status' in ours ? ours : completed(ours);

      expect(v.safeParse(FollowUp, { id: 'a', on, send: { template: 7 } }).issues).toBeUndefined();
    },
  );

  it.each(table.requirements.filter(({ verdict }) => verdict === 'mapped'))(
    'agree on what must hold: $what',
    ({ ours = '' }) => {
      const value = ours.startsWith('bought')
        ? { all: ['11'] }
        : ours === 'firstPurchase'
          ? true
          : ours.includes('Orders')
            ? 3
            : '50';

      expect(
        v.safeParse(FollowUp, { id: 'a', on: 'coupon', when: { [ours]: value }, send: { template: 7 } })
          .issues,
      ).toBeUndefined();
    },
  );

  it('agree on the published shapes, where they differ from what runs', async () => {
    const email = { id: 8388, type: 'storewide', name: 'n', subject: 's', message: 'm', status: 'active' };
    const answers = [
      [{ email }],
      { lists: ['campaign2015', 'customers'] },
      [{ subscriber: { id: '11', email: 'jd@example.com', email_list: 'campaign2015' } }],
    ];
    const { url } = await serve(() => ({ status: 200, body: answers.shift() }));
    const api = fueApiAt(url);

    expect(must(await api.email('8388'))).toMatchObject({ id: '8388', status: 'active' });
    expect(must(await api.lists()).map(({ name }) => name)).toEqual(['campaign2015', 'customers']);
    expect(must(await api.subscribers({ page: 1 })).items).toMatchObject([{ lists: ['campaign2015'] }]);
  });
});

/** The page names the kind of bound; amounts and numbers are the shop's. */
function completed(ours: object): object {
  return Object.fromEntries(
    Object.entries(ours).map(([kind, bound]) => [
      kind,
      { [String(bound)]: kind === 'totalOrders' ? 3 : '50' },
    ]),
  );
}
