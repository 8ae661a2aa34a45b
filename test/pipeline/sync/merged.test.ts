import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, CREATE, EDIT, endpoints, HOUR, MINUTE, orderBody, startBench } from './support.ts';

const BEN = 'ben@example.test';
const LEAD = 'lead@example.test';
const VERSIONS = ['5.2.1', '7.0'] as const;
type Version = (typeof VERSIONS)[number];

const IDENTITY = ['firstname', 'lastname', 'phone', 'address1', 'city', 'zipcode', 'state', 'country'];
const ORDER_FIELDS = ['mautic_woo_order_data', 'mautic_woo_total_spent', 'mautic_woo_order_count'];

const NOTING = { notes: ['processing', 'completed'] };
const MAILING = { emails: { completed: { template: 1, transactional: true } } };

/** Anna and Ben have bought once each and stand in segment 1. */
async function twoBuyers(version: Version, policy: object = {}) {
  const bench = await startBench({
    simulator: { version },
    policy: { segments: [{ segment: 1, minOrders: 1 }], ...policy },
    since: new Map([['demo', 0]]),
  });
  await bench.person('POST', '/segments/new', { name: 'Buyers' });
  await bench.person('POST', '/emails/new', { name: 'Done', subject: 'Done', customHtml: '{order_id}' });
  await bench.shop({ total: '12.00', lines: [{ sku: 'TEA' }] });
  await bench.shop({ id: 2, email: BEN, total: '30.00', lines: [{ sku: 'MUG' }], billing: { city: 'Ulm' } });
  bench.forward(MINUTE);
  bench.calls();
  return bench;
}

function idOf(bench: Bench, email = ANNA): number {
  return bench.contact(email).id;
}

async function segmentsOf(bench: Bench, id: number): Promise<readonly number[]> {
  const { lists } = await bench.person('GET', `/contacts/${String(id)}/segments`);
  return Object.keys(lists as object).map(Number);
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

/** The person who merges keeps Ben's row and address. */
function mergeAnnaIntoBen(bench: Bench): void {
  bench.mautic.people.merge({ loser: idOf(bench), winner: idOf(bench, BEN) });
}

const BENS = { firstname: 'Anna', city: 'Ulm', mautic_woo_total_spent: 30, mautic_woo_order_count: 1 };

describe.each(VERSIONS)('a contact that a person merged into another (Mautic %s)', (version) => {
  it('writes nothing into the winner, who is right again', async () => {
    const bench = await twoBuyers(version);
    mergeAnnaIntoBen(bench);

    await bench.shop({ status: 'completed', billing: { city: 'Bonn' } });
    await letPass(bench, 2);

    const ben = bench.contact(BEN);
    expect(ben.fields).toMatchObject(BENS);
    expect(ben.tags.toSorted()).toEqual(['sku:mug', 'status:processing']);
    expect(await segmentsOf(bench, ben.id)).toEqual([1]);
  });

  it('is looked at in full at once, whatever is due to the winner in months', async () => {
    const send = { template: 1, transactional: true };
    const back = { id: 'back', on: 'last-purchase', after: 90 * 24 * HOUR, send };
    const bench = await twoBuyers(version, { followUps: [back] });
    mergeAnnaIntoBen(bench);

    await bench.shop({ status: 'completed' });
    await letPass(bench, 2);
    expect(bench.contact(BEN).fields).toMatchObject(BENS);
    // Written once more when no other write can be under way.
    await letPass(bench, 5);

    const { wanted, synced, due = 0 } = bench.profile(BEN);
    expect({ synced, isFar: due > bench.clock.now() + 24 * HOUR }).toEqual({ synced: wanted, isFar: true });
    expect(bench.contact(BEN).fields).toMatchObject(BENS);
  });

  it('stays away until its next order, and is a contact of its own then', async () => {
    const bench = await twoBuyers(version);
    mergeAnnaIntoBen(bench);
    await bench.shop({ status: 'completed' });
    expect(bench.contacts(ANNA)).toEqual([]);
    expect(bench.profile().removedAt).toBeDefined();

    await bench.shop({ id: 3, total: '8.00', createdAt: bench.clock.now() });
    await letPass(bench, 2);

    expect(bench.contact().fields).toMatchObject({ mautic_woo_order_count: 2, mautic_woo_total_spent: 20 });
    expect(await segmentsOf(bench, idOf(bench))).toEqual([1]);
    expect(bench.contact(BEN).fields).toMatchObject(BENS);
  });

  it('comes back at once when an order is the first news after the merge', async () => {
    const bench = await twoBuyers(version);
    mergeAnnaIntoBen(bench);

    await bench.shop({ id: 3, total: '8.00', createdAt: bench.clock.now() });
    await letPass(bench, 2);

    expect(bench.contact().fields).toMatchObject({ mautic_woo_order_count: 2, mautic_woo_total_spent: 20 });
    expect(bench.contact(BEN).fields).toMatchObject(BENS);
    expect(bench.contact(BEN).tags.toSorted()).toEqual(['sku:mug', 'status:processing']);
  });

  it('comes back when a part of an order was placed, though the whole has failed', async () => {
    const bench = await twoBuyers(version);
    mergeAnnaIntoBen(bench);

    await bench.shop({ id: 3, status: 'failed', createdAt: bench.clock.now() });
    await bench.shop({ id: 4, parentId: 3, status: 'on-hold', createdAt: bench.clock.now() });
    await letPass(bench, 2);

    expect(bench.contacts(ANNA)).toHaveLength(1);
    expect(bench.contact(BEN).fields).toMatchObject(BENS);
  });

  it('has no note added to the winner, and no e-mail sent to it', async () => {
    const bench = await twoBuyers(version, { ...NOTING, ...MAILING });
    mergeAnnaIntoBen(bench);
    bench.calls();

    await bench.shop({ status: 'completed' });
    await letPass(bench, 6);

    expect(endpoints(bench.calls()).filter((call) => /notes\/batch|\/send$/.test(call))).toEqual([]);
  });

  it('is found again by its e-mail when somebody made it anew, segments and all', async () => {
    const bench = await twoBuyers(version);
    mergeAnnaIntoBen(bench);
    await bench.person('POST', '/contacts/new', { email: ANNA, position: 'Baker' });

    await bench.shop({ status: 'completed' });
    const { id, fields, tags } = bench.contact();
    expect(fields).toMatchObject({ position: 'Baker', firstname: 'Anna', mautic_woo_order_count: 1 });
    expect(tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
    expect(await segmentsOf(bench, id)).toEqual([1]);

    await bench.shop({ status: 'cancelled' });
    await letPass(bench, 1);
    expect(await segmentsOf(bench, id)).toEqual([]);
    expect(bench.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('leaves a person who never bought nothing of its orders', async () => {
    const bench = await twoBuyers(version);
    const { contact } = await bench.person('POST', '/contacts/new', {
      email: LEAD,
      lastname: 'Lead',
      tags: ['vip'],
    });
    const lead = (contact as { id: number }).id;
    bench.mautic.people.merge({ loser: idOf(bench), winner: lead });

    await bench.shop({ status: 'completed' });

    const { fields, tags } = bench.contact(LEAD);
    expect(ORDER_FIELDS.filter((alias) => alias in fields)).toEqual([]);
    expect([fields.lastname, tags]).toEqual(['Lead', ['vip']]);
    expect(await segmentsOf(bench, lead)).toEqual([]);
  });
});

describe.each(VERSIONS)('a contact that was merged while it was being written (Mautic %s)', (version) => {
  /** The merge falls between the look and the write. */
  function mergeBeforeTheWrite(bench: Bench, winner: string): void {
    bench.front.before = ({ method, path }) => {
      if (`${method} ${path}` !== EDIT) return undefined;
      bench.front.before = () => undefined;
      bench.mautic.people.merge({ loser: idOf(bench), winner: idOf(bench, winner) });
      return undefined;
    };
  }

  it('has the winner written right again, in full, at once', async () => {
    const bench = await twoBuyers(version);
    mergeBeforeTheWrite(bench, BEN);

    await bench.shop({ status: 'completed', billing: { city: 'Bonn' }, lines: [{ sku: 'POT' }] });
    await letPass(bench, 2);

    expect(bench.contact(BEN).fields).toMatchObject(BENS);
    expect(bench.contact(BEN).tags.toSorted()).toEqual(['sku:mug', 'status:processing']);
    await letPass(bench, 5);
    expect(bench.profile(BEN).work).toBeUndefined();
  });

  it('gives a person who never bought back what was written over it, as far as that is known', async () => {
    const bench = await twoBuyers(version);
    await bench.person('POST', '/contacts/new', { email: LEAD, position: 'Baker' });
    mergeBeforeTheWrite(bench, LEAD);

    await bench.shop({ status: 'completed', billing: { city: 'Bonn' }, lines: [{ sku: 'POT' }] });

    const { fields, tags } = bench.contact(LEAD);
    expect(fields.position).toBe('Baker');
    expect(
      [...ORDER_FIELDS, ...(version === '7.0' ? ['city'] : [])].filter((alias) => alias in fields),
    ).toEqual([]);
    expect(tags).toEqual([]);
  });
});

describe('a contact that a person renamed', () => {
  it('keeps nothing of orders that are counted elsewhere', async () => {
    const bench = await twoBuyers('5.2.1');
    const id = idOf(bench);
    await bench.person('PATCH', `/contacts/${String(id)}/edit`, { position: 'Baker', tags: ['vip'] });
    bench.mautic.people.rename(id, 'anna.new@example.test');

    await bench.shop({ status: 'completed' });

    const { fields, tags } = bench.contact('anna.new@example.test');
    expect([...IDENTITY, ...ORDER_FIELDS].filter((alias) => alias in fields)).toEqual([]);
    expect([fields.position, tags]).toEqual(['Baker', ['vip']]);
    expect(await segmentsOf(bench, id)).toEqual([]);
    expect(await segmentsOf(bench, idOf(bench))).toEqual([1]);
  });

  it('keeps what a person wrote over the values of the bridge', async () => {
    const bench = await twoBuyers('5.2.1');
    await bench.person('PATCH', `/contacts/${String(idOf(bench))}/edit`, { city: 'Trier' });
    bench.mautic.people.rename(idOf(bench), 'anna.new@example.test');

    await bench.shop({ status: 'completed' });

    const { fields } = bench.contact('anna.new@example.test');
    expect(IDENTITY.filter((alias) => alias in fields)).toEqual(['city']);
    expect(fields.city).toBe('Trier');
  });

  it('is not written into, not even while it waits for the new one', async () => {
    const bench = await twoBuyers('5.2.1', NOTING);
    const id = idOf(bench);
    bench.mautic.people.rename(id, 'anna.new@example.test');
    bench.calls();

    await bench.shop({ status: 'completed' });

    const notes = bench.calls().filter(({ path }) => path.endsWith('/notes/batch/new'));
    expect(JSON.stringify(notes.map(({ body }) => body))).not.toContain(`"lead":${String(id)},`);
    expect(notes).toHaveLength(1);
  });

  it('under the address of another buyer is that buyer from then on, and right', async () => {
    const bench = await twoBuyers('5.2.1');
    const id = idOf(bench);
    await bench.person('DELETE', `/contacts/${String(idOf(bench, BEN))}/delete`);
    bench.mautic.people.rename(id, BEN);

    await bench.order({ status: 'completed' });
    await bench.order({
      id: 2,
      email: BEN,
      total: '30.00',
      lines: [{ sku: 'MUG' }],
      billing: { city: 'Ulm' },
    });
    await bench.order({
      id: 4,
      email: BEN,
      total: '5.00',
      lines: [{ sku: 'CUP' }],
      billing: { city: 'Ulm' },
      createdAt: bench.clock.now(),
    });
    await bench.sync();
    await letPass(bench, 3);

    expect(bench.contact(BEN)).toMatchObject({ id, fields: { mautic_woo_order_count: 2, city: 'Ulm' } });
    expect(bench.contact(BEN).tags.toSorted()).toEqual(['sku:cup', 'sku:mug', 'status:processing']);
    expect(bench.contact().fields).toMatchObject({ mautic_woo_order_count: 1, city: 'Köln' });
  });

  it('under the address of a buyer who stood elsewhere leaves that buyer nothing', async () => {
    const bench = await twoBuyers('5.2.1');
    bench.mautic.people.rename(idOf(bench, BEN), 'ben.new@example.test');
    bench.mautic.people.rename(idOf(bench), BEN);
    await bench.shop({ status: 'completed' });

    await bench.shop({ id: 2, email: BEN, status: 'completed', lines: [{ sku: 'MUG' }] });
    await letPass(bench, 6);

    expect(bench.contact(BEN).tags.toSorted()).toEqual(['sku:mug', 'status:completed']);
    expect(bench.contact('ben.new@example.test').tags).toEqual([]);
  });

  it('while it was being written has what was written taken back', async () => {
    const bench = await twoBuyers('7.0');
    const id = idOf(bench);
    bench.front.before = ({ method, path }) => {
      if (`${method} ${path}` !== EDIT) return undefined;
      bench.front.before = () => undefined;
      bench.mautic.people.rename(id, 'anna.new@example.test');
      return undefined;
    };

    await bench.shop({ status: 'completed', billing: { city: 'Bonn' } });

    const { fields, tags } = bench.contact('anna.new@example.test');
    expect([...IDENTITY, ...ORDER_FIELDS].filter((alias) => alias in fields)).toEqual([]);
    expect(tags).toEqual([]);
    expect(bench.contact().fields.city).toBe('Bonn');
  });
});

describe('two contacts that remember one id', () => {
  it('never send it twice in a batch: only whose it is writes to it', async () => {
    const bench = await twoBuyers('5.2.1');
    const id = idOf(bench);
    await bench.person('DELETE', `/contacts/${String(idOf(bench, BEN))}/delete`);
    bench.mautic.people.rename(id, BEN);
    await bench.shop({ id: 4, email: BEN, total: '5.00', createdAt: bench.clock.now() });
    expect([bench.profile().mauticId, bench.profile(BEN).mauticId]).toEqual([id, id]);
    bench.calls();

    await bench.order({ status: 'completed' });
    await bench.order({ id: 4, email: BEN, total: '6.00', createdAt: bench.clock.now() - HOUR });
    await bench.sync();

    for (const call of bench.calls().filter(({ path }) => path.endsWith('/batch/edit'))) {
      const ids = (call.body as { id: number }[]).map((item) => item.id);
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(bench.contacts(BEN)).toHaveLength(1);
    expect(bench.contacts(ANNA)).toHaveLength(1);
  });
});

describe('the look at remembered ids', () => {
  const LOOK = 'GET /api/contacts';

  it('is one call for a whole batch', async () => {
    const bench = await twoBuyers('5.2.1');
    await bench.order({ status: 'completed' });
    await bench.order({ id: 2, email: BEN, status: 'completed' });
    await bench.sync();
    const calls = endpoints(bench.calls()).filter((call) => call === LOOK);

    expect(calls).toEqual([LOOK]);
  });

  it('is not made again for what the same run has just seen', async () => {
    const bench = await twoBuyers('5.2.1');
    await bench.order({ status: 'completed' });
    let late: Promise<void> | undefined;
    bench.front.after = ({ method, path }) => {
      if (`${method} ${path}` === EDIT && !late)
        late = bench.deliver('order.updated', orderBody({ status: 'on-hold' }, bench.clock.now() + MINUTE));
      return late;
    };

    await bench.sync();

    const calls = endpoints(bench.calls());
    expect(calls.filter((call) => call === EDIT)).toHaveLength(2);
    expect(calls.filter((call) => call === LOOK)).toHaveLength(1);
  });

  it('is not made for contacts of which nothing is to be done, nor for new ones', async () => {
    const bench = await twoBuyers('5.2.1');

    await bench.shop({});
    await bench.shop({ id: 9, email: 'cleo@example.test' });

    expect(endpoints(bench.calls()).filter((call) => call === LOOK)).toEqual([]);
  });

  it('that fails leaves everything as it is, for later', async () => {
    const bench = await twoBuyers('5.2.1');
    bench.mautic.faults.add({ match: (method, path) => `${method} ${path}` === LOOK, kind: 'html-503' });

    await bench.shop({ status: 'completed' });
    expect(endpoints(bench.calls())).not.toContain(EDIT);
    expect(bench.profile().work).toBe('live');
    await letPass(bench, 3);

    expect(bench.contact().tags).toContain('status:completed');
    expect(endpoints(bench.calls())).not.toContain(CREATE);
  });
});
