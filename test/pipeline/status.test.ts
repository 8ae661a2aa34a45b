import { expect, it } from 'vitest';
import { FIELD_REGISTER, fieldStandingText } from '../../lib/core/contact/field-standing.ts';
import { lastDeliveryOf } from '../../lib/core/stores/store-progress.ts';
import { createStatus } from '../../lib/pipeline/status.ts';
import { emailsThat, keyOf, MINUTE, NOON, openWorkshop, STORES, type Workshop } from '../support/workshop.ts';

const statusOf = (shop: Workshop) =>
  createStatus({
    survey: shop.ledger,
    registers: shop.ledger,
    policy: shop.current.policy,
    stores: STORES,
    clock: shop.clock,
  })();

it('says of an empty ledger that there is nothing', async () => {
  expect(await statusOf(openWorkshop())).toEqual([
    'contacts: 0 known, 0 behind, 0 to be looked at later, 0 parked',
    'notes and e-mails: 0 parked',
    'policy: the one of this folder is not noted yet',
    'Mautic: called at full speed',
    'store demo: no delivery yet',
    'store other: no delivery yet',
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
    'notes and e-mails: 5 parked (email-not-found 5)',
    'policy: all contacts are marked for it',
    'Mautic: called at full speed',
    'store demo: last delivery at 2026-12-01T12:00:00.000Z',
    'store other: no delivery yet',
  ]);
});

it('says how far another policy is, and that Mautic is left alone', async () => {
  const shop = openWorkshop();
  await shop.policyChange();
  await shop.order({ email: 'n1@example.test' });
  await shop.settle();
  shop.deploy({ tags: [] });
  await shop.policyChange();
  const held = { level: 0, levelAt: 0, heldUntil: shop.clock.now() + 1, contactMs: { create: 0, edit: 0 } };
  const window = { since: 0, answered: 0, failed: 0 };
  const known = await shop.ledger.read({ of: 'mautic', name: 'PACE' });
  await shop.ledger.write(
    { of: 'mautic', name: 'PACE' },
    JSON.stringify({ ...held, window }),
    known?.revision,
  );

  const lines = await statusOf(shop);

  expect(lines).toContain('policy: 0 contacts are marked for it so far');
  expect(lines).toContain('Mautic: left alone for a while');
});

it('names each field of Mautic that cannot be used, and what to change', async () => {
  const shop = openWorkshop();
  const troubles = { phone: { code: 'field-unique', message: 'Switch that off in the field.' } };
  await shop.ledger.write(FIELD_REGISTER, fieldStandingText({ readAt: NOON, troubles }), undefined);

  expect(await statusOf(shop)).toContain(
    'field phone: not written (field-unique). Switch that off in the field.',
  );
});
