import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { createCustomObjects } from '../../lib/mautic/custom-objects/custom-objects.ts';
import table from '../../lib/mautic/plugin-endpoints.data.json' with { type: 'json' };
import type { Call } from '../pipeline/sync/front.ts';
import { endpoints, startBench } from '../pipeline/sync/support.ts';
import { instance, must } from './support.ts';

/** Which of Mautic's endpoints a plugin for WooCommerce documents that it calls. */
const published = readFileSync(new URL('../fixtures/mautic/plugin-endpoints.txt', import.meta.url), 'utf8');

const Row = v.variant('verdict', [
  v.strictObject({
    what: v.string(),
    verdict: v.literal('used'),
    reason: v.pipe(v.string(), v.nonEmpty()),
  }),
  v.strictObject({
    what: v.string(),
    verdict: v.picklist(['client', 'refused']),
    reason: v.pipe(v.string(), v.nonEmpty()),
    fact: v.pipe(v.string(), v.regex(/facts\/mautic-observed §\d|decision \d+/)),
  }),
]);

function names(rows: readonly { readonly what: string; readonly verdict: string }[], verdict?: string) {
  return rows.filter((row) => verdict === undefined || row.verdict === verdict).map(({ what }) => what);
}

/** Words of the page, by what stands before them. */
function listed(pattern: RegExp): readonly string[] {
  return [...published.matchAll(pattern)].map(([, ...words]) => words.join(' '));
}

/** Numbers of things as the page names them. */
function shapeOf(endpoint: string): string {
  return endpoint
    .replace(/\/emails\/\d+\/contact\/\d+\//, '/emails/{email_id}/contact/{contact_id}/')
    .replace(/\/\d+(?=\/|$)/, '/{id}');
}

const POLICY = v.parse(Policy, {
  notes: ['processing'],
  emails: { processing: { template: 1, transactional: true } },
  segments: [{ segment: 1, minOrders: 1 }],
  tags: ['status:{status}'],
  carts: { consent: 'not-required' },
  aliases: { totalSpent: 'mautic_woo_total_spent' },
});

/** What the bridge asks of Mautic for an order, and for another one of a few cents after the first was given back. */
async function callsOfTheBridge(): Promise<readonly Call[]> {
  const bench = await startBench({ policy: POLICY, since: new Map([['demo', 0]]) });
  await bench.person('POST', '/segments/new', { name: 'Buyers' });
  await bench.person('POST', '/emails/new', { name: 'One', subject: 'One', customHtml: '{order_id}' });
  await bench.shop({ id: 1, status: 'processing', total: '19.90' });
  bench.forward(60_000);
  await bench.shop({ id: 1, status: 'processing', total: '0.50' });
  return bench.calls();
}

describe('the table of what a plugin for WooCommerce calls', () => {
  it('gives a reason for everything, and a fact for what the bridge does otherwise', () => {
    for (const row of Object.values(table).flat())
      expect(v.safeParse(Row, row).issues, row.what).toBeUndefined();
  });

  it('has every endpoint of the page, once', () => {
    const found = listed(/^Method\nValue\n?|^Method\n(\w+)\nEndpoint\n(\S+)$/gm).filter(
      (one) => one.trim() !== '',
    );

    expect(found.length).toBeGreaterThan(9);
    expect([...names(table.endpoints)].sort()).toEqual([...found].sort());
  });

  it('has every field and parameter that the page names', () => {
    const [sent = ''] = listed(/containing contact fields: ([^\n]+)$/gm);
    const fields = sent.match(/[a-z]+\d?(?:_[a-z_]+)?(?=,| \(array\)|\.$)/g) ?? [];

    expect(names(table.contactFields)).toEqual(fields.filter((name) => name !== 'and'));
    for (const what of [...names(table.parameters), ...names(table.bodies), ...names(table.headers)])
      for (const word of what.split(' ')) expect(published).toContain(word);
    for (const alias of listed(/^(mautic_woo_\w+)$/gm)) expect(names(table.contactFields)).toContain(alias);
  });

  it('has every way to get in and every error that the page handles', () => {
    expect(names(table.authentication)).toEqual(listed(/^(Basic Auth|OAuth2) – /gm));
    expect(names(table.errors)).toEqual(
      listed(
        /^(WordPress HTTP errors|HTTP 4xx\/5xx responses|OAuth2 token expiration|Unique email conflicts|Region field rejections) – /gm,
      ),
    );
  });
});

describe('the bridge and the table', () => {
  it('agree on what is used, what only a client offers, and what nobody calls', async () => {
    const asked = new Set(endpoints(await callsOfTheBridge()).map(shapeOf));

    expect(names(table.endpoints, 'used').filter((what) => !asked.has(what))).toEqual([]);
    for (const what of [...names(table.endpoints, 'client'), ...names(table.endpoints, 'refused')])
      expect([...asked], what).not.toContain(what);
  });

  it('agree on what only the client of custom objects offers', async () => {
    const bench = await startBench();
    const { client } = instance({ url: bench.front.url });
    const objects = createCustomObjects(client);
    const { contact } = must(await objects.create({ email: 'ada@example.test', fields: {}, items: [] }));
    must(await objects.edit({ id: contact.id, fields: { firstname: 'Ada' }, items: [] }));
    const asked = endpoints(bench.calls()).map(shapeOf);

    for (const what of names(table.endpoints, 'client')) expect(asked).toContain(what);
  });

  it('agree on the headers of every call', async () => {
    const calls = await callsOfTheBridge();
    for (const { headers } of calls) {
      expect(headers.accept).toContain('application/json');
      expect(headers.authorization).toMatch(/^Bearer /);
    }
    for (const { headers } of calls.filter(({ body }) => body !== undefined && body !== ''))
      expect(headers['content-type']).toContain('application/json');
  });

  it('agree on the fields of a contact that are written', async () => {
    const calls = await callsOfTheBridge();
    const written = new Set(
      calls
        .filter(({ path }) => path.includes('/contacts/batch/'))
        .flatMap(({ body }) => (Array.isArray(body) ? (body as object[]) : []))
        .flatMap((item) => Object.keys(item)),
    );
    const ofCarts = ['mautic_woo_cart_data', 'mautic_woo_recovery_url', 'mautic_woo_coupon_code'];

    for (const what of names(table.contactFields).filter((name) => !ofCarts.includes(name)))
      expect([...written], what).toContain(what);
  });
});
