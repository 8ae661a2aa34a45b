import { beforeEach, describe, expect, it } from 'vitest';
import { NOTHING_WRITTEN, UNKNOWN, type Written } from '../../lib/core/contact/contact.ts';
import { refName } from '../../lib/core/ledger/snapshot.ts';
import type { Ledger, MakeLedger } from './make-ledger.ts';
import {
  contact,
  customerRef,
  emailOf,
  orderLine,
  orderRef,
  orderState,
  productRef,
  productState,
} from './samples.ts';

export function thingsContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('things', () => {
    it('knows nothing at first', async () => {
      expect(await ledger.load([orderRef(1)])).toEqual(new Map());
      expect(await ledger.load([])).toEqual(new Map());
    });

    it('gives back the state it was given, under the name of its thing', async () => {
      const state = orderState({ status: 'completed', paidAt: 1_750_000_030_000 });

      expect(await ledger.save(orderRef(23), state, undefined)).toBe(true);

      const loaded = await ledger.load([orderRef(23), orderRef(24)]);
      expect([...loaded.keys()]).toEqual([refName(orderRef(23))]);
      expect(loaded.get('order/demo/23')?.state).toEqual(state);
    });

    it('keeps orders, customers and products of one id apart, and stores apart', async () => {
      const refs = [orderRef(7), orderRef(7, 'other'), customerRef(7), productRef(7)];
      for (const ref of refs) await ledger.save(ref, productState(refName(ref)), undefined);

      const loaded = await ledger.load(refs);

      expect(loaded.size).toBe(4);
      for (const ref of refs) expect(loaded.get(refName(ref))?.state).toEqual(productState(refName(ref)));
    });

    it('takes ids of any text', async () => {
      const refs = ['#', '1#2', 'ä/ö', '%23', '', 'x'.repeat(200)].map((id) => orderRef(id));
      for (const ref of refs) await ledger.save(ref, productState(refName(ref)), undefined);
      for (const ref of refs) await ledger.point(contact('ada'), ref);

      const loaded = await ledger.load(refs);
      const { refs: pointed } = await ledger.dossier(contact('ada'));

      for (const ref of refs) expect(loaded.get(refName(ref))?.state).toEqual(productState(refName(ref)));
      expect(pointed.map(refName).sort()).toEqual(refs.map(refName).sort());
    });

    it('takes the same ref several times in one load', async () => {
      await ledger.save(orderRef(1), orderState(), undefined);

      expect((await ledger.load([orderRef(1), orderRef(1), { ...orderRef(1) }])).size).toBe(1);
    });

    it('writes only once where there was nothing', async () => {
      expect(await ledger.save(orderRef(1), orderState(), undefined)).toBe(true);
      expect(await ledger.save(orderRef(1), orderState({ status: 'failed' }), undefined)).toBe(false);

      expect((await ledger.load([orderRef(1)])).get('order/demo/1')?.state).toEqual(orderState());
    });

    it('replaces a state only under the revision that was loaded', async () => {
      await ledger.save(orderRef(1), orderState(), undefined);
      const revision = (await ledger.load([orderRef(1)])).get('order/demo/1')?.revision;

      expect(await ledger.save(orderRef(1), orderState({ status: 'completed' }), revision)).toBe(true);
      expect(await ledger.save(orderRef(1), orderState({ status: 'failed' }), revision)).toBe(false);

      const entry = (await ledger.load([orderRef(1)])).get('order/demo/1');
      expect(entry?.state).toEqual(orderState({ status: 'completed' }));
      expect(entry?.revision).not.toBe(revision);
    });

    it('does not replace what is not there', async () => {
      expect(await ledger.save(orderRef(1), orderState(), 1)).toBe(false);
      expect(await ledger.load([orderRef(1)])).toEqual(new Map());
    });

    it.each([undefined, 1])(
      'lets exactly one of many concurrent saves win (revision %s)',
      async (revision) => {
        if (revision !== undefined) await ledger.save(orderRef(1), orderState(), undefined);
        const states = Array.from({ length: 10 }, (_, index) => orderState({ number: String(index) }));

        const won = await Promise.all(states.map((state) => ledger.save(orderRef(1), state, revision)));

        expect(won.filter(Boolean)).toHaveLength(1);
        const winner = states[won.indexOf(true)];
        expect((await ledger.load([orderRef(1)])).get('order/demo/1')?.state).toEqual(winner);
      },
    );

    it('holds an order of a hundred lines with long names', async () => {
      const lines = Array.from({ length: 100 }, (_, index) =>
        orderLine({ productId: String(index), name: `${'Überlanger Name 🧮 '.repeat(14)}${String(index)}` }),
      );

      await ledger.save(orderRef(1), orderState({ lines }), undefined);

      expect((await ledger.load([orderRef(1)])).get('order/demo/1')?.state).toEqual(orderState({ lines }));
    });

    it('loads hundreds of orders at once', async () => {
      const refs = Array.from({ length: 250 }, (_, id) => orderRef(id));
      await Promise.all(refs.map((ref) => ledger.save(ref, orderState({ number: ref.id }), undefined)));

      const loaded = await ledger.load([...refs, ...refs]);

      expect(loaded.size).toBe(250);
      for (const ref of refs) expect(loaded.get(refName(ref))?.state).toEqual(orderState({ number: ref.id }));
    });

    it('is not altered by what callers do with the values they gave and got', async () => {
      const given = { ...orderState(), deleted: ['1/a'] };
      await ledger.save(orderRef(1), given, undefined);
      given.deleted.push('2/b');
      const got = (await ledger.load([orderRef(1)])).get('order/demo/1')?.state;
      if (got) Object.assign(got, { type: 'product' });

      const { state } = (await ledger.load([orderRef(1)])).get('order/demo/1') ?? {};

      expect(state).toEqual({ ...orderState(), deleted: ['1/a'] });
    });
  });

  describe('dossiers', () => {
    it('starts with nothing written and no things', async () => {
      expect(await ledger.dossier(contact('ada'))).toEqual({ written: NOTHING_WRITTEN, refs: [] });
    });

    it('holds each thing of a contact once, however often it is noted', async () => {
      await ledger.point(contact('ada'), orderRef(1));
      await ledger.point(contact('ada'), orderRef(1));
      await ledger.point(contact('ada'), customerRef(1));
      await ledger.point(contact('bob'), orderRef(2));

      const { refs } = await ledger.dossier(contact('ada'));

      expect(refs).toHaveLength(2);
      expect(refs).toEqual(expect.arrayContaining([orderRef(1), customerRef(1)]));
    });

    it('holds two thousand things, the profile not among them', async () => {
      const refs = Array.from({ length: 2000 }, (_, id) => orderRef(`${'long-id-'.repeat(90)}${String(id)}`));
      await ledger.want(contact('ada'), emailOf('ada'), 1);
      for (let first = 0; first < refs.length; first += 40) {
        await Promise.all(refs.slice(first, first + 40).map((ref) => ledger.point(contact('ada'), ref)));
      }

      const dossier = await ledger.dossier(contact('ada'));

      expect(new Set(dossier.refs.map(refName))).toEqual(new Set(refs.map(refName)));
      expect(dossier.refs).toHaveLength(2000);
    });

    it('gives back what was written last', async () => {
      const written: Written = {
        fields: { country: 'hash', total: UNKNOWN },
        tags: ['status:completed'],
        refused: { state: { value: 'Bayern', reason: 'not-allowed' } },
      };
      await ledger.saveWritten(contact('ada'), { ...written, tags: [] });
      await ledger.saveWritten(contact('ada'), written);
      await ledger.point(contact('ada'), orderRef(1));

      expect(await ledger.dossier(contact('ada'))).toEqual({ written, refs: [orderRef(1)] });
      expect((await ledger.dossier(contact('bob'))).written).toEqual(NOTHING_WRITTEN);
    });
  });

  describe('contacts that wait for a product', () => {
    it('lists each of them once until it stops waiting', async () => {
      await ledger.awaitProduct(productRef(7), contact('ada'));
      await ledger.awaitProduct(productRef(7), contact('ada'));
      await ledger.awaitProduct(productRef(7), contact('bob'));
      await ledger.awaitProduct(productRef(8), contact('eve'));
      expect([...(await ledger.waitingFor(productRef(7)))].sort()).toEqual(
        [contact('ada'), contact('bob')].sort(),
      );

      await ledger.stopWaiting(productRef(7), contact('ada'));
      await ledger.stopWaiting(productRef(7), contact('ada'));

      expect(await ledger.waitingFor(productRef(7))).toEqual([contact('bob')]);
      expect(await ledger.waitingFor(productRef(9))).toEqual([]);
    });

    it('lets them wait before and after the product is known', async () => {
      await ledger.awaitProduct(productRef(7), contact('ada'));
      expect(await ledger.save(productRef(7), productState('Engine'), undefined)).toBe(true);
      await ledger.awaitProduct(productRef(7), contact('bob'));

      expect(await ledger.waitingFor(productRef(7))).toHaveLength(2);
    });
  });
}
