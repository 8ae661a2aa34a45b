import { beforeEach, describe, expect, it } from 'vitest';
import type { ItemRow } from '../../lib/core/contact/items/items-plan.ts';
import type { Ledger, MakeLedger } from './make-ledger.ts';
import { contact, emailOf } from './samples.ts';

const ADA = contact('ada');

function row(fingerprint: string, change: Partial<ItemRow> = {}): ItemRow {
  return { fingerprint, contactId: 5, ...change };
}

export function itemsContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('rows of custom items', () => {
    it('are none until somebody saves one', async () => {
      expect(await ledger.items(ADA)).toEqual(new Map());
    });

    it('are replaced one by one, as a whole', async () => {
      const claimed = new Map([
        ['orders#demo/1', row('a', { claimed: true })],
        ['orders#demo/2', row('b', { parked: 'refused' })],
      ]);
      await ledger.saveItems(ADA, claimed);
      await ledger.saveItems(ADA, new Map([['orders#demo/1', row('c')]]));

      expect(await ledger.items(ADA)).toEqual(
        new Map([
          ['orders#demo/1', row('c')],
          ['orders#demo/2', row('b', { parked: 'refused' })],
        ]),
      );
    });

    it('keep how often an item failed and until when it waits; rows of a version before say nothing of it', async () => {
      const rows = new Map([
        ['orders#demo/1', row('a', { claimed: true, claimedAt: 0, serverErrors: 3, notBefore: 700 })],
        ['orders#demo/2', row('b', { claimed: true, claimedAt: 4 })],
      ]);
      await ledger.saveItems(ADA, rows);

      expect(await ledger.items(ADA)).toEqual(rows);
    });

    it('are saved in any number', async () => {
      const many = new Map(
        Array.from({ length: 120 }, (_, at) => [`7#demo/1/${String(at)}`, row(String(at))]),
      );
      await ledger.saveItems(ADA, many);

      expect(await ledger.items(ADA)).toEqual(many);
    });

    it('belong to one contact, and are no part of its dossier', async () => {
      await ledger.want(ADA, emailOf('ada'), 1);
      await ledger.saveItems(ADA, new Map([['orders#demo/1', row('a')]]));

      expect(await ledger.items(contact('bert'))).toEqual(new Map());
      expect((await ledger.dossier(ADA)).refs).toEqual([]);
    });
  });

  describe('a contact that is in step but for what is left for later', () => {
    it('stays on the later list, due when it was said, and comes back to the live one with its next change', async () => {
      await ledger.want(ADA, emailOf('ada'), 1);
      await ledger.settle(ADA, 1, { mauticId: 5, nextDue: 70, nextShard: 'later' });

      expect(await ledger.due('later', 70, 10)).toEqual([{ contact: ADA, due: 70, attempts: 0 }]);
      expect(await ledger.due('live', 1000, 10)).toEqual([]);

      const { fellBehind } = await ledger.want(ADA, emailOf('ada'), 90);

      expect(fellBehind).toBe(true);
      expect((await ledger.due('live', 90, 10)).map(({ contact: key }) => key)).toEqual([ADA]);
    });

    it('is off every list once nothing is left', async () => {
      await ledger.want(ADA, emailOf('ada'), 1);
      await ledger.settle(ADA, 1, { nextDue: 70, nextShard: 'later' });
      await ledger.settle(ADA, 1, {});

      expect((await ledger.profile(ADA))?.work).toBeUndefined();
    });
  });
}
