import { beforeEach, describe, expect, it } from 'vitest';
import type { EffectStates } from '../../lib/core/ledger/effect-state.ts';
import type { Ledger, MakeLedger } from './make-ledger.ts';
import {
  cartRef,
  cartState,
  contact,
  customerRef,
  customerState,
  emailOf,
  orderRef,
  orderState,
} from './samples.ts';

const ORDER = orderRef(23);
const NOTE = 'note:completed';

export function effectsContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
    await ledger.save(ORDER, orderState(), undefined);
  });

  async function states(): Promise<EffectStates | undefined> {
    return (await ledger.load([ORDER])).get('order/demo/23')?.effects;
  }

  describe('effects of an order', () => {
    it('are none at first', async () => {
      expect(await states()).toEqual({});
    });

    it('are taken by one of many who try at once', async () => {
      const tries = Array.from({ length: 20 }, (_, at) =>
        ledger.claimEffect(ORDER, NOTE, { at, contactId: 7 }),
      );

      const won = await Promise.all(tries);

      expect(won.filter((taken) => taken)).toHaveLength(1);
      expect((await states())?.[NOTE]?.state).toBe('claimed');
    });

    it('keep when they were planned elsewhere', async () => {
      const planned = { state: 'refused', at: 5, reason: 'migrated', plannedAt: 7 } as const;

      await ledger.markEffect(ORDER, NOTE, planned);

      expect((await states())?.[NOTE]).toEqual(planned);
    });

    it('cannot be taken of an order nobody has seen', async () => {
      expect(await ledger.claimEffect(orderRef(99), NOTE, { at: 1, contactId: 7 })).toBe(false);

      expect((await ledger.load([orderRef(99)])).size).toBe(0);
    });

    it.each([{ state: 'done', at: 1 } as const, undefined])(
      'cannot be marked on a thing that is not there: it says so (%o)',
      async (state) => {
        await expect(ledger.markEffect(orderRef(99), NOTE, state)).rejects.toThrow(/has no order\/demo\/99/);

        expect((await ledger.load([orderRef(99)])).size).toBe(0);
      },
    );

    it('stand on a cart, whose pointer says when it was touched', async () => {
      await ledger.save(cartRef('c1'), cartState(), undefined);
      await ledger.point(contact('ada'), { ...cartRef('c1'), touchedAt: 1000 });
      await ledger.point(contact('ada'), { ...cartRef('c1'), touchedAt: 2000 });
      await ledger.point(contact('ada'), ORDER);

      await ledger.markEffect(cartRef('c1'), 'coupon:cart', { state: 'done', at: 2, code: 'mabcdefghj' });

      const entry = (await ledger.load([cartRef('c1')])).get('cart/demo/c1');
      expect(entry).toMatchObject({ state: cartState(), effects: { 'coupon:cart': { code: 'mabcdefghj' } } });
      const { refs } = await ledger.dossier(contact('ada'));
      expect(refs).toHaveLength(2);
      expect(refs).toEqual(expect.arrayContaining([{ ...cartRef('c1'), touchedAt: 2000 }, ORDER]));
    });

    it('hold the code of a coupon and when it expires from their claim on', async () => {
      await ledger.save(cartRef('c1'), cartState(), undefined);
      const coupon = { code: 'mabcdefghj', expiresAt: 9 };

      expect(await ledger.claimEffect(cartRef('c1'), 'coupon:cart', { at: 1, contactId: 7, coupon })).toBe(
        true,
      );

      const entry = (await ledger.load([cartRef('c1')])).get('cart/demo/c1');
      expect(entry?.effects).toEqual({ 'coupon:cart': { state: 'claimed', at: 1, contactId: 7, ...coupon } });
    });

    it('stand on a customer record like on an order', async () => {
      const signup = 'followup:welcome';
      expect(await ledger.claimEffect(customerRef(5), signup, { at: 1, contactId: 7 })).toBe(false);
      await ledger.save(customerRef(5), customerState(), undefined);

      expect(await ledger.claimEffect(customerRef(5), signup, { at: 1, contactId: 7 })).toBe(true);
      await ledger.markEffect(customerRef(5), signup, { state: 'done', at: 2 });

      const held = (await ledger.load([customerRef(5)])).get('customer/demo/5');
      expect(held?.effects).toEqual({ [signup]: { state: 'done', at: 2 } });
    });

    it('say how they ended, each for itself', async () => {
      await ledger.claimEffect(ORDER, NOTE, { at: 1, contactId: 7 });
      await ledger.claimEffect(ORDER, 'email:completed', { at: 2, contactId: 7 });
      await ledger.markEffect(ORDER, NOTE, { state: 'parked', at: 3, reason: 'not-found' });

      expect(await states()).toEqual({
        [NOTE]: { state: 'parked', at: 3, reason: 'not-found' },
        'email:completed': { state: 'claimed', at: 2, contactId: 7 },
      });
    });

    it('can be taken again when they are marked as not done', async () => {
      await ledger.claimEffect(ORDER, NOTE, { at: 1, contactId: 7 });
      await ledger.markEffect(ORDER, NOTE, undefined);

      expect(await states()).toEqual({});
      expect(await ledger.claimEffect(ORDER, NOTE, { at: 2, contactId: 7 })).toBe(true);
    });

    it('can be taken over from a state that was seen, once', async () => {
      await ledger.claimEffect(ORDER, NOTE, { at: 1, contactId: 7 });
      const seen = { state: 'claimed', at: 1 } as const;

      expect(
        await ledger.claimEffect(ORDER, NOTE, { at: 5, contactId: 8, taken: { state: 'doubt', at: 1 } }),
      ).toBe(false);
      expect(await ledger.claimEffect(ORDER, NOTE, { at: 5, contactId: 8, taken: seen })).toBe(true);
      expect(await ledger.claimEffect(ORDER, NOTE, { at: 6, contactId: 8, taken: seen })).toBe(false);
    });

    it('outlive every change of the order', async () => {
      await ledger.claimEffect(ORDER, NOTE, { at: 1, contactId: 7 });

      expect(await ledger.save(ORDER, orderState({ status: 'completed' }), 1)).toBe(true);

      expect(await states()).toEqual({ [NOTE]: { state: 'claimed', at: 1, contactId: 7 } });
    });

    it('do not stand in the way of a change that was read before they were taken', async () => {
      const read = (await ledger.load([ORDER])).get('order/demo/23');
      await ledger.claimEffect(ORDER, NOTE, { at: 1, contactId: 7 });

      expect(await ledger.save(ORDER, orderState({ status: 'completed' }), read?.revision)).toBe(true);
    });
  });

  describe('a store', () => {
    it('was connected when it was first asked for', async () => {
      expect(await ledger.connectedSince('demo', 1000)).toBe(1000);
      expect(await ledger.connectedSince('demo', 2000)).toBe(1000);
      expect(await ledger.connectedSince('other', 2000)).toBe(2000);
    });
  });

  describe('a contact with something due later', () => {
    const ADA = contact('ada');

    it('stays on the work list, due then, and is in step', async () => {
      await ledger.want(ADA, emailOf('ada'), 1000);

      expect(await ledger.settle(ADA, 1, { nextDue: 9000 })).toBe('in-step');

      expect(await ledger.profile(ADA)).toMatchObject({ work: 'live', due: 9000, synced: 1, attempts: 0 });
      expect(await ledger.due('live', 8999, 10)).toEqual([]);
      expect(await ledger.due('live', 9000, 10)).toHaveLength(1);
    });

    it.each(['live', 'later'] as const)(
      'is due soon once something changes before that, on the list %s',
      async (nextShard) => {
        for (const name of ['ada', 'bob', 'carol', 'dora']) {
          await ledger.want(contact(name), emailOf(name), 1000);
          await ledger.settle(contact(name), 1, { nextDue: 9000, nextShard });
        }

        await ledger.want(ADA, emailOf('ada'), 2000);
        await ledger.wantAgain(contact('bob'), 2000);
        await ledger.wantLater(contact('carol'), 2000);
        await ledger.introduceLater(contact('dora'), emailOf('dora'), 2000);

        const behind = { wanted: 2, synced: 1, due: 2000 };
        expect(await ledger.profile(ADA)).toMatchObject({ ...behind, work: 'live' });
        expect(await ledger.profile(contact('bob'))).toMatchObject({ ...behind, work: 'live' });
        expect(await ledger.profile(contact('carol'))).toMatchObject({ ...behind, work: nextShard });
        expect(await ledger.profile(contact('dora'))).toMatchObject({ ...behind, work: nextShard });
      },
    );

    it('is rung for when something changes before that', async () => {
      await ledger.want(ADA, emailOf('ada'), 1000);
      await ledger.settle(ADA, 1, { nextDue: 9000 });

      expect((await ledger.want(ADA, emailOf('ada'), 2000)).fellBehind).toBe(true);
      expect((await ledger.want(ADA, emailOf('ada'), 2000)).fellBehind).toBe(false);
    });
  });
}
