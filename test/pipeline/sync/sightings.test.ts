import { beforeEach, describe, expect, it } from 'vitest';
import { withSightings } from '../../../lib/pipeline/sync/sightings.ts';
import { must } from '../../mautic/support.ts';
import { MemoryMautic } from '../../support/memory-mautic.ts';

const NOTHING = { fields: {}, addTags: [], removeTags: [] };

let now: number;
let mautic: MemoryMautic;
let contacts: ReturnType<typeof withSightings>;

beforeEach(() => {
  now = 0;
  mautic = new MemoryMautic();
  contacts = withSightings(mautic, { now: () => now });
});

async function create(...emails: string[]): Promise<number[]> {
  const answers = await contacts.create(emails.map((email) => ({ ...NOTHING, email })));
  return answers.map((answer) => must(answer).id);
}

async function addresses(...ids: number[]): Promise<Record<number, string>> {
  const holders = must(await contacts.holders(ids));
  return Object.fromEntries([...holders].map(([id, { email }]) => [id, email]));
}

async function callsOf(work: () => Promise<unknown>): Promise<number> {
  const before = mautic.calls;
  await work();
  return mautic.calls - before;
}

describe('whose an id is', () => {
  it('is asked in one call, for as many as have to be', async () => {
    const [one = 0, other = 0] = await create('ada@example.test', 'ben@example.test');
    const cold = withSightings(mautic, { now: () => now });

    const calls = await callsOf(async () => must(await cold.holders([one, other, 99])));

    expect(calls).toBe(1);
  });

  it('is not asked for whom an answer has just shown', async () => {
    const ids = await create('ada@example.test', 'ben@example.test');

    expect(await callsOf(() => addresses(...ids))).toBe(0);
    expect(await addresses(...ids)).toEqual({ 1: 'ada@example.test', 2: 'ben@example.test' });
  });

  it('is asked again half a minute later', async () => {
    const [id = 0] = await create('ada@example.test');
    (mautic.rows.get(id) as { email: string }).email = 'new@example.test';

    now += 30_000;
    expect(await addresses(id)).toEqual({ 1: 'ada@example.test' });
    now += 1;
    expect(await addresses(id)).toEqual({ 1: 'new@example.test' });
  });

  it('is nobody for one that has gone', async () => {
    const [id = 0, other = 0] = await create('ada@example.test', 'ben@example.test');
    mautic.rows.delete(id);
    now += 60_000;

    expect(await addresses(id, other)).toEqual({ 2: 'ben@example.test' });
  });
});

describe('a contact that is written whole by its id', () => {
  it('is in doubt when it turns out to be somebody else’s by then', async () => {
    const [id = 0] = await create('ada@example.test');
    (mautic.rows.get(id) as { email: string }).email = 'new@example.test';

    const answer = await contacts.rewrite(id, { mautic_woo_total_spent: '0.50' });

    expect(answer).toMatchObject({ ok: false, failure: { kind: 'unknown', code: 'moved' } });
  });

  it('is seen by the answer', async () => {
    const [id = 0] = await create('ada@example.test');

    must(await contacts.rewrite(id, { mautic_woo_total_spent: '0.50' }));

    expect(await callsOf(() => addresses(id))).toBe(0);
  });
});
