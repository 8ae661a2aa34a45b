import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import { tryCustomObjects } from '../../../lib/mautic/custom-objects/trial.ts';
import {
  type CustomObjectForm,
  SHOP_OBJECTS,
} from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import { failureOf, instance, manualClock, must, simulatedMautic } from '../support.ts';

type CustomObjects = NonNullable<Policy['customObjects']>;

const POLICY: CustomObjects = {
  orders: {
    object: 'orders',
    unique: 'orderkey',
    attributes: { ordernumber: 'number', status: 'status', total: 'totalMinor', paidat: 'paidAt' },
  },
  lines: {
    object: 'orderlines',
    unique: 'linekey',
    attributes: { sku: 'sku', quantity: 'quantity', categories: 'categories' },
  },
};

/** A Mautic with these objects; absent: without the plugin. */
async function trial(forms: readonly CustomObjectForm[] | undefined, customObjects: CustomObjects = POLICY) {
  const { clock } = manualClock();
  const now = () => new Date(clock.now());
  const { mautic } = await simulatedMautic({ now, ...(forms && { customObjects: forms }) });
  const { client } = instance({ url: mautic.url, clock });
  const run = () => tryCustomObjects({ client, customObjects, clock });
  return { mautic, run };
}

/** The objects of a shop, one field of them changed. */
function withField(alias: string, change: Partial<CustomObjectForm['fields'][number]> | 'missing') {
  return SHOP_OBJECTS.map((form) => ({
    ...form,
    fields: form.fields.flatMap((field) => {
      if (field.alias !== alias) return [field];
      return change === 'missing' ? [] : [{ ...field, ...change }];
    }),
  }));
}

describe('a trial of custom objects', () => {
  it('finds everything right where it is made as the policy says', async () => {
    const { run } = await trial(SHOP_OBJECTS);

    expect(must(await run()).map(({ what, object, field, state }) => [what, object, field, state])).toEqual([
      ['object', 'orders', undefined, 'ok'],
      ['unique', 'orders', 'orderkey', 'ok'],
      ['object', 'orderlines', undefined, 'ok'],
      ['unique', 'orderlines', 'linekey', 'ok'],
    ]);
  });

  it('leaves nobody in Mautic, and of each object one item, however often it is made', async () => {
    const { mautic, run } = await trial(SHOP_OBJECTS);
    await run();
    await run();

    expect(mautic.contacts()).toEqual([]);
    expect(mautic.customItems().map(({ object }) => object)).toEqual(['orders', 'orderlines']);
  });

  it('says once that the plugin is not there', async () => {
    const { mautic, run } = await trial(undefined);

    const [only, ...others] = must(await run());

    expect(only).toMatchObject({
      what: 'plugin',
      state: 'failed',
      remedy: expect.stringContaining('Install'),
    });
    expect(others).toEqual([]);
    expect(mautic.contacts()).toEqual([]);
  });

  it('names an object that is missing, and looks at the other one', async () => {
    const { run } = await trial(SHOP_OBJECTS.filter(({ alias }) => alias !== 'orders'));

    const findings = must(await run());

    expect(findings[0]).toMatchObject({ what: 'object', object: 'orders', state: 'failed' });
    expect(findings.slice(1).every(({ object, state }) => object === 'orderlines' && state === 'ok')).toBe(
      true,
    );
  });

  it('names each field that is missing, and goes on without it', async () => {
    const forms = withField('status', 'missing').map((form) => ({
      ...form,
      fields: form.fields.filter(({ alias }) => alias !== 'ordernumber'),
    }));
    const { run } = await trial(forms);

    const findings = must(await run()).filter(({ object }) => object === 'orders');

    expect(findings.map(({ what, field, state }) => [what, field, state])).toEqual([
      ['field', 'ordernumber', 'failed'],
      ['field', 'status', 'failed'],
      ['object', undefined, 'ok'],
      ['unique', 'orderkey', 'ok'],
    ]);
  });

  it('writes nothing where the unique field is missing: each item would be one more', async () => {
    const { mautic, run } = await trial(withField('orderkey', 'missing').slice(0, 1), {
      orders: POLICY.orders,
    });

    expect(must(await run())).toEqual([
      expect.objectContaining({
        what: 'field',
        field: 'orderkey',
        remedy: expect.stringContaining('unique'),
      }),
    ]);
    expect(mautic.customItems()).toEqual([]);
  });

  it('tells a field that is no unique identifier', async () => {
    const { run } = await trial(withField('linekey', { isUnique: false }));

    expect(must(await run())).toContainEqual(
      expect.objectContaining({ what: 'unique', object: 'orderlines', field: 'linekey', state: 'failed' }),
    );
  });

  it.each(['int', 'url', 'datetime'] as const)('finds out by trying that %s holds no text', async (type) => {
    const { run } = await trial(withField('status', { type }), { orders: POLICY.orders });

    const wrong = must(await run()).filter(({ what }) => what === 'type');

    expect(wrong).toEqual([
      expect.objectContaining({ field: 'status', remedy: expect.stringContaining('text or text area') }),
    ]);
  });

  it.each([
    ['total', 'text'],
    ['paidat', 'date'],
  ] as const)('lets a number stand in a text, and a moment in a day: %s', async (alias, type) => {
    const { run } = await trial(withField(alias, { type }), { orders: POLICY.orders });

    expect(must(await run()).filter(({ state }) => state === 'failed')).toEqual([]);
  });

  it('says nothing of the objects when Mautic cannot be asked', async () => {
    const { mautic, run } = await trial(SHOP_OBJECTS);
    await mautic.close();

    expect(failureOf(await run()).kind).toBe('retry');
  });
});
