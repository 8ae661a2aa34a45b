import { describe, expect, it } from 'vitest';
import { FIELD_REGISTER, fieldStandingText } from '../../lib/core/contact/field-standing.ts';
import { FORMAT_REGISTER, WAY_BACK_MS } from '../../lib/core/ledger/format.ts';
import { CALM, type Pace, paceText } from '../../lib/core/pace/pace.ts';
import { type Backfill, backfillOf, newBackfill } from '../../lib/core/stores/backfill.ts';
import { lastDeliveryOf } from '../../lib/core/stores/store-progress.ts';
import { standingLines } from '../../lib/pipeline/status/standing-lines.ts';
import { createStatus } from '../../lib/pipeline/status.ts';
import { orderRef } from '../contracts/samples.ts';
import { emailsThat, keyOf, MINUTE, NOON, openWorkshop, STORES, type Workshop } from '../support/workshop.ts';

const HOUR = 60 * MINUTE;

/** Writes down how Mautic may be called. */
async function setPace(shop: Workshop, pace: Partial<Pace>): Promise<void> {
  const register = { of: 'mautic', name: 'PACE' } as const;
  const known = await shop.ledger.read(register);
  await shop.ledger.write(register, paceText({ ...CALM, ...pace }), known?.revision);
}

const standingOf = (shop: Workshop) =>
  createStatus({
    survey: shop.ledger,
    registers: shop.ledger,
    policy: shop.current.policy,
    stores: STORES,
    clock: shop.clock,
  })();

const statusOf = async (shop: Workshop) => standingLines(await standingOf(shop));

it('says of an empty ledger that there is nothing', async () => {
  expect(await statusOf(openWorkshop())).toEqual([
    'contacts: 0 known, 0 behind, 0 to be looked at later, 0 parked',
    'notes and e-mails: 0 claimed and not decided yet, 0 in doubt, 0 to be tried again, 0 parked',
    'policy: the one of bridge.config.ts is not noted yet; that is done within a quarter of an hour after it was deployed',
    'ledger: form 1; no function of this version has run yet',
    'Mautic: called at full speed',
    'store demo: no delivery taken yet',
    'store other: no delivery taken yet',
  ]);
});

it('counts what is behind or parked and why, and shows no address', async () => {
  const shop = openWorkshop({ emails: { processing: { template: 7, transactional: true } } });
  await shop.policyChange();
  shop.world.emails = emailsThat('refuse');
  for (const id of [1, 2, 3, 4, 5])
    await shop.order({ id, email: `n${String(id)}@example.test`, createdAt: shop.clock.now() + MINUTE });
  await shop.settle();
  for (const [id, code] of [
    [1, 'crashes'],
    [2, 'duplicate-contacts'],
    [3, 'crashes'],
  ] as const) {
    const { wanted } = shop.profile(`n${String(id)}@example.test`);
    await shop.ledger.park(keyOf(`n${String(id)}@example.test`), wanted, { code, message: code, at: NOON });
  }
  await shop.order({ id: 4, email: 'n4@example.test', total: '1.00' });
  await shop.ledger.wantLater(keyOf('n5@example.test'), shop.clock.now());
  const known = await shop.ledger.read(lastDeliveryOf('demo'));
  await shop.ledger.write(lastDeliveryOf('demo'), JSON.stringify({ at: NOON }), known?.revision);

  const lines = await statusOf(shop);

  expect(lines).toEqual([
    'contacts: 5 known, 1 behind, 1 to be looked at later, 3 parked (crashes 2, duplicate-contacts 1)',
    'notes and e-mails: 0 claimed and not decided yet, 0 in doubt, 0 to be tried again, 5 parked (mail-refused 5)',
    'policy: all contacts are marked for it',
    'ledger: form 1; no function of this version has run yet',
    'Mautic: called at full speed',
    'store demo: last delivery at 2026-12-01T12:00:00.000Z',
    'store other: no delivery taken yet',
  ]);
});

it('says how far another policy is, and that Mautic is left alone', async () => {
  const shop = openWorkshop();
  await shop.policyChange();
  await shop.order({ email: 'n1@example.test' });
  await shop.settle();
  shop.deploy({ tags: [] });
  await shop.policyChange();
  await setPace(shop, { heldUntil: NOON + HOUR });

  const lines = await statusOf(shop);

  expect(lines).toContain('policy: 0 contacts are marked for it so far');
  expect(lines).toContain('Mautic: left alone until 2026-12-01T13:00:00.000Z, because it asked for it');
});

it('says which form the ledger has, and how long there is a way back to the version before', async () => {
  const shop = openWorkshop();
  const noted = (format: number, since: number) => JSON.stringify({ format, since });

  await shop.ledger.write(FORMAT_REGISTER, noted(2, NOON), undefined);
  expect(await statusOf(shop)).toContain(
    'ledger: form 2 since 2026-12-01T12:00:00.000Z; the version before it can be deployed again until 2026-12-02T12:00:00.000Z',
  );

  await shop.ledger.write(FORMAT_REGISTER, noted(3, NOON - WAY_BACK_MS), 1);
  expect(await statusOf(shop)).toContain(
    'ledger: form 3 since 2026-11-30T12:00:00.000Z; a version before it can no longer read what is written; this version reads form 2 alone',
  );
});

it('says why contacts wait, the most frequent reason first, and when the next try is due', async () => {
  const shop = openWorkshop();
  await shop.policyChange();
  for (const id of [1, 2, 3, 4]) await shop.order({ id, email: `n${String(id)}@example.test` });
  const away = { code: 'unreachable', message: 'Nobody answers at Mautic.' };
  const refused = { code: 'stopped', message: 'Mautic refuses the credentials.' };
  for (const [id, waiting, due] of [
    [1, refused, NOON + HOUR],
    [2, away, NOON + 3 * HOUR],
    [3, away, NOON + 2 * HOUR],
  ] as const)
    await shop.ledger.defer(keyOf(`n${String(id)}@example.test`), due, { doubt: false, waiting });

  const lines = await statusOf(shop);

  expect(lines.slice(0, 3)).toEqual([
    'contacts: 4 known, 4 behind, 0 to be looked at later, 0 parked',
    '  waiting: unreachable 2, next try at 2026-12-01T14:00:00.000Z: Nobody answers at Mautic.',
    '  waiting: stopped 1, next try at 2026-12-01T13:00:00.000Z: Mautic refuses the credentials.',
  ]);
});

describe('a backfill', () => {
  const RUNNING: Backfill = {
    ...newBackfill({}, NOON - HOUR),
    step: 'customers',
    movedAt: NOON - MINUTE,
    expected: { orders: 4000, trash: 10, customers: 990 },
    tally: { orders: 4000, trash: 10, customers: 500, changed: 4100, skipped: { ignored: 2 }, nameless: 0 },
  };
  const RECEIPT = { contacts: 900, written: 700, unchanged: 190, left: 10, complete: true, unshown: 0 };

  async function lineOf(backfill: Backfill): Promise<readonly string[]> {
    const shop = openWorkshop();
    await shop.ledger.write(backfillOf('demo'), JSON.stringify(backfill), undefined);
    return (await statusOf(shop)).filter((line) => line.startsWith('backfill'));
  }

  it('that runs says since when, where it is and how much it has read', async () => {
    expect(await lineOf(RUNNING)).toEqual([
      'backfill of store demo: running since 2026-12-01T11:00:00.000Z, at its customers; 4510 of 5000 orders and customers read, 4100 new, of no person ignored 2, got further last at 2026-12-01T11:59:00.000Z',
    ]);
  });

  it('that waits for its store says why, since when and until when', async () => {
    const trouble = { code: 'unreachable', message: 'Nobody answers at the store.', since: NOON - MINUTE };

    const [line] = await lineOf({ ...RUNNING, trouble: { ...trouble, times: 2, notBefore: NOON + MINUTE } });

    expect(line).toMatch(
      /; waiting since 2026-12-01T11:59:00\.000Z \(unreachable\), next try at 2026-12-01T12:01:00\.000Z: Nobody answers at the store\.$/,
    );
  });

  it.each([
    [{ step: 'telling' }, 'everybody is looked at again'],
    [{ step: 'writing' }, 'contacts are written'],
    [{ step: 'writing', left: 120 }, '120 contacts are still to be written'],
    [{ step: 'trash' }, 'at its orders in the trash'],
  ] as const)('says what it does: %j', async (change, doing) => {
    expect((await lineOf({ ...RUNNING, ...change }))[0]).toContain(`, ${doing}; `);
  });

  it('that is paused says how it goes on', async () => {
    const [line] = await lineOf({ ...RUNNING, state: 'paused' });

    expect(line).toMatch(/: paused at its customers; 4510 of 5000 .*backfill --resume --store demo$/);
  });

  it('that has finished says what became of it', async () => {
    const finished = {
      ...RUNNING,
      state: 'finished',
      step: 'writing',
      left: 0,
      finishedAt: NOON,
      receipt: { ...RECEIPT, parked: { crashes: 3 } },
    } as const;

    expect(await lineOf(finished)).toEqual([
      'backfill of store demo: finished at 2026-12-01T12:00:00.000Z; 4510 orders and customers read, 4100 new, of no person ignored 2; 700 contacts written, 190 unchanged, parked crashes 3; the history of the store is known',
    ]);
  });

  it('counts subscriptions among what it reads', async () => {
    const tally = { ...RUNNING.tally, subscriptions: 20 };
    const expected = { orders: 4000, trash: 10, customers: 990, subscriptions: 40 };

    expect((await lineOf({ ...RUNNING, tally, expected }))[0]).toContain('; 4530 of 5040 orders');
  });

  it('is there for machines, of the stores that have one', async () => {
    const shop = openWorkshop();
    await shop.ledger.write(backfillOf('other'), JSON.stringify(RUNNING), undefined);

    const { backfills } = await standingOf(shop);

    expect(backfills).toMatchObject([{ store: 'other', state: 'running', step: 'customers' }]);
    expect(JSON.stringify(backfills)).not.toContain('@');
  });
});

it('no longer says it of those that are in step', async () => {
  const shop = openWorkshop();
  await shop.order({ email: 'n1@example.test' });
  await shop.ledger.defer(keyOf('n1@example.test'), NOON, {
    doubt: false,
    waiting: { code: 'unreachable', message: 'Nobody answers.' },
  });
  expect((await statusOf(shop)).join('\n')).toContain('unreachable');
  await shop.clock.sleep(HOUR);

  await shop.settle();

  expect((await statusOf(shop)).join('\n')).not.toContain('unreachable');
});

it('counts what was claimed, is in doubt or was refused for now, which nobody has to look at yet', async () => {
  const shop = openWorkshop();
  for (const id of [1, 2, 3, 4]) await shop.order({ id, email: 'n1@example.test' });
  const at = shop.clock.now();
  await shop.ledger.claimEffect(orderRef(1), 'note:completed', { at, contactId: 7 });
  await shop.ledger.markEffect(orderRef(2), 'note:completed', { state: 'doubt', at, reason: 'timeout' });
  await shop.ledger.markEffect(orderRef(3), 'note:completed', {
    state: 'refused',
    at,
    reason: 'unavailable',
  });
  await shop.ledger.markEffect(orderRef(4), 'note:completed', { state: 'done', at });

  expect(await statusOf(shop)).toContain(
    'notes and e-mails: 1 claimed and not decided yet, 1 in doubt (timeout 1), 1 to be tried again (unavailable 1), 0 parked',
  );
});

it.each([
  [{ level: 2 }, 'called slowly, because it is slow'],
  [
    { open: { until: NOON + HOUR, opens: 2 } },
    'left alone until 2026-12-01T13:00:00.000Z, because most calls failed; then one contact tries it',
  ],
  [
    { open: { until: 0, opens: 2 } },
    'left alone but for one contact that tries it, because most calls failed',
  ],
])('says how Mautic is called: %j', async (pace, how) => {
  const shop = openWorkshop();
  await setPace(shop, pace);

  expect(await statusOf(shop)).toContain(`Mautic: ${how}`);
});

it('names what the policy names and Mautic does not have or send, and what to do', async () => {
  const shop = openWorkshop({
    emails: {
      processing: { template: 7, transactional: true },
      completed: { template: 8, transactional: true },
    },
    segments: [{ segment: 9, minOrders: 1 }],
  });
  const found = (state: string) => JSON.stringify({ state, lookedAt: NOON, since: NOON - MINUTE });
  for (const [name, state] of [
    ['email#7', 'unpublished'],
    ['email#8', 'usable'],
    ['segment#9', 'missing'],
  ] as const)
    await shop.ledger.write({ of: 'mautic', name: `TARGET#${name}` }, found(state), undefined);

  const lines = await statusOf(shop);

  expect(lines.filter((line) => line.startsWith('Mautic, since'))).toEqual([
    'Mautic, since 2026-12-01T11:59:00.000Z: e-mail 7 is not published in Mautic: publish it, what waits is sent then',
    'Mautic, since 2026-12-01T11:59:00.000Z: segment 9 is not in Mautic: name another one in the policy, or make it again',
  ]);
});

it('names each field of Mautic that cannot be used, and what to change', async () => {
  const shop = openWorkshop();
  const troubles = { phone: { code: 'field-unique', message: 'Switch that off in the field.' } };
  await shop.ledger.write(FIELD_REGISTER, fieldStandingText({ readAt: NOON, troubles }), undefined);

  expect(await statusOf(shop)).toContain(
    'field phone: not written (field-unique). Switch that off in the field.',
  );
});
