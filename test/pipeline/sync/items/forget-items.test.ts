import { describe, expect, it } from 'vitest';
import { SHOP_OBJECTS } from '../../../../lib/simulators/mautic/custom-objects/object-form.ts';
import { OBJECTS } from '../../../support/shop-objects.ts';
import { ANNA, type Bench, keyOf, MINUTE, startBench } from '../support.ts';

function withItems(): Promise<Bench> {
  return startBench({
    simulator: { customObjects: SHOP_OBJECTS },
    policy: { tags: [], customObjects: OBJECTS },
  });
}

/** What each item of Anna's says, and of which contacts. */
function itemsOf(bench: Bench): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const key = keyOf(ANNA);
  return Object.fromEntries(
    bench.mautic.customItems().flatMap(({ attributes: { orderkey, linekey, ...said }, contacts }) => {
      const unique = String(linekey || orderkey);
      return unique.endsWith(key) ? [[unique.replace(`/${key}`, ''), { ...said, contacts }] as const] : [];
    }),
  );
}

async function erase(bench: Bench): Promise<void> {
  bench.forward(MINUTE);
  await bench.survey.erase(keyOf(ANNA), bench.clock.now());
}

async function pass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

describe('the custom items of a person who is erased', () => {
  it('say nothing any more when the contact is gone', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1, lines: [{ sku: 'TEA' }] });

    await erase(bench);
    await pass(bench, 2);

    expect(bench.contacts(ANNA)).toEqual([]);
    expect(itemsOf(bench)).toMatchObject({ 'demo/1': { status: 'moved' }, 'demo/1/1': { status: 'moved' } });
    expect(itemsOf(bench)['demo/1/1']?.['sku'] || null).toBeNull();
  });

  it('keep the contact in Mautic while they cannot be written', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1, lines: [{ sku: 'TEA' }] });
    bench.front.before = ({ body }) =>
      JSON.stringify(body).includes('customObjects') ? { status: 503, body: '<html>' } : undefined;

    await erase(bench);
    await pass(bench, 3);
    expect(itemsOf(bench)).toMatchObject({ 'demo/1': { status: 'processing' } });
    expect(bench.contact().email).toBe(ANNA);

    bench.front.before = () => undefined;
    await pass(bench, 10);
    expect(itemsOf(bench)).toMatchObject({ 'demo/1': { status: 'moved' } });
    expect(bench.contacts(ANNA)).toEqual([]);
  });

  it('are never linked to the contact of who comes back', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1, lines: [{ sku: 'TEA' }] });
    await erase(bench);
    await pass(bench, 2);

    await bench.order({ id: 2, createdAt: bench.clock.now() + MINUTE, lines: [{ sku: 'CUP' }] });
    await bench.sync();
    await pass(bench, 2);

    const { id } = bench.contact();
    expect(itemsOf(bench)['demo/2']?.contacts).toEqual([id]);
    expect(itemsOf(bench)['demo/1']?.contacts).not.toContain(id);
  });
});
