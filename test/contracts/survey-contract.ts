import { beforeEach, describe, expect, it } from 'vitest';
import type { SurveyPage } from '../../lib/core/ports/ledger.ts';
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
  productRef,
  productState,
} from './samples.ts';

const NAMES = ['ada', 'bob', 'carol', 'dora', 'emil', 'frieda', 'gus'];

export function surveyContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('survey', () => {
    it('finds every profile once, page after page', async () => {
      for (const name of NAMES) await ledger.want(contact(name), emailOf(name), 1000);
      await ledger.save(orderRef(1), orderState(), undefined);

      const found = await everything((after) => ledger.profiles(after));

      expect(found.map(({ profile }) => profile.email).sort()).toEqual(NAMES.map(emailOf).sort());
      expect(
        found.every(({ contact: key, profile }) =>
          NAMES.some((name) => key === contact(name) && profile.email === emailOf(name)),
        ),
      ).toBe(true);
    });

    it('says when a contact was wanted and when it was written last', async () => {
      const before = Date.now();
      for (const name of ['ada', 'bob']) await ledger.want(contact(name), emailOf(name), 1000);
      await ledger.settle(contact('ada'), 1, { writtenAt: 1234 });
      await ledger.want(contact('ada'), emailOf('ada'), 1000);
      await ledger.settle(contact('ada'), 2, {});

      const found = await everything((after) => ledger.profiles(after));

      const [ada, bob] = ['ada', 'bob'].map((name) =>
        found.find(({ contact: key }) => key === contact(name)),
      );
      expect(ada).toMatchObject({ writtenAt: 1234 });
      expect(ada?.wantedAt).toBeGreaterThanOrEqual(before);
      expect(bob?.wantedAt).toBeGreaterThanOrEqual(before);
      expect(bob).not.toHaveProperty('writtenAt');
    });

    it('remembers that a contact was written although it fell behind meanwhile', async () => {
      for (const _time of [1, 2]) await ledger.want(contact('ada'), emailOf('ada'), 1000);
      await ledger.settle(contact('ada'), 1, { writtenAt: 1234 });

      expect((await ledger.profiles()).items).toMatchObject([{ writtenAt: 1234 }]);
    });

    it('finds every order of every store once, and nothing else', async () => {
      const refs = [orderRef(1), orderRef(2), orderRef(3), orderRef(1, 'other'), orderRef('a/b#c')];
      for (const ref of refs) await ledger.save(ref, orderState(), undefined);
      await ledger.save(productRef(1), productState('Engine'), undefined);
      await ledger.want(contact('ada'), emailOf('ada'), 1000);

      const found = await everything((after) => ledger.orders(after));

      const names = found.map(({ ref }) => `${ref.store}/${ref.id}`);
      expect(names.sort()).toEqual(refs.map(({ store, id }) => `${store}/${id}`).sort());
      expect(found[0]?.entry).toMatchObject({ state: orderState(), revision: 1, effects: {} });
    });

    it('finds everything for which something happens once, of whatever kind, once', async () => {
      for (const id of [1, 2, 3]) await ledger.save(orderRef(id), orderState(), undefined);
      for (const id of [1, 2]) await ledger.save(customerRef(id), customerState(), undefined);
      await ledger.save(cartRef('c1'), cartState(), undefined);
      await ledger.save(productRef(1), productState('Engine'), undefined);
      await ledger.claimEffect(customerRef(2), 'followup:welcome', { at: 1, contactId: 7 });

      const found = await everything((after) => ledger.carriers(after));

      expect(found.map(({ ref }) => `${ref.kind} ${ref.id}`).sort()).toEqual([
        'cart c1',
        'customer 1',
        'customer 2',
        'order 1',
        'order 2',
        'order 3',
      ]);
      const signedUp = found.find(({ ref }) => ref.kind === 'customer' && ref.id === '2');
      expect(signedUp?.entry.effects).toMatchObject({ 'followup:welcome': { state: 'claimed' } });
    });
  });
}

async function everything<Item>(page: (after?: string) => Promise<SurveyPage<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let answer = await page();
  items.push(...answer.items);
  while (answer.next !== undefined) {
    answer = await page(answer.next);
    items.push(...answer.items);
  }
  return items;
}
