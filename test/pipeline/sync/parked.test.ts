import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import { ANNA, type Bench, endpoints, keyOf, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';
/** Longer than the field of a fresh Mautic takes. */
const LONG = `${'a'.repeat(55)}@example.test`;
const SINCE = new Map([['demo', Date.parse('2026-12-01T00:00:00Z')]]);
const RIGHT = { template: 1, transactional: true };
/** What the mail server takes from nobody. */
const REFUSED = { template: 2, transactional: true };

/** Mautic has the e-mails 1 and 2. */
async function start(policy: Partial<Policy>) {
  const bench = await startBench({ since: SINCE, policy });
  for (const name of ['One', 'Two'])
    await bench.person('POST', '/emails/new', { name, subject: name, customHtml: '{order_id}' });
  const body = { success: false, failed: 'Expected response code "250" but got code "550"' };
  bench.front.before = ({ path }) => (/emails\/2\/.*send$/.test(path) ? { status: 200, body } : undefined);
  return bench;
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

function errors(bench: Bench) {
  return bench.lines.filter(({ level }) => level === 'error');
}

function markers(bench: Bench): readonly string[] {
  return bench.mautic
    .notes()
    .map(({ text }) => text.split('\n').at(-1) ?? '')
    .sort();
}

describe('a contact that Mautic refuses for good', () => {
  async function refused() {
    const bench = await start({ notes: ['processing'], emails: { processing: RIGHT } });
    await bench.order({ id: 1, email: LONG });
    await bench.order({ id: 2, email: BEN });
    await bench.order({ id: 3 });
    await bench.sync();
    return bench;
  }

  it('is counted and logged once, with its reason and remedy and without its address', async () => {
    const bench = await refused();

    expect(bench.counts.get('ContactParked')).toBe(1);
    expect(errors(bench)).toEqual([
      {
        level: 'error',
        message: 'A contact is parked until somebody acts',
        fields: {
          contact: keyOf(LONG),
          code: 'address-refused',
          remedy: expect.stringContaining('raise the length limit'),
        },
      },
    ]);
    expect(bench.profile(LONG).parked).toMatchObject({
      code: 'address-refused',
      message: expect.not.stringContaining('@'),
      at: expect.any(Number),
    });
  });

  it('costs no other contact its fields, notes or e-mails', async () => {
    const bench = await refused();

    expect([bench.contact(BEN), bench.contact()].map(({ fields }) => fields.firstname)).toEqual([
      'Anna',
      'Anna',
    ]);
    expect(markers(bench)).toEqual(['[demo/2/processing]', '[demo/3/processing]']);
    expect(bench.mautic.sentEmails().map(({ address }) => address)).toEqual([BEN, ANNA]);
    expect([bench.profile(BEN).work, bench.profile().work]).toEqual([undefined, undefined]);
  });

  it('costs no more calls and no second alarm while nobody acts', async () => {
    const bench = await refused();
    bench.calls();

    await letPass(bench, 24 * 60);

    expect(bench.calls()).toEqual([]);
    expect(bench.counts.get('ContactParked')).toBe(1);
    expect(bench.counts.has('EffectParked')).toBe(false);
  });

  it('gets what it missed, note and e-mail included, when the address is corrected', async () => {
    const bench = await refused();

    await bench.shop({ id: 1, email: 'short@example.test' });
    await letPass(bench, 5);

    expect(bench.contact('short@example.test').fields.firstname).toBe('Anna');
    expect(markers(bench)).toContain('[demo/1/processing]');
    expect(bench.mautic.sentEmails().map(({ address }) => address)).toEqual([
      BEN,
      ANNA,
      'short@example.test',
    ]);
  });
});

describe('an effect that Mautic refuses for good', () => {
  async function refused() {
    const bench = await start({
      notes: ['processing', 'completed'],
      emails: { processing: REFUSED, completed: RIGHT },
    });
    await bench.order({ id: 1 });
    await bench.order({ id: 2, status: 'completed' });
    await bench.order({ id: 3, status: 'completed', email: BEN });
    await bench.sync();
    return bench;
  }

  it('is counted and logged once, with its order, its rule and the reason', async () => {
    const bench = await refused();

    expect(bench.counts.get('EffectParked')).toBe(1);
    expect(errors(bench)).toEqual([
      {
        level: 'error',
        message: 'A note or e-mail is parked until somebody acts',
        fields: { order: 'order/demo/1', effect: 'email:processing', reason: 'mail-refused' },
      },
    ]);
  });

  it('costs neither its contact nor its order nor anybody else anything', async () => {
    const bench = await refused();

    expect(await bench.effects(1)).toMatchObject({
      'email:processing': { state: 'parked', reason: 'mail-refused' },
      'note:processing': { state: 'done' },
    });
    expect(bench.contact().fields.mautic_woo_order_count).toBe(2);
    expect(markers(bench)).toEqual(['[demo/1/processing]', '[demo/2/completed]', '[demo/3/completed]']);
    expect(bench.mautic.sentEmails().map(({ address }) => address)).toEqual([ANNA, BEN]);
    expect(bench.counts.get('EffectDone')).toBe(5);
    expect([bench.profile().parked, bench.profile(BEN).parked]).toEqual([undefined, undefined]);
  });

  it('is not tried again by itself, while its contact goes on', async () => {
    const bench = await refused();
    bench.calls();

    await letPass(bench, 24 * 60);
    await bench.shop({ id: 1, status: 'completed' });

    expect(endpoints(bench.calls()).filter((call) => call.includes('/emails/2/'))).toEqual([]);
    expect(bench.mautic.sentEmails().map(({ address }) => address)).toEqual([ANNA, BEN, ANNA]);
    expect(bench.counts.get('EffectParked')).toBe(1);
  });
});

describe('everything of one contact that goes wrong at once', () => {
  it('is parked part by part, and the rest of it is done', async () => {
    const bench = await start({
      notes: ['processing'],
      emails: { processing: REFUSED },
      segments: [{ segment: 99, statuses: ['processing'] }],
    } as Partial<Policy>);

    await bench.shop({});
    await letPass(bench, 60);

    expect(bench.contact().fields.firstname).toBe('Anna');
    expect(markers(bench)).toEqual(['[demo/1/processing]']);
    expect(bench.counts.get('EffectParked')).toBe(1);
    expect(errors(bench)).toHaveLength(2);
    expect(bench.profile().parked).toBeUndefined();
    // It waits for the segment only.
    expect(bench.profile()).toMatchObject({ wanted: 1, synced: 1, attempts: 0 });
  });
});
