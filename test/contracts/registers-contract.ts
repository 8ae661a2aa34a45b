import { beforeEach, describe, expect, it } from 'vitest';
import type { Register } from '../../lib/core/ledger/register.ts';
import type { Ledger, MakeLedger } from './make-ledger.ts';

const CURSOR: Register = { of: { store: 'demo' }, name: 'orders' };

export function registersContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('registers', () => {
    it('hold nothing until somebody writes', async () => {
      expect(await ledger.read(CURSOR)).toBeUndefined();
    });

    it('answer what was written last', async () => {
      expect(await ledger.write(CURSOR, 'one', undefined)).toBe(true);
      expect(await ledger.read(CURSOR)).toEqual({ text: 'one', revision: 1 });

      expect(await ledger.write(CURSOR, 'two', 1)).toBe(true);
      expect(await ledger.read(CURSOR)).toEqual({ text: 'two', revision: 2 });
    });

    it('refuse whoever has not seen the latest value', async () => {
      await ledger.write(CURSOR, 'one', undefined);
      await ledger.write(CURSOR, 'two', 1);

      expect(await ledger.write(CURSOR, 'lost', undefined)).toBe(false);
      expect(await ledger.write(CURSOR, 'lost', 1)).toBe(false);
      expect(await ledger.read(CURSOR)).toEqual({ text: 'two', revision: 2 });
    });

    it('let one of many who write at once through', async () => {
      const writes = await Promise.all(
        Array.from({ length: 8 }, (_, index) => ledger.write(CURSOR, String(index), undefined)),
      );

      expect(writes.filter(Boolean)).toHaveLength(1);
    });

    it('are told apart by owner and name', async () => {
      await ledger.write(CURSOR, 'one', undefined);

      expect(await ledger.read({ of: { store: 'other' }, name: 'orders' })).toBeUndefined();
      expect(await ledger.read({ of: { store: 'demo' }, name: 'products' })).toBeUndefined();
      expect(await ledger.read({ of: 'mautic', name: 'orders' })).toBeUndefined();
    });
  });
}
