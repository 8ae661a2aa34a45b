import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, MakeLedger } from './make-ledger.ts';
import { contact, emailOf } from './samples.ts';

const ADA = contact('ada');
const BOB = contact('bob');
const EMAIL = emailOf('ada');

export function erasuresContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('an erasure', () => {
    it('marks the contact and wants it, whatever state it is in', async () => {
      const { wanted } = await ledger.want(ADA, EMAIL, 1000);
      await ledger.park(ADA, wanted, { code: 'crashes', message: 'Look at the log', at: 1500 });

      expect(await ledger.erase(ADA, 2000)).toBe(true);

      const profile = await ledger.profile(ADA);
      expect(profile).toMatchObject({ erasedAt: 2000, wanted: wanted + 1, work: 'live', due: 2000 });
      expect(profile).not.toHaveProperty('parked');
      expect(await ledger.due('live', 2000, 10)).toEqual([{ contact: ADA, due: 2000, attempts: 0 }]);
    });

    it('keeps a due time that a failure asked for', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.defer(ADA, 9000, { doubt: true });

      await ledger.erase(ADA, 2000);

      expect(await ledger.profile(ADA)).toMatchObject({ due: 9000, notBefore: 9000, doubt: true });
    });

    it('of whom nobody knows is none', async () => {
      expect(await ledger.erase(ADA, 2000)).toBe(false);
      expect(await ledger.profile(ADA)).toBeUndefined();
    });

    it('is known once there is one, and of whom', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.want(BOB, emailOf('bob'), 1000);
      expect(await ledger.hasErasures()).toBe(false);
      expect(await ledger.erasures([ADA, BOB])).toEqual(new Map());

      await ledger.erase(ADA, 2000);

      expect(await ledger.hasErasures()).toBe(true);
      expect(await ledger.erasures([ADA, BOB, contact('nobody')])).toEqual(new Map([[ADA, 2000]]));
      expect(await ledger.erasures([])).toEqual(new Map());
    });

    it('outlives what comes in later', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.erase(ADA, 2000);
      await ledger.want(ADA, EMAIL, 3000);
      await ledger.settle(ADA, 3, { mauticId: 7 });

      expect(await ledger.profile(ADA)).toMatchObject({ erasedAt: 2000, mauticId: 7 });
    });
  });

  describe('forget', () => {
    it('leaves who comes back behind live work an address', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.erase(ADA, 2000);
      await ledger.forget(ADA, 2000, 2);

      await ledger.introduceLater(ADA, EMAIL, 5000);

      expect(await ledger.profile(ADA)).toMatchObject({ email: EMAIL, wanted: 3, work: 'later', due: 5000 });
    });

    it('leaves nothing but the mark, off the work list', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, { mauticId: 7 });
      await ledger.erase(ADA, 2000);

      expect(await ledger.forget(ADA, 2000, 2)).toBe('in-step');

      expect(await ledger.profile(ADA)).toEqual({
        email: '',
        wanted: 2,
        synced: 2,
        attempts: 0,
        doubt: false,
        erasedAt: 2000,
        forgottenAt: 2000,
      });
      expect(await ledger.due('live', 9000, 10)).toEqual([]);
    });

    it('keeps the address while more is wanted, but not the contact in Mautic', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, { mauticId: 7, removedAt: 500 });
      await ledger.erase(ADA, 2000);
      await ledger.want(ADA, EMAIL, 3000);

      expect(await ledger.forget(ADA, 2000, 2)).toBe('behind');

      const profile = await ledger.profile(ADA);
      expect(profile).toMatchObject({ email: EMAIL, wanted: 3, work: 'live', forgottenAt: 2000 });
      expect(profile).not.toHaveProperty('mauticId');
      expect(profile).not.toHaveProperty('removedAt');
    });

    it('of whom nobody knows does nothing', async () => {
      expect(await ledger.forget(ADA, 2000, 1)).toBe('behind');
      expect(await ledger.profile(ADA)).toBeUndefined();
    });
  });
}
