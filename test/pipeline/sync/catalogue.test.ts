import { describe, expect, it } from 'vitest';
import type { Ref } from '../../../lib/core/ledger/snapshot.ts';
import { refName } from '../../../lib/core/ledger/snapshot.ts';
import type { Entry } from '../../../lib/core/ports/ledger.ts';
import { createCatalogue } from '../../../lib/pipeline/sync/catalogue.ts';
import { bodyOf } from '../../support/woocommerce.ts';
import { startBench } from './support.ts';

const [TEA, MUG, POT] = ['1', '2', '3'].map((id): Ref => ({ kind: 'product', store: 'demo', id })) as [
  Ref,
  Ref,
  Ref,
];

/** A shelf whose looks end when the test says so, each with what stands there when it begins. */
function shelf() {
  const standing = new Map<string, Entry>();
  const looks: { readonly names: readonly string[]; end(): void; fail(): void }[] = [];
  const put = (ref: Ref, name: string) =>
    standing.set(refName(ref), {
      revision: 1,
      effects: {},
      state: { type: 'product', version: 'a', data: { name, categories: [] } },
    } as unknown as Entry);
  const load = (refs: readonly Ref[]) => {
    const names = refs.map(refName);
    const seen = new Map(
      names.flatMap((name) => {
        const entry = standing.get(name);
        return entry ? [[name, entry] as const] : [];
      }),
    );
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, Entry>>();
    looks.push({ names, end: () => resolve(seen), fail: () => reject(new Error('throttled')) });
    return promise;
  };
  return { put, load, looks };
}

/** What is under way goes on until only the shelf is waited for. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('products of a batch', () => {
  it('are looked up once for all who ask while a look is under way, each with its own', async () => {
    const things = shelf();
    for (const ref of [TEA, MUG, POT]) things.put(ref, refName(ref));
    const catalogue = createCatalogue(things);

    const asked = [[TEA], [TEA, MUG], [MUG, TEA, POT], [TEA]].map((refs) => catalogue.load(refs));
    await settle();
    const late = [[POT], [TEA, POT]].map((refs) => catalogue.load(refs));
    await settle();
    expect(things.looks.map(({ names }) => names)).toEqual([[TEA, MUG, POT].map(refName)]);
    things.looks[0]?.end();
    await settle();
    things.looks[1]?.end();

    expect(things.looks.map(({ names }) => names.toSorted())).toEqual([
      [TEA, MUG, POT].map(refName),
      [TEA, POT].map(refName),
    ]);
    expect((await Promise.all([...asked, ...late])).map((found) => [...found.keys()])).toEqual(
      [[TEA], [TEA, MUG], [MUG, TEA, POT], [TEA], [POT], [TEA, POT]].map((refs) => refs.map(refName)),
    );
  });

  it('are never shown as they stood before they were asked for', async () => {
    const things = shelf();
    const catalogue = createCatalogue(things);

    const early = catalogue.load([TEA]);
    await settle();
    things.put(TEA, 'Tea');
    const late = catalogue.load([TEA]);
    await settle();
    things.looks[0]?.end();
    await settle();
    things.looks[1]?.end();

    expect([(await early).size, (await late).size]).toEqual([0, 1]);
  });

  it('cost nobody else anything when a common look fails: each looks for itself', async () => {
    const things = shelf();
    things.put(TEA, 'Tea');
    const catalogue = createCatalogue(things);

    const asked = [catalogue.load([TEA]), catalogue.load([MUG])];
    const outcomes = Promise.allSettled(asked);
    await settle();
    things.looks[0]?.fail();
    await settle();
    things.looks[1]?.end();
    things.looks[2]?.fail();

    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const again = catalogue.load([TEA]);
    await settle();
    things.looks[3]?.end();
    expect((await again).size).toBe(1);
  });
});

describe('contacts of a batch that bought the same', () => {
  it('are all written after two looks at it at most', async () => {
    const bench = await startBench();
    const buyers = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => ({ id, email: `buyer${String(id)}@example.test` }));
    await bench.deliver('product.updated', { ...bodyOf('0019'), id: 1 });
    for (const buyer of buyers) await bench.order(buyer);
    let looks = 0;
    bench.disturb((method, subject) => {
      const isOfProducts =
        method === 'load' && (subject as readonly Ref[]).some(({ kind }) => kind === 'product');
      if (isOfProducts) looks += 1;
    });

    await bench.sync();

    const tags = buyers.map(({ email }) =>
      bench.contact(email).tags.filter((tag) => tag.startsWith('category:')),
    );
    expect(new Set(tags.map(String))).toHaveLength(1);
    expect(tags[0]).not.toEqual([]);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(2);
  });
});
