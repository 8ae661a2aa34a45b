import { describe, expect, it } from 'vitest';
import { type Bench, MINUTE, startBench } from './support.ts';

const PEOPLE = Array.from({ length: 6 }, (_, n) => `c${String(n)}@example.test`);

async function orderAll(bench: Bench, status: string): Promise<void> {
  for (const [index, email] of PEOPLE.entries()) await bench.order({ id: index + 1, email, status });
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

function serverErrors(bench: Bench): unknown[] {
  return PEOPLE.flatMap((email) => bench.profile(email).serverErrors ?? []);
}

function parked(bench: Bench): string[] {
  return PEOPLE.filter((email) => bench.profile(email).parked);
}

describe('what many contacts need and cannot have', () => {
  it.each([
    ['the token', '/oauth/'],
    ['the list of fields', '/fields/'],
    ['a new tag', '/tags/'],
  ])('is booked on none of them: %s', async (_what, part) => {
    const bench = await startBench();
    bench.mautic.faults.add({
      match: (_method, path) => path.includes(part),
      kind: 'status-500',
      times: Infinity,
    });
    await orderAll(bench, 'processing');

    await bench.sync();
    await letPass(bench, 8 * 60);

    expect(parked(bench)).toEqual([]);
    expect(serverErrors(bench)).toEqual([]);
    bench.mautic.faults.clear();
    await letPass(bench, 2 * 60);
    for (const email of PEOPLE) expect(bench.contact(email).tags).toContain('status:processing');
  });

  it('makes no batch smaller: a token that cannot be had is asked for once', async () => {
    const bench = await startBench();
    await orderAll(bench, 'processing');
    await bench.sync();
    await orderAll(bench, 'completed');
    bench.mautic.faults.expireTokens('access');
    bench.front.calls.splice(0);
    bench.mautic.faults.add({
      match: (_method, path) => path.includes('/oauth/'),
      kind: 'status-500',
      times: Infinity,
    });

    await bench.sync();

    expect(bench.front.calls.filter(({ path }) => path.includes('/oauth/')).length).toBeLessThanOrEqual(2);
  });
});

describe('a tag that Mautic fails to make again and again', () => {
  it('keeps no contact from all the rest, and comes with a later try', async () => {
    const bench = await startBench();
    bench.mautic.faults.add({
      match: (_method, path, body) => path.includes('/tags/new') && body.includes('sku:'),
      kind: 'status-500',
      times: Infinity,
    });
    await orderAll(bench, 'processing');
    await bench.sync();

    await letPass(bench, 3 * 60);

    for (const email of PEOPLE) {
      expect(bench.contact(email).fields).toMatchObject({ firstname: 'Anna' });
      expect(bench.contact(email).tags).toEqual(['status:processing']);
      expect(bench.profile(email)).toMatchObject({ synced: bench.profile(email).wanted });
    }
    bench.mautic.faults.clear();
    await letPass(bench, 65);
    for (const email of PEOPLE) expect(bench.contact(email).tags).toContain('sku:tea');
    expect(PEOPLE.flatMap((email) => bench.profile(email).work ?? [])).toEqual([]);
  });
});

describe('an outage that answers everything 500', () => {
  it('leaves nobody one failure short of being parked', async () => {
    const bench = await startBench();
    await orderAll(bench, 'processing');
    await bench.sync();
    await orderAll(bench, 'completed');
    bench.mautic.faults.add({
      match: (method) => method === 'PATCH',
      kind: 'status-500',
      times: Infinity,
    });

    await bench.sync();

    // Each was asked about alone at most once; the batches they stood in count for none.
    expect(serverErrors(bench)).toEqual(serverErrors(bench).map(() => 1));
  });
});
