import { describe, expect, it } from 'vitest';
import { keyOf, MINUTE, NOON, openWorkshop, type Workshop } from '../../support/workshop.ts';

const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';
const CLEO = 'cleo@example.test';
const HOUR = 60 * MINUTE;

/** Anna in step; Ben parked at 13:00, Cleo at 14:00, for different reasons; Anna shops in both stores. */
async function world() {
  const shop = openWorkshop();
  await shop.order({ id: 1, email: ANNA });
  await shop.order({ id: 2, email: BEN });
  await shop.order({ id: 3, email: CLEO, store: 'other' });
  await shop.order({ id: 1, email: ANNA, store: 'other' });
  await shop.settle();
  await park(shop, BEN, { code: 'duplicate-contacts', at: NOON + HOUR });
  await park(shop, CLEO, { code: 'too-many-orders', at: NOON + 2 * HOUR });
  for (const row of shop.mautic.rows.values()) row.fields.clear();
  shop.forward(3 * HOUR);
  return shop;
}

async function park(shop: Workshop, email: string, { code, at }: { code: string; at: number }) {
  const { wanted } = shop.profile(email);
  await shop.ledger.park(keyOf(email), wanted, { code, message: 'Do something, then replay', at });
}

const whats = (lines: readonly { readonly what: string }[]) => lines.map(({ what }) => what).sort();
const keys = (...emails: readonly string[]) => emails.map(keyOf).sort();

describe('a replay of contacts', () => {
  it('needs a selection', async () => {
    await expect(openWorkshop().replay({})).rejects.toThrow(/nothing is selected/);
  });

  it.each([
    [{ error: 'duplicate-contacts' }, [BEN]],
    [{ since: NOON + HOUR, until: NOON + 2 * HOUR }, [BEN]],
    [{ since: NOON + 2 * HOUR }, [CLEO]],
    [{ store: 'other', error: 'too-many-orders' }, [CLEO]],
    [{ store: 'demo', error: 'too-many-orders' }, []],
    [{ store: 'demo' }, [ANNA, BEN]],
    [{ all: true }, [ANNA, BEN, CLEO]],
    [{ parked: true }, [BEN, CLEO]],
    [{ parked: true, all: true }, [BEN, CLEO]],
    [{ parked: true, store: 'demo' }, [BEN]],
    [{ parked: true, since: NOON + 2 * HOUR }, [CLEO]],
  ])('that looks through the ledger for %j finds them', async (selection, found) => {
    const shop = await world();

    const lines = await shop.replay(selection);

    expect(whats(lines)).toEqual(keys(...found));
    for (const email of found)
      expect(shop.profile(email)).toMatchObject({ work: 'later', doubt: true, wanted: expect.any(Number) });
    expect(shop.doorbell.take()).toEqual([]);
  });

  it('brings what was parked into step, after live work', async () => {
    const shop = await world();

    await shop.replay({ error: 'duplicate-contacts' });
    expect(shop.profile(BEN).parked).toBeUndefined();
    await shop.settle();

    expect(shop.contact(BEN).fields).toMatchObject({ firstname: 'Anna' });
    expect(shop.profile(CLEO).parked).toBeDefined();
  });

  it('says of each how it stands and what will happen, and shows no address', async () => {
    const shop = await world();

    const lines = await shop.replay({ contact: keyOf(BEN) });

    expect(lines).toEqual([
      {
        kind: 'contact',
        what: keyOf(BEN),
        why: 'parked (duplicate-contacts) at 2026-12-01T13:00:00.000Z: Do something, then replay',
        outcome: 'be written again, in full',
        acts: true,
      },
    ]);
    expect(JSON.stringify(await shop.replay({ all: true }))).not.toContain('@');
  });
});

describe('a contact that somebody names', () => {
  it('is written again in full, at once, although it is in step', async () => {
    const shop = await world();
    await shop.sync();
    expect(shop.contact(ANNA).fields).toEqual({});

    const [line] = await shop.replay({ contact: keyOf(ANNA) });
    await shop.sync();

    expect(line).toMatchObject({ why: 'in step', outcome: 'be written again, in full' });
    expect(shop.contact(ANNA).fields).toMatchObject({ firstname: 'Anna', mautic_woo_order_count: '2' });
    expect(shop.profile(ANNA).work).toBeUndefined();
    expect(shop.profile(ANNA).doubt).toBe(false);
  });

  it('gets back what a person changed in Mautic', async () => {
    const shop = openWorkshop();
    await shop.order({ email: ANNA });
    await shop.settle();
    const row = shop.mautic.byEmail(ANNA);
    row?.fields.set('city', 'Nowhere');
    row?.tags.clear();

    await shop.replay({ contact: keyOf(ANNA) });
    await shop.sync();

    expect(shop.contact(ANNA)).toMatchObject({ tags: ['sku:tea', 'status:processing'] });
    expect(shop.contact(ANNA).fields).toMatchObject({ city: 'Köln' });
  });

  it('gets a value that Mautic refused before: what made it refuse may be mended', async () => {
    const shop = openWorkshop();
    await shop.order({ email: ANNA });
    await shop.settle();
    const { written } = await shop.ledger.dossier(keyOf(ANNA));
    const refused = { city: { value: '=Köln', reason: 'no-such-field' } };
    await shop.ledger.saveWritten(keyOf(ANNA), { ...written, fields: {}, refused });
    shop.mautic.byEmail(ANNA)?.fields.set('city', null);

    await shop.order({ email: ANNA, total: '13.00' });
    await shop.settle();
    expect(shop.contact(ANNA).fields['city']).toBeNull();
    await shop.replay({ contact: keyOf(ANNA) });
    await shop.sync();

    expect(shop.contact(ANNA).fields['city']).toBe('Köln');
  });

  it('is left alone as long as a failure asked for', async () => {
    const shop = await world();
    await shop.order({ id: 1, email: ANNA, total: '1.00' });
    await shop.ledger.defer(keyOf(ANNA), shop.clock.now() + 4 * MINUTE, { doubt: true });
    shop.doorbell.take();

    await shop.replay({ contact: keyOf(ANNA) });
    await shop.sync();
    expect(shop.profile(ANNA)).toMatchObject({ work: 'live', notBefore: shop.clock.now() + 4 * MINUTE });

    await shop.settle();
    expect(shop.profile(ANNA).work).toBeUndefined();
  });

  it('stays deleted in Mautic when somebody deleted it there', async () => {
    const shop = await world();
    shop.mautic.rows.delete(shop.contact(ANNA).id);
    await shop.order({ id: 1, email: ANNA, total: '13.00' });
    await shop.settle();

    const [line] = await shop.replay({ contact: keyOf(ANNA) });
    await shop.sync();

    expect(line).toMatchObject({ why: expect.stringMatching(/^deleted in Mautic/) });
    expect(shop.mautic.byEmail(ANNA)).toBeUndefined();
  });

  it('that nobody knows is said to be unknown', async () => {
    const lines = await openWorkshop().replay({ contact: keyOf(ANNA) });

    expect(lines).toMatchObject([{ kind: 'contact', why: 'unknown', acts: false }]);
  });

  it('is taken only when the rest of the selection holds', async () => {
    const shop = await world();
    const contact = keyOf(CLEO);

    expect(await shop.replay({ contact, error: 'crashes' })).toEqual([]);
    expect(await shop.replay({ contact, store: 'demo' })).toEqual([]);
    expect(await shop.replay({ contact, since: NOON + 2 * HOUR + 1 })).toEqual([]);
    expect(whats(await shop.replay({ contact, store: 'other', error: 'too-many-orders' }))).toEqual([
      contact,
    ]);
  });
});

describe('an order that somebody names', () => {
  it('is written again with its contact, and only that of its store', async () => {
    const shop = await world();

    expect(whats(await shop.replay({ store: 'other', order: '1' }))).toEqual(keys(ANNA));
    expect(shop.doorbell.take().map(({ contact }) => contact)).toEqual(keys(ANNA));
  });

  it('takes contacts along that it had before, where they are parked', async () => {
    const shop = await world();
    await shop.order({ id: 2, email: ANNA });
    await shop.settle();
    await park(shop, BEN, { code: 'crashes', at: shop.clock.now() });

    expect(whats(await shop.replay({ store: 'demo', order: '2' }))).toEqual(keys(ANNA, BEN));
    expect(whats(await shop.replay({ store: 'demo', order: '2', contact: keyOf(BEN) }))).toEqual([]);
  });

  it('that is unknown or has no contact is said to be so', async () => {
    const shop = await world();
    await shop.order({ id: 8, email: 'deleted@site.invalid' });

    const lines = [
      ...(await shop.replay({ store: 'demo', order: '7' })),
      ...(await shop.replay({ store: 'demo', order: '8' })),
    ];

    expect(lines).toMatchObject([
      { kind: 'order', what: 'order/demo/7', why: 'unknown', acts: false },
      { kind: 'order', what: 'order/demo/8', why: 'without a contact (domain-reserved)', acts: false },
    ]);
  });
});

describe('what is parked alone', () => {
  it.each([{ contact: keyOf(ANNA) }, { store: 'demo', order: '1' }])(
    'leaves who is in step alone, though %j names them',
    async (named) => {
      const shop = await world();

      expect(await shop.replay({ ...named, parked: true })).toEqual([]);
      expect(await shop.replay(named)).toHaveLength(1);
    },
  );
});

describe('a reason for which nothing is parked', () => {
  it('is said to be unknown, with those there are', async () => {
    const shop = await world();
    await park(shop, ANNA, { code: 'crashes', at: shop.clock.now() });
    await park(shop, BEN, { code: 'duplicate-contacts', at: shop.clock.now() });

    const [misspelt, ...others] = await shop.replay({ error: 'crahses' });

    expect(others).toEqual([]);
    expect(misspelt).toMatchObject({ kind: 'reason', what: 'crahses', acts: false, unknown: true });
    expect(misspelt?.outcome).toContain('parked are: crashes 1, duplicate-contacts 1');
    expect((await shop.replay({ error: 'crashes' })).map(({ kind }) => kind)).toEqual(['contact']);
  });

  it('is not repeated where it is no code: it may be an address', async () => {
    const lines = await openWorkshop().replay({ error: ANNA });

    expect(lines).toMatchObject([{ kind: 'reason', unknown: true }]);
    expect(JSON.stringify(lines)).not.toContain('@');
  });

  it('is no mistake where the dead letters are meant, or the time leaves everything out', async () => {
    const shop = await world();
    await park(shop, ANNA, { code: 'crashes', at: shop.clock.now() });

    expect(await shop.replay({ error: 'dead-letter' })).toEqual([]);
    expect(await shop.replay({ error: 'crashes', since: shop.clock.now() + 1 })).toEqual([]);
  });
});

describe('a dry run', () => {
  it.each([
    { all: true },
    { contact: keyOf(BEN) },
    { store: 'demo', order: '2' },
    { error: 'too-many-orders' },
  ])('of %j changes nothing and says the same', async (selection) => {
    const shop = await world();
    const before = shop.ledger.contents();

    const dry = await shop.replay(selection, { dryRun: true });

    expect(shop.ledger.contents()).toEqual(before);
    expect(shop.doorbell.take()).toEqual([]);
    const real = await shop.replay(selection);
    expect(whats(dry)).toEqual(whats(real));
    expect(dry.length).toBeGreaterThan(0);
  });
});
