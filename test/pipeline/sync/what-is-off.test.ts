import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { type Bench, endpoints, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';
const SINCE = new Map([['demo', Date.parse('2026-11-01T00:00:00Z')]]);

/** A week of two buyers: bought, finished, given back, bought again, and a customer record without an order. */
async function live(bench: Bench): Promise<void> {
  await bench.shop({ status: 'pending' });
  await bench.shop({ status: 'processing', coupons: ['ten'] });
  await bench.shop({ status: 'completed' });
  await bench.order({ id: 2, email: BEN, lines: [{ sku: 'CUP' }, { sku: 'TEA' }] });
  await bench.order({ id: 3 });
  await bench.sync();
  await bench.shop({ id: 3, status: 'refunded', refunds: ['-12.00'] });
  await bench.recorded('0047');
  await bench.sync();
  for (let minute = 0; minute < 5; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counted = Map.groupBy(names, (name) => name.replace(/\d+/g, 'N'));
  return Object.fromEntries([...counted].map(([name, { length }]) => [name, length]));
}

async function costOf(policy: Partial<Policy>) {
  const bench = await startBench({ policy, since: SINCE });
  await bench.person('POST', '/emails/new', { name: 'Done', subject: 'Done', customHtml: '<p>Done</p>' });
  await bench.person('POST', '/segments/new', { name: 'Buyers' });
  bench.calls();
  await live(bench);
  return { mautic: tally(endpoints(bench.calls())), ledger: Object.fromEntries(bench.ledgerCalls) };
}

/** Counted before any of these features came in: what is off costs nothing, so nothing of this may grow. */
const BY_DEFAULT = {
  ledger: {
    awaitProduct: 6,
    claim: 9,
    connectedSince: 1,
    dossier: 7,
    due: 10,
    finish: 8,
    finished: 5,
    // Came in with another feature: once a process, whether anybody was ever erased.
    hasErasures: 1,
    load: 23,
    point: 4,
    profile: 7,
    read: 19,
    release: 1,
    save: 7,
    saveWritten: 12,
    settle: 7,
    want: 7,
    write: 2,
  },
  mautic: {
    'GET /api/contacts': 3,
    'GET /api/fields/contact': 1,
    'GET /api/tags': 1,
    'PATCH /api/contacts/batch/edit': 3,
    'POST /api/contacts/batch/new': 3,
    'POST /api/fields/contact/new': 3,
    'POST /api/tags/new': 5,
  },
};

const WITH_EFFECTS = {
  ledger: {
    awaitProduct: 6,
    claim: 9,
    claimEffect: 4,
    connectedSince: 1,
    dossier: 7,
    due: 10,
    finish: 8,
    finished: 5,
    // Came in with another feature: once a process, whether anybody was ever erased.
    hasErasures: 1,
    load: 23,
    markEffect: 4,
    point: 4,
    profile: 7,
    read: 21,
    release: 1,
    save: 7,
    saveWritten: 14,
    settle: 7,
    want: 7,
    write: 3,
  },
  mautic: {
    'GET /api/contacts': 3,
    'GET /api/emails/N': 1,
    'GET /api/fields/contact': 1,
    'GET /api/tags': 1,
    'PATCH /api/contacts/batch/edit': 3,
    'POST /api/contacts/batch/new': 3,
    'POST /api/emails/N/contact/N/send': 1,
    'POST /api/fields/contact/new': 3,
    'POST /api/notes/batch/new': 2,
    'POST /api/segments/N/contacts/add': 2,
    'POST /api/tags/new': 5,
  },
};

describe('consent, mapped fields and custom items that are not in the policy', () => {
  it('cost not one call of Mautic or of the ledger with the default policy', async () => {
    expect(await costOf({})).toEqual(BY_DEFAULT);
  });

  it('cost none with notes, e-mails and segments either', async () => {
    const policy: Partial<Policy> = {
      notes: ['processing'],
      emails: { completed: { template: 1, transactional: false } },
      segments: [{ segment: 1, minOrders: 1 }],
    };

    expect(await costOf(policy)).toEqual(WITH_EFFECTS);
  });
});

describe('coupons', () => {
  it('cost not one call of a shop, of Mautic or of the ledger for who has abandoned nothing', async () => {
    const carts = { consent: 'not-required' } as const;
    const plain = v.parse(Policy, { carts });
    const withCoupons = v.parse(Policy, { carts: { ...carts, coupon: { percent: 10, days: 7 } } });

    expect(await costOf(withCoupons)).toEqual(await costOf(plain));
  });
});
