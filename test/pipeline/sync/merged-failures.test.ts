import { describe, expect, it } from 'vitest';
import type { Call } from './front.ts';
import { type Bench, EDIT, itemsOf, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';
const LEAD = 'lead@example.test';
const RENAMED = 'anna.new@example.test';
const BUSY = { status: 503, body: { errors: [{ code: 503, message: 'busy' }] } };

/** Anna and Ben have bought once each and stand in segment 1; a lead has never bought. */
async function twoBuyers(): Promise<Bench> {
  const bench = await startBench({
    simulator: { version: '5.2.1' },
    policy: { segments: [{ segment: 1, minOrders: 1 }] },
  });
  await bench.person('POST', '/segments/new', { name: 'Buyers' });
  await bench.shop({ lines: [{ sku: 'TEA' }] });
  await bench.shop({ id: 2, email: BEN, total: '30.00', lines: [{ sku: 'MUG' }] });
  bench.forward(MINUTE);
  await bench.person('POST', '/contacts/new', { email: LEAD, position: 'Baker' });
  return bench;
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

async function isMember(bench: Bench, id: number): Promise<boolean> {
  const { lists } = await bench.person('GET', `/contacts/${String(id)}/segments`);
  return Object.keys(lists as object).includes('1');
}

/** Answers the first such call in place of Mautic. */
function refuseOnce(bench: Bench, when: (call: Call) => boolean): void {
  let refused = false;
  bench.front.before = (call) => {
    if (refused || !when(call)) return undefined;
    refused = true;
    return BUSY;
  };
}

const writesTo = (id: number) => (call: Call) =>
  `${call.method} ${call.path}` === EDIT && itemsOf(call).some((item) => item['id'] === id);

/** What of Anna stands in somebody else's contact. */
function strays(bench: Bench, email: string): readonly string[] {
  const { fields, tags } = bench.contact(email);
  return [...Object.keys(fields).filter((alias) => alias.startsWith('mautic_woo_')), ...tags];
}

describe('what has to be taken back from somebody else’s contact', () => {
  it('of a renamed contact is taken back later where Mautic does not take it at once', async () => {
    const bench = await twoBuyers();
    const { id } = bench.contact();
    bench.mautic.people.rename(id, RENAMED);
    refuseOnce(bench, writesTo(id));

    await bench.shop({ status: 'completed' });
    expect(strays(bench, RENAMED)).not.toEqual([]);
    await letPass(bench, 10);

    expect(strays(bench, RENAMED)).toEqual([]);
    expect(bench.contact().tags).toContain('status:completed');
  });

  it('of a contact that was merged away is taken back from the winner later, too', async () => {
    const bench = await twoBuyers();
    const { id: winner } = bench.contact(LEAD);
    bench.mautic.people.merge({ loser: bench.contact().id, winner });
    refuseOnce(bench, writesTo(winner));

    await bench.shop({ id: 3, createdAt: bench.clock.now() });
    await letPass(bench, 10);

    expect(strays(bench, LEAD)).toEqual([]);
    expect(bench.contact().tags).toContain('sku:tea');
  });

  it('is a segment: it is left later where that fails', async () => {
    const bench = await twoBuyers();
    const { id } = bench.contact();
    bench.mautic.people.rename(id, RENAMED);
    refuseOnce(bench, ({ path }) => path === `/api/segments/1/contact/${String(id)}/remove`);

    await bench.shop({ status: 'completed' });
    await letPass(bench, 10);

    expect(await isMember(bench, id)).toBe(false);
    expect(await isMember(bench, bench.contact().id)).toBe(true);
  });
});

describe('a contact that is merged just before it comes into a segment', () => {
  /** Cleo buys for the first time; on her way into the segment somebody merges her into this contact. */
  async function mergedInto(bench: Bench, email: string): Promise<number> {
    const { id: winner } = bench.contact(email);
    let isMerged = false;
    bench.front.before = async ({ path }) => {
      if (isMerged || !path.endsWith('/segments/1/contacts/add')) return undefined;
      isMerged = true;
      bench.forward(1_000);
      // The one that was changed last keeps its address.
      await bench.person('PATCH', `/contacts/${String(winner)}/edit`, { position: 'Miller' });
      bench.mautic.people.merge({ loser: bench.contact('cleo@example.test').id, winner });
      return undefined;
    };
    await bench.shop({ id: 5, email: 'cleo@example.test' });
    expect(isMerged).toBe(true);
    await letPass(bench, 6);
    return winner;
  }

  it('takes nobody along who never bought', async () => {
    const bench = await twoBuyers();

    expect(await isMember(bench, await mergedInto(bench, LEAD))).toBe(false);
  });

  it('leaves in it who belongs there', async () => {
    const bench = await twoBuyers();

    expect(await isMember(bench, await mergedInto(bench, BEN))).toBe(true);
    expect(bench.contact(BEN).fields).toMatchObject({
      mautic_woo_order_count: 1,
      mautic_woo_total_spent: 30,
    });
    expect(bench.contact(BEN).tags.toSorted()).toEqual(['sku:mug', 'status:processing']);
    await bench.shop({ id: 6, email: 'cleo@example.test', createdAt: bench.clock.now() });
    expect(bench.contact('cleo@example.test').fields).toMatchObject({ mautic_woo_order_count: 2 });
  });
});

describe('a contact that is merged while it waits for a segment', () => {
  it('leaves nothing of its first write in the winner: its id was learnt, whatever failed behind it', async () => {
    const bench = await twoBuyers();
    const { id: winner } = bench.contact(BEN);
    refuseOnce(bench, ({ path }) => path.endsWith('/segments/1/contacts/add'));
    await bench.shop({ id: 5, email: 'cleo@example.test', lines: [{ sku: 'POT' }] });
    bench.forward(1_000);
    await bench.person('PATCH', `/contacts/${String(winner)}/edit`, { position: 'Miller' });
    bench.mautic.people.merge({ loser: bench.contact('cleo@example.test').id, winner });
    expect(bench.contact(BEN).tags).toContain('sku:pot');

    await letPass(bench, 10);

    expect(bench.contact(BEN).tags.toSorted()).toEqual(['sku:mug', 'status:processing']);
  });
});

describe('a contact whose last write may still be under way when somebody renames it', () => {
  it('is taken back from once that has ended, not before: what comes late would stand there again', async () => {
    const bench = await twoBuyers();
    const { id } = bench.contact();
    await bench.order({ status: 'completed', lines: [{ sku: 'TEA' }, { sku: 'CUP' }] });
    let sent: unknown;
    bench.front.before = (call) => {
      if (!writesTo(id)(call)) return undefined;
      sent = call.body;
      bench.disturb(() => {
        throw new Error('died');
      });
      return BUSY;
    };
    await bench.sync();
    bench.front.before = () => undefined;
    bench.disturb(() => undefined);
    bench.mautic.people.rename(id, RENAMED);
    await letPass(bench, 2);
    // Mautic has gone on with it meanwhile.
    await bench.person('PATCH', '/contacts/batch/edit', sent);
    expect(strays(bench, RENAMED)).toContain('sku:cup');
    await letPass(bench, 12);

    expect(strays(bench, RENAMED)).toEqual([]);
    expect(bench.contact().tags.toSorted()).toEqual(['sku:cup', 'sku:tea', 'status:completed']);
  });
});
