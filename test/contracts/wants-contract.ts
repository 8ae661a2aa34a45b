import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, MakeLedger } from './make-ledger.ts';
import { contact, emailOf } from './samples.ts';

const ADA = contact('ada');
const EMAIL = emailOf('ada');

export function wantsContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('wants', () => {
    it('has no profile of a contact nobody wanted', async () => {
      expect(await ledger.profile(ADA)).toBeUndefined();
    });

    it('creates the profile on the live work list', async () => {
      expect(await ledger.want(ADA, EMAIL, 1000)).toMatchObject({ wanted: 1, attempts: 0, fellBehind: true });

      expect(await ledger.profile(ADA)).toEqual({
        email: EMAIL,
        wanted: 1,
        synced: 0,
        work: 'live',
        due: 1000,
        attempts: 0,
        doubt: false,
      });
    });

    it('counts on while the contact is behind, and keeps its due time', async () => {
      await ledger.want(ADA, EMAIL, 1000);

      expect(await ledger.want(ADA, EMAIL, 5000)).toMatchObject({
        wanted: 2,
        attempts: 0,
        fellBehind: false,
      });
      expect(await ledger.want(ADA, EMAIL, 500)).toMatchObject({ wanted: 3, attempts: 0, fellBehind: false });

      expect(await ledger.profile(ADA)).toMatchObject({ wanted: 3, due: 1000 });
    });

    it('says again that a contact fell behind once it was in step', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, {});

      expect(await ledger.want(ADA, EMAIL, 5000)).toMatchObject({ wanted: 2, attempts: 0, fellBehind: true });

      expect(await ledger.profile(ADA)).toMatchObject({ wanted: 2, synced: 1, work: 'live', due: 5000 });
    });

    it('takes a parked contact back to work', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.park(ADA, 1, { code: 'too-many-orders', message: 'more than 5000', at: 1500 });

      expect(await ledger.want(ADA, EMAIL, 2000)).toMatchObject({ wanted: 2, fellBehind: true });

      const profile = await ledger.profile(ADA);
      expect(profile).toMatchObject({ work: 'live', due: 2000, doubt: true });
      expect(profile).not.toHaveProperty('parked');
    });

    it('reports the attempts so far', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.postpone({ contact: ADA, due: 1000, attempts: 0 }, 2000);

      expect(await ledger.want(ADA, EMAIL, 1000)).toMatchObject({
        wanted: 2,
        attempts: 1,
        fellBehind: false,
      });
      expect(await ledger.profile(ADA)).toMatchObject({ due: 2000 });
    });

    it('gives fifty concurrent wants fifty numbers, and rings once', async () => {
      const results = await Promise.all(Array.from({ length: 50 }, () => ledger.want(ADA, EMAIL, 1000)));

      expect(new Set(results.map(({ wanted }) => wanted)).size).toBe(50);
      expect(results.filter(({ fellBehind }) => fellBehind)).toHaveLength(1);
      expect(await ledger.profile(ADA)).toMatchObject({ wanted: 50 });
    });

    it('wants again only what exists', async () => {
      expect(await ledger.wantAgain(ADA, 1000)).toBeUndefined();
      expect(await ledger.profile(ADA)).toBeUndefined();

      await ledger.want(ADA, EMAIL, 1000);
      await ledger.settle(ADA, 1, { mauticId: 9 });

      expect(await ledger.wantAgain(ADA, 3000)).toMatchObject({ wanted: 2, attempts: 0, fellBehind: true });
      expect(await ledger.wantAgain(ADA, 4000)).toMatchObject({ wanted: 3, attempts: 0, fellBehind: false });
      expect(await ledger.profile(ADA)).toMatchObject({ email: EMAIL, mauticId: 9, wanted: 3, due: 3000 });
    });

    it('wants again in full, at once or later, and remembers it until the contact is in step', async () => {
      for (const name of ['ada', 'bob', 'carol', 'dora']) {
        await ledger.want(contact(name), emailOf(name), 1000);
        await ledger.settle(contact(name), 1, name === 'dora' ? { nextDue: 999_999 } : {});
      }
      await ledger.want(contact('carol'), emailOf('carol'), 1000);

      await ledger.wantAgain(ADA, 3000, true);
      for (const name of ['bob', 'carol', 'dora']) await ledger.wantLater(contact(name), 3000, true);

      expect(await ledger.profile(ADA)).toMatchObject({ wanted: 2, doubt: true, work: 'live', due: 3000 });
      expect(await ledger.profile(contact('bob'))).toMatchObject({ wanted: 2, doubt: true, work: 'later' });
      expect(await ledger.profile(contact('carol'))).toMatchObject({ wanted: 3, doubt: true, due: 1000 });
      expect(await ledger.profile(contact('dora'))).toMatchObject({ wanted: 2, doubt: true, due: 3000 });
      await ledger.wantAgain(ADA, 3000);
      expect(await ledger.profile(ADA)).toMatchObject({ doubt: true });
      await ledger.settle(ADA, 3, {});
      expect(await ledger.profile(ADA)).toMatchObject({ doubt: false });
    });

    it('wants nothing in full of a contact that does not exist', async () => {
      await ledger.wantAgain(ADA, 1000, true);
      await ledger.wantLater(ADA, 1000, true);

      expect(await ledger.profile(ADA)).toBeUndefined();
    });

    it('does not take pointers for a contact', async () => {
      await ledger.point(ADA, { kind: 'order', store: 'demo', id: '1' });

      expect(await ledger.wantAgain(ADA, 1000)).toBeUndefined();
    });

    it('knows when a contact was wanted last, however that was', async () => {
      expect(await ledger.lastWanted(ADA)).toBeUndefined();
      await ledger.wantAgain(ADA, 500);
      await ledger.wantLater(ADA, 500);
      expect(await ledger.lastWanted(ADA)).toBeUndefined();

      const before = Date.now();
      await ledger.want(ADA, EMAIL, 500);
      const first = (await ledger.lastWanted(ADA)) ?? 0;
      expect(first).toBeGreaterThanOrEqual(before);
      expect(first).toBeLessThanOrEqual(Date.now());

      await ledger.wantAgain(ADA, 600);
      expect(await ledger.lastWanted(ADA)).toBeGreaterThanOrEqual(first);
      await ledger.wantLater(ADA, 700);
      expect(await ledger.lastWanted(ADA)).toBeLessThanOrEqual(Date.now());
    });

    it('wants later: off the live list, and nothing for a contact that does not exist', async () => {
      await ledger.wantLater(ADA, 1000);
      expect(await ledger.profile(ADA)).toBeUndefined();

      await ledger.want(ADA, EMAIL, 500);
      await ledger.settle(ADA, 1, {});
      await ledger.wantLater(ADA, 1000);

      expect(await ledger.profile(ADA)).toMatchObject({ wanted: 2, synced: 1, work: 'later', due: 1000 });
      expect(await ledger.due('live', 9000, 9)).toEqual([]);
    });

    it('introduces a stranger on the later list, with its address', async () => {
      await ledger.introduceLater(ADA, EMAIL, 1000);

      expect(await ledger.profile(ADA)).toMatchObject({
        email: EMAIL,
        wanted: 1,
        synced: 0,
        attempts: 0,
        work: 'later',
        due: 1000,
      });
      expect(await ledger.due('live', 9000, 9)).toEqual([]);
      expect(await ledger.due('later', 9000, 9)).toEqual([{ contact: ADA, due: 1000, attempts: 0 }]);
      expect(await ledger.lastWanted(ADA)).toBeDefined();
    });

    it('introduces nobody twice: somebody who is known is wanted later, behind live work', async () => {
      await ledger.introduceLater(ADA, EMAIL, 1000);
      await ledger.introduceLater(ADA, EMAIL, 2000);
      expect(await ledger.profile(ADA)).toMatchObject({ wanted: 2, work: 'later', due: 1000 });

      await ledger.want(contact('bob'), emailOf('bob'), 500);
      await ledger.introduceLater(contact('bob'), emailOf('bob'), 1000);
      expect(await ledger.profile(contact('bob'))).toMatchObject({ wanted: 2, work: 'live', due: 500 });

      await ledger.want(contact('carol'), emailOf('carol'), 500);
      await ledger.settle(contact('carol'), 1, { mauticId: 9 });
      await ledger.introduceLater(contact('carol'), emailOf('carol'), 1000);
      expect(await ledger.profile(contact('carol'))).toMatchObject({ wanted: 2, work: 'later', mauticId: 9 });
    });

    it('takes an introduced contact to the live list when something of it changes', async () => {
      await ledger.introduceLater(ADA, EMAIL, 1000);

      expect(await ledger.want(ADA, EMAIL, 2000)).toMatchObject({ wanted: 2, fellBehind: true });
      expect(await ledger.profile(ADA)).toMatchObject({ work: 'live', due: 1000 });
    });

    it('leaves a contact that is behind on the live list', async () => {
      await ledger.want(ADA, EMAIL, 500);
      await ledger.wantLater(ADA, 1000);

      expect(await ledger.profile(ADA)).toMatchObject({ wanted: 2, work: 'live', due: 500 });
    });

    it('does not let a policy wait for something that is due much later', async () => {
      await ledger.want(ADA, EMAIL, 500);
      await ledger.settle(ADA, 1, { nextDue: 999_999 });
      await ledger.wantLater(ADA, 1000);

      expect(await ledger.profile(ADA)).toMatchObject({ wanted: 2, synced: 1, work: 'live', due: 1000 });
    });

    it('takes a contact from the later list to the live one', async () => {
      await ledger.want(ADA, EMAIL, 500);
      await ledger.settle(ADA, 1, {});
      await ledger.wantLater(ADA, 1000);

      expect(await ledger.want(ADA, EMAIL, 2000)).toMatchObject({ wanted: 3, fellBehind: true });
      expect(await ledger.profile(ADA)).toMatchObject({ work: 'live', due: 1000 });
    });

    it('wants a parked contact later', async () => {
      await ledger.want(ADA, EMAIL, 500);
      await ledger.park(ADA, 1, { code: 'too-many-orders', message: 'more than 5000', at: 600 });
      await ledger.wantLater(ADA, 1000);

      const profile = await ledger.profile(ADA);
      expect(profile).toMatchObject({ wanted: 2, work: 'later', due: 1000 });
      expect(profile).not.toHaveProperty('parked');
    });
  });
}
