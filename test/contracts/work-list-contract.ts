import { beforeEach, describe, expect, it } from 'vitest';
import type { Ledger, MakeLedger } from './make-ledger.ts';
import { contact, emailOf } from './samples.ts';

const ADA = contact('ada');
const EMAIL = emailOf('ada');

export function workListContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('the work list', () => {
    it('answers those whose time has come, the longest due first', async () => {
      for (const [name, due] of [
        ['ada', 3000],
        ['bob', 1000],
        ['eve', 2000],
        ['zoe', 3001],
      ] as const) {
        await ledger.want(contact(name), emailOf(name), due);
      }

      expect(await ledger.due('live', 3000, 10)).toEqual([
        { contact: contact('bob'), due: 1000, attempts: 0 },
        { contact: contact('eve'), due: 2000, attempts: 0 },
        { contact: contact('ada'), due: 3000, attempts: 0 },
      ]);
      expect(await ledger.due('live', 999, 10)).toEqual([]);
      expect(await ledger.due('later', 9999, 10)).toEqual([]);
    });

    it('answers no more than asked for', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `n${String(index)}`);
      for (const [index, name] of names.entries()) await ledger.want(contact(name), emailOf(name), index);

      const due = await ledger.due('live', 9999, 12);

      expect(due.map(({ contact: key }) => key)).toEqual(names.slice(0, 12).map(contact));
      expect(await ledger.due('live', 9999, 100)).toHaveLength(30);
      expect(await ledger.due('live', 9999, 0)).toEqual([]);
      expect(await ledger.due('live', 9999, -1)).toEqual([]);
    });

    it('counts an attempt and moves the due time on', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      await ledger.want(ADA, EMAIL, 1000);
      const [first] = await ledger.due('live', 1000, 1);

      expect(first && (await ledger.postpone(first, 61_000))).toEqual({
        contact: ADA,
        wanted: 2,
        attempts: 1,
      });

      expect(await ledger.due('live', 60_999, 10)).toEqual([]);
      const [second] = await ledger.due('live', 61_000, 10);
      expect(second).toEqual({ contact: ADA, due: 61_000, attempts: 1 });
      expect(second && (await ledger.postpone(second, 200_000))).toEqual({
        contact: ADA,
        wanted: 2,
        attempts: 2,
      });
    });

    it('postpones nobody whose due time has changed since it was read', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      const [read] = await ledger.due('live', 1000, 1);
      await ledger.defer(ADA, 5000, { doubt: false });

      expect(read && (await ledger.postpone(read, 61_000))).toBeUndefined();

      expect(await ledger.profile(ADA)).toMatchObject({ due: 5000, attempts: 0 });
    });

    it('postpones nobody who is in step or unknown', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      const [read] = await ledger.due('live', 1000, 1);
      await ledger.settle(ADA, 1, {});

      expect(read && (await ledger.postpone(read, 61_000))).toBeUndefined();
      const unknown = { contact: contact('nobody'), due: 1000, attempts: 0 };
      expect(await ledger.postpone(unknown, 61_000)).toBeUndefined();

      expect(await ledger.profile(ADA)).not.toHaveProperty('due');
      expect(await ledger.profile(unknown.contact)).toBeUndefined();
    });

    it('lets one of two sweeps at once count the attempt', async () => {
      await ledger.want(ADA, EMAIL, 1000);
      const [read] = await ledger.due('live', 1000, 1);

      const answers =
        read && (await Promise.all([ledger.postpone(read, 61_000), ledger.postpone(read, 62_000)]));

      expect(answers?.filter((ring) => ring?.attempts === 1)).toHaveLength(1);
      expect(answers?.filter((ring) => ring === undefined)).toHaveLength(1);
    });
  });
}
