import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, MakeLedger } from './make-ledger.ts';
import { contact, emailOf } from './samples.ts';

const ADA = contact('ada');
const EMAIL = emailOf('ada');
const PARKED = { code: 'opaque', message: 'Mautic answers 500', at: 1500 };

export function standingContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('a contact that waits', () => {
    const AWAY = { code: 'unreachable', message: 'Mautic cannot be reached' };

    it('says why, and the latest failure counts', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.defer(ADA, 2000, { doubt: false, waiting: { code: 'timeout', message: 'No answer' } });

      await ledger.defer(ADA, 3000, { doubt: false, waiting: AWAY });

      expect((await ledger.profile(ADA))?.waiting).toEqual(AWAY);
      await ledger.defer(ADA, 4000, { doubt: false });
      expect(await ledger.profile(ADA)).not.toHaveProperty('waiting');
    });

    it('says it still when more is wanted or it is rung for', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.defer(ADA, 2000, { doubt: false, waiting: AWAY });

      await ledger.want(ADA, EMAIL, 1000);
      await ledger.postpone({ contact: ADA, due: 2000, attempts: 0 }, 5000);

      expect((await ledger.profile(ADA))?.waiting).toEqual(AWAY);
    });

    it('does not say it any more once it is in step, written but behind again, or parked', async () => {
      for (const end of [
        () => ledger.settle(ADA, 2, {}),
        () => ledger.settle(ADA, 1, {}),
        () => ledger.park(ADA, 2, PARKED),
      ]) {
        ledger = await makeLedger();
        await ledger.want(ADA, EMAIL, 1000);
        await ledger.want(ADA, EMAIL, 1000);
        await ledger.defer(ADA, 2000, { doubt: false, waiting: AWAY });

        await end();

        expect(await ledger.profile(ADA)).not.toHaveProperty('waiting');
      }
    });
  });

  describe('settle', () => {
    it('takes a contact off the work list and forgets what was wrong', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.postpone({ contact: ADA, due: 1000, attempts: 0 }, 2000);
      await ledger.defer(ADA, 3000, { doubt: true });

      expect(await ledger.settle(ADA, 1, { mauticId: 42 })).toBe('in-step');

      expect(await ledger.profile(ADA)).toEqual({
        email: EMAIL,
        mauticId: 42,
        wanted: 1,
        synced: 1,
        attempts: 0,
        doubt: false,
      });
      expect(await ledger.due('live', 9999, 10)).toEqual([]);
    });

    it('takes back a parking of the same version', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.park(ADA, 1, PARKED);

      expect(await ledger.settle(ADA, 1, {})).toBe('in-step');

      expect(await ledger.profile(ADA)).toEqual({
        email: EMAIL,
        wanted: 1,
        synced: 1,
        attempts: 0,
        doubt: false,
      });
    });

    it('only notes what is known when more was wanted meanwhile', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.defer(ADA, 3000, { doubt: true });

      expect(await ledger.settle(ADA, 1, { mauticId: 42, removedAt: 77 })).toBe('behind');

      expect(await ledger.profile(ADA)).toEqual({
        email: EMAIL,
        mauticId: 42,
        removedAt: 77,
        wanted: 2,
        synced: 1,
        work: 'live',
        due: 3000,
        attempts: 0,
        doubt: true,
      });
    });

    it('does not take back what a later settle noted', async () => {
      for (let times = 0; times < 3; times += 1) await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 3, { removedAt: 5 });

      expect(await ledger.settle(ADA, 2, {})).toBe('behind');
      expect(await ledger.settle(ADA, 2, { mauticId: 42, removedAt: null })).toBe('behind');

      expect(await ledger.profile(ADA)).toMatchObject({ synced: 3, mauticId: 42 });
      expect(await ledger.profile(ADA)).not.toHaveProperty('removedAt');
    });

    it('leaves a doubt where the next write has to be in full', async () => {
      await ledger.want(ADA, EMAIL, 1000);

      expect(await ledger.settle(ADA, 1, { nextDue: 5000, inFull: true })).toBe('in-step');
      expect(await ledger.profile(ADA)).toMatchObject({ doubt: true, work: 'live', due: 5000, synced: 1 });

      expect(await ledger.settle(ADA, 1, {})).toBe('in-step');
      expect(await ledger.profile(ADA)).toMatchObject({ doubt: false });
    });

    it('keeps what it is not told', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, { mauticId: 42, removedAt: 77 });

      await ledger.settle(ADA, 1, {});

      expect(await ledger.profile(ADA)).toMatchObject({ mauticId: 42, removedAt: 77 });
    });

    it.each([1, 2])('forgets a removal when told null (wanted %s)', async (wanted) => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, { removedAt: 77 });
      await ledger.want(ADA, EMAIL, 1000);

      await ledger.settle(ADA, wanted, { removedAt: null });

      expect(await ledger.profile(ADA)).not.toHaveProperty('removedAt');
    });

    it('creates no contact', async () => {
      expect(await ledger.settle(ADA, 1, { mauticId: 42 })).toBe('behind');
      expect(await ledger.profile(ADA)).toBeUndefined();
    });

    it('never loses a want that comes at the same time', async () => {
      for (let round = 1; round <= 20; round += 1) {
        const { wanted } = await ledger.want(ADA, EMAIL, 1000);
        const [settled, second] = await Promise.all([
          ledger.settle(ADA, wanted, {}),
          ledger.want(ADA, EMAIL, 1000),
        ]);

        const profile = await ledger.profile(ADA);

        expect(profile).toMatchObject({ wanted: second.wanted, synced: wanted, work: 'live', due: 1000 });
        // Either settle came first and the want rings, or the one that settles knows that it is behind.
        expect(settled === 'behind').toBe(!second.fellBehind);
        await ledger.settle(ADA, second.wanted, {});
      }
    });
  });

  describe('a contact in Mautic that is no longer ours, or comes back', () => {
    it('is forgotten, and that it was deleted', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, { mauticId: 42, removedAt: 500 });
      expect(await ledger.profile(ADA)).toMatchObject({ mauticId: 42, removedAt: 500 });

      await ledger.forgetMauticId(ADA);

      const profile = await ledger.profile(ADA);
      expect(profile).not.toHaveProperty('mauticId');
      expect(profile).not.toHaveProperty('removedAt');
    });
  });

  describe('a contact that is sent a follow-up', () => {
    it('says when, whatever becomes of it then', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.noteMailed(ADA, 5000);
      await ledger.settle(ADA, 1, { nextDue: 9000 });
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.park(ADA, 2, PARKED);

      expect(await ledger.profile(ADA)).toMatchObject({ mailedAt: 5000 });
    });

    it('is not made by that', async () => {
      await ledger.noteMailed(ADA, 5000);

      expect(await ledger.profile(ADA)).toBeUndefined();
    });
  });

  describe('defer', () => {
    it('moves the due time and remembers a doubt', async () => {
      await ledger.want(ADA, EMAIL, 1000);

      expect(await ledger.defer(ADA, 3000, { doubt: true })).toBe(true);
      expect(await ledger.defer(ADA, 4000, { doubt: false })).toBe(true);

      expect(await ledger.profile(ADA)).toMatchObject({ due: 4000, doubt: true, work: 'live' });
    });

    it('notes where the contact stands, should that be known, and that it is not deleted', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, { removedAt: 500 });
      await ledger.want(ADA, EMAIL, 1500);

      await ledger.defer(ADA, 3000, { doubt: false });
      expect(await ledger.profile(ADA)).toMatchObject({ removedAt: 500 });
      await ledger.defer(ADA, 4000, { doubt: false, mauticId: 7 });

      const { mauticId, removedAt } = (await ledger.profile(ADA)) ?? {};
      expect([mauticId, removedAt]).toEqual([7, undefined]);
    });

    it('raises no doubt unless asked', async () => {
      await ledger.want(ADA, EMAIL, 1000);

      await ledger.defer(ADA, 3000, { doubt: false });

      expect(await ledger.profile(ADA)).toMatchObject({ due: 3000, doubt: false });
    });

    it('counts server errors in a row, which any other end forgets', async () => {
      await ledger.want(ADA, EMAIL, 1000);

      await ledger.defer(ADA, 3000, { doubt: true, serverErrors: 4 });
      expect(await ledger.profile(ADA)).toMatchObject({ serverErrors: 4 });
      await ledger.defer(ADA, 4000, { doubt: false });
      expect(await ledger.profile(ADA)).not.toHaveProperty('serverErrors');

      await ledger.defer(ADA, 5000, { doubt: true, serverErrors: 1 });
      await ledger.settle(ADA, 1, {});
      expect(await ledger.profile(ADA)).not.toHaveProperty('serverErrors');

      await ledger.want(ADA, EMAIL, 6000);
      await ledger.defer(ADA, 7000, { doubt: true, serverErrors: 1 });
      await ledger.park(ADA, 2, { code: 'server-error', message: 'again and again', at: 7500 });
      expect(await ledger.profile(ADA)).not.toHaveProperty('serverErrors');
    });

    it('leaves alone who is not on the work list, and says so', async () => {
      expect(await ledger.defer(ADA, 3000, { doubt: true })).toBe(false);
      expect(await ledger.profile(ADA)).toBeUndefined();

      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, {});
      const before = await ledger.profile(ADA);
      expect(await ledger.defer(ADA, 3000, { doubt: true })).toBe(false);

      expect(await ledger.profile(ADA)).toEqual(before);
    });
  });

  describe('hasten', () => {
    it('moves the due time, but not before the moment for which a failure asked', async () => {
      await ledger.hasten(ADA, 3000);
      expect(await ledger.profile(ADA)).toBeUndefined();
      await ledger.want(ADA, EMAIL, 1000);

      await ledger.hasten(ADA, 500);
      expect(await ledger.profile(ADA)).toMatchObject({ due: 500 });
      await ledger.defer(ADA, 3000, { doubt: false });
      await ledger.hasten(ADA, 2000, true);

      expect(await ledger.profile(ADA)).toMatchObject({ due: 3000 });
      expect(await ledger.profile(ADA)).not.toHaveProperty('endedAt');
    });

    it('says when a try ended, if one did', async () => {
      await ledger.want(ADA, EMAIL, 1000);

      await ledger.hasten(ADA, 2000);
      expect(await ledger.profile(ADA)).not.toHaveProperty('endedAt');
      await ledger.hasten(ADA, 3000, true);

      expect(await ledger.profile(ADA)).toMatchObject({ due: 3000, endedAt: 3000 });
      expect(await ledger.profile(ADA)).not.toHaveProperty('notBefore');
    });
  });

  describe('park', () => {
    it('takes a contact off the work list with its reason, in doubt', async () => {
      await ledger.want(ADA, EMAIL, 1000);

      expect(await ledger.park(ADA, 1, PARKED)).toBe(true);

      expect(await ledger.profile(ADA)).toEqual({
        email: EMAIL,
        wanted: 1,
        synced: 0,
        attempts: 0,
        parked: PARKED,
        endedAt: PARKED.at,
        doubt: true,
      });
      expect(await ledger.due('live', 9999, 10)).toEqual([]);
    });

    it('says when the try ended also once the contact is wanted again, until it is in step', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.park(ADA, 1, PARKED);
      await ledger.want(ADA, EMAIL, 2000);
      expect(await ledger.profile(ADA)).toMatchObject({ endedAt: PARKED.at });

      await ledger.settle(ADA, 2, {});

      expect(await ledger.profile(ADA)).not.toHaveProperty('endedAt');
    });

    it('does nothing when more was wanted meanwhile', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.want(ADA, EMAIL, 1000);
      const before = await ledger.profile(ADA);

      expect(await ledger.park(ADA, 1, PARKED)).toBe(false);

      expect(await ledger.profile(ADA)).toEqual(before);
    });

    it('parks no contact that does not exist', async () => {
      expect(await ledger.park(ADA, 1, PARKED)).toBe(false);
      expect(await ledger.profile(ADA)).toBeUndefined();
    });

    it('counts tries alone until one of them ends, and none of an unknown contact', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      expect(await ledger.startAlone(ADA)).toBe(1);
      expect(await ledger.startAlone(ADA)).toBe(2);
      await ledger.defer(ADA, 2000, { doubt: false });
      expect(await ledger.startAlone(ADA)).toBe(1);
      await ledger.settle(ADA, 1, {});
      expect(await ledger.startAlone(ADA)).toBe(1);
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.want(ADA, EMAIL, 1000);
      expect(await ledger.settle(ADA, 2, {})).toBe('behind');
      expect(await ledger.startAlone(ADA)).toBe(1);
      await ledger.park(ADA, 3, { code: 'crashes', message: 'look', at: 1 });
      expect(await ledger.startAlone(ADA)).toBe(1);
      expect(await ledger.startAlone(contact('nobody'))).toBe(0);
      expect(await ledger.profile(contact('nobody'))).toBeUndefined();
    });

    it('starts a parked contact anew, with no attempts', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.postpone({ contact: ADA, due: 1000, attempts: 0 }, 2000);
      await ledger.park(ADA, 1, { code: 'crashes', message: 'look', at: 1 });
      expect(await ledger.profile(ADA)).toMatchObject({ attempts: 0, doubt: true });
    });
  });
}
