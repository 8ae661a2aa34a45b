import { describe, expect, it } from 'vitest';
import type { EffectState } from '../../../lib/core/ledger/effect-state.ts';
import type { Ref } from '../../../lib/core/ledger/snapshot.ts';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import { keyOf, MINUTE, openWorkshop, type Workshop } from '../../support/workshop.ts';

const ANNA = 'anna@example.test';
const NOTES: Partial<Policy> = { notes: ['completed'] };
const ORDER: Ref = { kind: 'order', store: 'demo', id: '1' };
const CUSTOMER: Ref = { kind: 'customer', store: 'demo', id: '5' };
const NOTE = 'note:completed';

/** A contact with an order of which `id` was claimed when the process died, under the policy of that time. */
async function died(id: string, policy: Partial<Policy> = {}): Promise<Workshop> {
  const shop = openWorkshop(policy);
  await shop.order({ id: 1, email: ANNA, createdAt: shop.clock.now() - MINUTE });
  await shop.settle();
  const contactId = shop.contact(ANNA).id;
  await shop.ledger.claimEffect(ORDER, id, { at: shop.clock.now(), contactId });
  return shop;
}

/** Somebody looks at the contact again, as after a change of the policy. */
async function lookAgain(shop: Workshop): Promise<void> {
  await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now());
  await shop.sweep();
  await shop.settle();
}

async function stateOf(shop: Workshop, thing: Ref, id: string): Promise<EffectState | undefined> {
  const [entry] = (await shop.ledger.load([thing])).values();
  return entry?.effects[id];
}

describe('a note that may have been added and that nobody asks for any more', () => {
  it('is done when Mautic has it', async () => {
    const shop = await died(NOTE);
    shop.mautic.notes.push({ contactId: shop.contact(ANNA).id, text: 'Order 1 [demo/1/completed]' });

    await lookAgain(shop);

    expect(await stateOf(shop, ORDER, NOTE)).toMatchObject({ state: 'done' });
    expect(shop.mautic.notes).toHaveLength(1);
  });

  it('is not added when Mautic does not have it: it has lapsed', async () => {
    const shop = await died(NOTE);

    await lookAgain(shop);

    expect(await stateOf(shop, ORDER, NOTE)).toMatchObject({ state: 'skipped', reason: 'lapsed' });
    expect(shop.mautic.notes).toEqual([]);
  });

  it('is brought to its end though its order is in the trash, too', async () => {
    const shop = await died(NOTE, NOTES);
    await shop.order({ id: 1, email: ANNA, status: 'trash' });

    await shop.settle();

    expect(await stateOf(shop, ORDER, NOTE)).toMatchObject({ state: 'skipped', reason: 'lapsed' });
  });

  it('is added once when its order comes back from the trash, because it never was', async () => {
    const shop = await died(NOTE, NOTES);
    const order = { id: 1, email: ANNA, createdAt: shop.clock.now() - MINUTE };
    await shop.order({ ...order, status: 'trash' });
    await shop.settle();
    const lapsed = await stateOf(shop, ORDER, NOTE);

    await shop.order({ ...order, status: 'completed' });
    await shop.settle();
    await lookAgain(shop);

    expect(lapsed).toMatchObject({ state: 'skipped', reason: 'lapsed' });
    expect(await stateOf(shop, ORDER, NOTE)).toMatchObject({ state: 'done' });
    expect(shop.mautic.notes).toHaveLength(1);
  });

  it('is brought to its end for somebody who is no contact any more', async () => {
    const shop = await died(NOTE, NOTES);
    shop.deploy({ ...NOTES, ignore: [ANNA] });

    await lookAgain(shop);

    expect(await stateOf(shop, ORDER, NOTE)).toMatchObject({ state: 'skipped', reason: 'lapsed' });
  });
});

describe('anything else that may have happened and that nobody asks for any more', () => {
  it.each(['email:completed', 'followup:welcome', 'whatever a version to come calls it'])(
    'is parked with its alarm, whatever it is called (%s)',
    async (id) => {
      const shop = await died(id);

      await lookAgain(shop);

      expect(await stateOf(shop, ORDER, id)).toMatchObject({ state: 'parked', reason: 'email-in-doubt' });
      expect(shop.lines).toContainEqual({
        level: 'error',
        message: 'A note or e-mail is parked until somebody acts',
        fields: { order: 'order/demo/1', effect: id, reason: 'email-in-doubt' },
      });
      expect(shop.mautic.sent).toEqual([]);
    },
  );

  it('is parked on a customer record like on an order', async () => {
    const shop = await died(NOTE);
    await shop.deliver('demo', 'customer.updated', {
      id: 5,
      email: ANNA,
      role: 'customer',
      date_modified_gmt: '2026-12-01T11:00:00',
    });
    await shop.settle();
    await shop.ledger.claimEffect(CUSTOMER, 'followup:welcome', { at: shop.clock.now(), contactId: 1 });

    await lookAgain(shop);

    expect(await stateOf(shop, CUSTOMER, 'followup:welcome')).toMatchObject({ state: 'parked' });
  });

  it('is left alone while a process may still be at it', async () => {
    const shop = await died('followup:welcome');
    await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now());

    await shop.sync([{ contact: keyOf(ANNA), wanted: 2, attempts: 0 }]);

    expect(await stateOf(shop, ORDER, 'followup:welcome')).toMatchObject({ state: 'claimed' });
    expect(shop.profile(ANNA).due).toBeGreaterThan(shop.clock.now());
  });
});

describe('what ended', () => {
  it.each(['done', 'skipped', 'refused', 'parked'] as const)('stays as it is (%s)', async (state) => {
    const shop = await died('followup:welcome');
    const ended = { state, at: 1, reason: 'of before' };
    await shop.ledger.markEffect(ORDER, 'followup:welcome', ended);

    await lookAgain(shop);

    expect(await stateOf(shop, ORDER, 'followup:welcome')).toEqual(ended);
  });
});
