import { describe, expect, it } from 'vitest';
import type { ItemWrite } from '../../../lib/core/contact/items/item-write.ts';
import { createCustomObjects } from '../../../lib/mautic/custom-objects/custom-objects.ts';
import { SHOP_OBJECTS } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import type { SimulatorOptions } from '../../../lib/simulators/mautic/simulator.ts';
import { failureOf, instance, must, plainClient, recorded, serve, simulatedMautic } from '../support.ts';
import { SEED, type Stage } from './protocol.ts';

/** The object of the seed's example. */
const PRODUCTS = {
  alias: 'products',
  fields: [
    { alias: 'website', type: 'url' },
    { alias: 'in-stock', type: 'int' },
    { alias: 'multi', type: 'multiselect' },
    { alias: 'sku', type: 'text' },
    { alias: 'color', type: 'text' },
  ],
} as const;

async function stage(options: SimulatorOptions = { customObjects: [PRODUCTS] }): Promise<Stage> {
  const { mautic } = await simulatedMautic(options);
  const { client } = instance({ url: mautic.url });
  const sent: Stage['sent'][number][] = [];
  const objects = createCustomObjects({
    ...client,
    call: (request) => {
      sent.push({ method: request.method, path: request.path, body: request.body });
      return client.call(request);
    },
  });
  return { objects, mautic, sent };
}

/** A client of a Mautic that answers this recording to everything. */
async function answering(number: string) {
  const server = await serve(() => recorded(number));
  return createCustomObjects(plainClient(server.url));
}

function order(key: string, attributes: ItemWrite['attributes'] = {}): ItemWrite {
  return {
    object: 'orders',
    name: `Order ${key}`,
    attributes: { orderkey: { as: 'text', value: key }, ...attributes },
  };
}

describe('the protocol of the seed', () => {
  it.each(SEED.map((row) => [`${row.what}: ${row.use}`, row] as const))('%s', async (_what, row) => {
    expect(await row.shows(await stage())).toBe(true);
  });

  it('gives a reason for everything that is left alone', () => {
    expect(SEED.filter(({ use, why }) => use === 'refused' && why === undefined)).toEqual([]);
  });

  it('is spoken by every method of the client', async () => {
    const { objects } = await stage();
    const called = new Set<string>();
    const watched = new Proxy(objects, {
      get: (target, name: keyof typeof objects) => {
        called.add(name);
        return target[name];
      },
    });
    for (const row of SEED) await row.shows({ ...(await stage()), objects: watched }).catch(() => undefined);

    expect([...called].sort()).toEqual(Object.keys(objects).sort());
  });
});

describe('an answer', () => {
  it('holds the items of a contact with all their attributes (recording 508)', async () => {
    const objects = await answering('508');
    const { contact, objects: found } = must(await objects.create({ email: 'co1@example.com', items: [] }));

    expect(contact.email).toBe('co1@example.com');
    expect(found).toMatchObject([
      {
        id: 1,
        alias: 'orders',
        data: [{ id: 2, name: 'Order 1001', attributes: { total: 1250, tags: ['a', 'b'] } }],
        meta: { page: { number: 1, size: 10 } },
      },
    ]);
  });

  it('of a batch holds items where there are some (recording 550)', async () => {
    const objects = await answering('550');
    const contacts = ['cb1', 'cb2', 'cb3'].map((name) => ({ email: `${name}@example.com`, items: [] }));
    const results = await objects.createAll(contacts);

    expect(results.map((result) => must(result).objects?.[0]?.data[0]?.name)).toEqual([
      'BO cb1@example.com',
      'BO cb2@example.com',
      undefined,
    ]);
  });

  it('of two objects holds both (recording 544)', async () => {
    const objects = await answering('544');
    const { objects: found } = must(await objects.create({ email: 'co13@example.com', items: [] }));

    expect(found?.map(({ alias, data }) => [alias, data.length])).toEqual([
      ['orders', 2],
      ['products', 1],
    ]);
  });
});

describe('a refusal', () => {
  it.each([
    ['519', 'no-custom-object', 'unicorn'],
    ['520', 'no-custom-object', '999'],
    ['522', 'no-custom-field', 'nosuch'],
    ['523', 'no-custom-field', 'order_number'],
    ['524', 'no-custom-item', '999999'],
    ['546', 'no-custom-field', 'nosuch'],
    ['626', 'no-custom-field', 'nosuch'],
    ['627', 'no-custom-object', 'unicorn'],
  ])('of recording %s is %s and names %s', async (number, code, name) => {
    const objects = await answering(number);
    const failure = failureOf(await objects.create({ email: 'a@example.com', items: [] }));

    expect(failure).toMatchObject({ kind: 'repair', code, rejected: { [name]: { why: 'not-allowed' } } });
    expect(failure.message).toContain(name);
  });

  it('of an item without its object is for good (recording 521)', async () => {
    const objects = await answering('521');

    expect(failureOf(await objects.create({ email: 'a@example.com', items: [] }))).toMatchObject({
      kind: 'park',
      code: 'custom-object-unnamed',
    });
  });

  it.each([
    ['551', [undefined, 'no-custom-object', undefined]],
    ['552', ['no-custom-field', undefined]],
    ['557', [undefined, 'server-error', undefined]],
    ['558', [undefined, 'server-error', undefined]],
    ['559', [undefined, 'server-error', undefined]],
  ])('in the batch of recording %s is of its entry alone', async (number, codes) => {
    const objects = await answering(number);
    const results = await objects.createAll(
      codes.map((_code, at) => ({ email: `${at}@example.com`, items: [] })),
    );

    expect(results.map((result) => (result.ok ? undefined : result.failure.code))).toEqual(codes);
  });

  it('of an entry says what the plugin said, without what was sent (recording 557)', async () => {
    const objects = await answering('557');
    const bad = {
      object: 'orders',
      name: 'x',
      attributes: { note: { as: 'text', value: 'not a url' } },
    } as const;
    const results = await objects.createAll([
      { email: 'a@example.com', items: [] },
      { email: 'b@example.com', items: [bad] },
      { email: 'c@example.com', items: [] },
    ]);

    expect(failureOf(results[1]).message).toContain("'…' is not a valid URL address");
  });

  it.each(['618', '620', '624', '625'])(
    'that is opaque may have saved the contact (recording %s)',
    async (number) => {
      const objects = await answering(number);

      expect(failureOf(await objects.create({ email: 'a@example.com', items: [] })).kind).toBe('unknown');
    },
  );

  it('of an item that was written in the same second is unknown: it comes again', async () => {
    const now = new Date('2026-11-27T10:00:00.100Z');
    const { objects } = await stage({ customObjects: SHOP_OBJECTS, now: () => now });
    const contact = { email: 'a@example.com', items: [order('s/1')] };
    must(await objects.create(contact));

    expect(failureOf(await objects.create(contact))).toMatchObject({
      kind: 'unknown',
      code: 'item-in-same-second',
    });
    expect(failureOf((await objects.createAll([contact]))[0]).code).toBe('item-in-same-second');
  });
});

describe('what the plugin breaks on', () => {
  it('is not sent, and the others of a batch are', async () => {
    const { objects, mautic } = await stage({ customObjects: SHOP_OBJECTS });
    const tooLarge = { total: { as: 'integer', value: 2 ** 31 } } as const;
    const results = await objects.createAll([
      { email: 'a@example.com', items: [order('s/1', tooLarge)] },
      { email: 'b@example.com', items: [order('s/2')] },
    ]);

    expect(failureOf(results[0])).toMatchObject({ kind: 'park', code: 'unsendable-item' });
    expect(must(results[1]).objects).toHaveLength(1);
    expect(mautic.contacts().map(({ email }) => email)).toEqual(['b@example.com']);
  });

  it('is not sent in a single call either', async () => {
    const { objects, sent } = await stage();
    const items = [
      { object: 'products', name: ' ', attributes: { website: { as: 'url', value: 'x y' } } },
    ] as const;

    expect(failureOf(await objects.create({ email: 'a@example.com', items })).message).toContain(
      'name, website',
    );
    expect(sent).toEqual([]);
  });
});

describe('a Mautic without the plugin', () => {
  it('says nothing of items, and saves the contact (recording 331)', async () => {
    const { objects, mautic } = await stage({});
    const { contact, objects: found } = must(
      await objects.create({ email: 'a@example.com', items: [order('s/1')] }),
    );

    expect(found).toBeUndefined();
    expect(mautic.contacts().map(({ id }) => id)).toEqual([contact.id]);
  });
});
