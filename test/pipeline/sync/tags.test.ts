import { describe, expect, it } from 'vitest';
import type { Call, Reply } from './front.ts';
import { type Bench, EDIT, endpoints, itemsOf, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';

/** The texts of all rows of tags in Mautic. */
async function rows(bench: Bench): Promise<string[]> {
  const { tags } = await bench.person('GET', '/tags?limit=500');
  return Object.values(tags as Record<string, { tag: string }>)
    .map(({ tag }) => tag)
    .filter((tag) => !tag.startsWith('status:'));
}

function skus(bench: Bench, email?: string): string[] {
  return bench.contact(email).tags.filter((tag) => !tag.startsWith('status:'));
}

function isEdit({ method, path }: Call): boolean {
  return `${method} ${path}` === EDIT;
}

/** How often it was said that a tag cannot be taken away. */
function told(bench: Bench): number {
  return bench.lines.filter(({ message }) => message.startsWith('A tag cannot be taken away')).length;
}

/** Mautic's own answer to a batch of one, in which the contact has this tag all the same. */
async function stillShowing(
  bench: Bench,
  { method, path, headers, body }: Call,
  tag: string,
): Promise<Reply> {
  const answer = await fetch(bench.mautic.url + path, {
    method,
    headers: { authorization: headers.authorization ?? '', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const said = (await answer.json()) as { contacts: readonly { tags: readonly { tag: string }[] }[] };
  const contacts = said.contacts.map((contact) => ({ ...contact, tags: [...contact.tags, { tag }] }));
  return { status: answer.status, body: { ...said, contacts } };
}

const bought = (...skuList: string[]) => ({ lines: skuList.map((sku) => ({ sku })) });

describe('tags that Mautic holds equal', () => {
  it.each([
    ['STRASSE', 'Straße'],
    ['X🎉', 'X🚀'],
    ['M2', 'M²'],
    ['TEE', 'Tée'],
  ])('stay as they are spelt first, for everybody: %s, then %s', async (first, second) => {
    const bench = await startBench();
    await bench.shop(bought(first));

    await bench.shop({ id: 2, email: BEN, ...bought(second) });

    const spelling = `sku:${first.toLowerCase()}`;
    expect(await rows(bench)).toEqual([spelling]);
    expect([skus(bench), skus(bench, BEN)]).toEqual([[spelling], [spelling]]);
  });

  it('make one tag of a contact that bought both, and cost nothing when they change places', async () => {
    const bench = await startBench();
    await bench.shop(bought('TEE', 'Tée'));
    expect(skus(bench)).toEqual(['sku:tee']);
    bench.calls();

    await bench.shop(bought('Tée', 'TEE'));
    const edits = bench
      .calls()
      .filter(({ method }) => method === 'PATCH')
      .flatMap((call) => itemsOf(call));
    expect(edits).toHaveLength(1);
    expect(edits[0]).not.toHaveProperty('tags');

    expect(skus(bench)).toEqual(['sku:tee']);
  });

  it('are taken away as they are spelt in Mautic', async () => {
    const bench = await startBench();
    await bench.shop({ id: 2, email: BEN, ...bought('Straße') });
    await bench.shop(bought('STRASSE'));
    expect(skus(bench)).toEqual(['sku:straße']);

    await bench.shop(bought('CUP'));

    expect(skus(bench)).toEqual(['sku:cup']);
    expect(skus(bench, BEN)).toEqual(['sku:straße']);
  });

  it('are taken away also when somebody has spelt them otherwise since', async () => {
    const bench = await startBench();
    await bench.shop(bought('STRASSE'));
    await bench.person('POST', '/tags/new', { tag: 'SKU:Straße' });
    expect(skus(bench)).toEqual(['SKU:Straße']);

    await bench.shop(bought('CUP'));

    expect(skus(bench)).toEqual(['sku:cup']);
  });

  it('of a person are used as they are, and not renamed', async () => {
    const bench = await startBench();
    await bench.person('POST', '/tags/new', { tag: 'SKU:Tea' });

    await bench.shop(bought('TEA'));
    expect(skus(bench)).toEqual(['SKU:Tea']);
    await bench.shop(bought('CUP'));

    expect(await rows(bench)).toEqual(['SKU:Tea', 'sku:cup']);
    expect(skus(bench)).toEqual(['sku:cup']);
  });
});

describe('two rows of one tag', () => {
  /** As two writers of a new tag at the same moment make them. */
  async function doubled() {
    const bench = await startBench();
    await bench.shop(bought('TEA'));
    const { tag } = await bench.person('POST', '/tags/new', { tag: 'other' });
    const { id } = tag as { id: number };
    await bench.person('PATCH', `/tags/${String(id)}/edit`, { tag: 'sku:tea' });
    expect(await rows(bench)).toEqual(['sku:tea', 'sku:tea']);
    bench.calls();
    return bench;
  }

  it('are no reason that a tag stays when it is taken away', async () => {
    const bench = await doubled();

    await bench.shop(bought('CUP'));

    expect(skus(bench)).toEqual(['sku:cup']);
    expect(endpoints(bench.calls()).filter((call) => call === EDIT)).toHaveLength(3);
    expect(bench.profile().work).toBeUndefined();
    expect(told(bench)).toBe(0);
  });

  it('are taken away later where Mautic fails in between', async () => {
    const bench = await doubled();
    let edits = 0;
    bench.front.before = (call) => {
      edits += isEdit(call) ? 1 : 0;
      return isEdit(call) && edits === 2 ? { status: 503, body: '<html>' } : undefined;
    };
    await bench.shop(bought('CUP'));
    expect(skus(bench)).toContain('sku:tea');
    expect(bench.profile().work).toBe('live');

    for (let minute = 0; minute < 8; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }

    expect(skus(bench)).toEqual(['sku:cup']);
    expect(bench.profile().work).toBeUndefined();
  });

  it('cost nothing while the tag stays', async () => {
    const bench = await doubled();

    await bench.shop({ ...bought('TEA'), billing: { city: 'Ulm' } });

    expect(endpoints(bench.calls())).toEqual(['GET /api/contacts', EDIT]);
  });
});

describe('a tag', () => {
  it('that cannot be taken away is said, and tried with the next change', async () => {
    const bench = await startBench();
    await bench.shop(bought('TEA'));
    bench.front.before = (call) => (isEdit(call) ? stillShowing(bench, call, 'sku:tea') : undefined);
    await bench.shop(bought('CUP'));
    expect(told(bench)).toBe(1);
    expect((await bench.written()).tags).toContain('sku:tea');
    expect(bench.profile().work).toBeUndefined();

    bench.front.before = () => undefined;
    bench.calls();
    await bench.shop({ ...bought('CUP'), billing: { city: 'Ulm' } });

    expect(JSON.stringify(bench.calls().map(({ body }) => body))).toContain('"-sku:tea"');
    expect((await bench.written()).tags).not.toContain('sku:tea');
    expect(told(bench)).toBe(1);
  });

  it('that a person took off is not put on again by another change', async () => {
    const bench = await startBench();
    await bench.shop(bought('TEA'));
    await bench.person('PATCH', `/contacts/${String(bench.contact().id)}/edit`, { tags: ['-sku:tea'] });

    await bench.shop({ ...bought('TEA'), billing: { city: 'Ulm' } });

    expect(skus(bench)).toEqual([]);
  });
});
