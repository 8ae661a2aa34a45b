import { expect, it } from 'vitest';
import { readPolicyMark } from '../../../lib/core/policy/configuration/policy-mark.ts';
import { createLookAgain } from '../../../lib/pipeline/policy/look-again.ts';
import { MINUTE, openWorkshop, type Workshop } from '../../support/workshop.ts';

const POLICY = { of: 'mautic', name: 'POLICY' } as const;
const ANNA = 'anna@example.test';

async function markOf({ ledger }: Workshop) {
  const known = await ledger.read(POLICY);
  return known && readPolicyMark(known.text);
}

/** A shop whose contact is in step and has lost a value in Mautic. */
async function shopWithLoss() {
  const shop = openWorkshop();
  await shop.policyChange();
  await shop.order({ email: ANNA, total: '12.00' });
  await shop.settle();
  shop.mautic.byEmail(ANNA)?.fields.delete('mautic_woo_total_spent');
  return shop;
}

it('has every contact written in full, so that it gets back what Mautic has lost', async () => {
  const shop = await shopWithLoss();

  await createLookAgain({ registers: shop.ledger, clock: shop.clock })();
  shop.forward(6 * MINUTE);
  await shop.policyChange();
  await shop.settle();

  expect(shop.mautic.byEmail(ANNA)?.fields.get('mautic_woo_total_spent')).toBe(12);
  expect(shop.profile(ANNA)).toMatchObject({ doubt: false });
  expect(await markOf(shop)).toMatchObject({ done: true });
});

it('is not forgotten when another policy is deployed before it is done', async () => {
  const shop = await shopWithLoss();
  await createLookAgain({ registers: shop.ledger, clock: shop.clock })();

  shop.deploy({ countedStatuses: ['processing'] });
  await shop.policyChange();

  expect(await markOf(shop)).toMatchObject({ done: false, inFull: true });
});

it('waits for the first policy where there is none yet', async () => {
  const shop = openWorkshop();
  await createLookAgain({ registers: shop.ledger, clock: shop.clock })();

  await shop.policyChange();

  expect(await markOf(shop)).toMatchObject({ done: false, inFull: true });
});

it('is read by a version that knows nothing of it as a mark of the policy', async () => {
  const shop = await shopWithLoss();
  const before = await markOf(shop);

  await createLookAgain({ registers: shop.ledger, clock: shop.clock })();

  expect(await markOf(shop)).toMatchObject({ policy: before?.policy, contacts: 0, done: false });
});
