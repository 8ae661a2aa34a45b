import { beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '../../lib/core/ports/ledger.ts';
import type { Ledger, MakeLedger } from './make-ledger.ts';

const NOW = 1_750_000_000_000;

function lease(holder: string, now = NOW): Lease {
  return { holder, now, until: now + 30_000 };
}

export function claimsContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  describe('claims', () => {
    it('go to the first who asks', async () => {
      expect(await ledger.claim('TAG', 'vip', lease('a'))).toBe('claimed');
      expect(await ledger.claim('TAG', 'vip', lease('b'))).toBe('held');
      expect(await ledger.claim('TAG', 'vip', lease('a'))).toBe('held');
    });

    it('differ by kind and by name', async () => {
      await ledger.claim('TAG', 'vip', lease('a'));

      expect(await ledger.claim('TAG', 'vip#2', lease('b'))).toBe('claimed');
      expect(await ledger.claim('FIELD', 'vip', lease('b'))).toBe('claimed');
      expect(await ledger.claim('LEASE', 'vip', lease('b'))).toBe('claimed');
    });

    it('go to exactly one of many who ask at once', async () => {
      const holders = Array.from({ length: 10 }, (_, index) => `holder-${String(index)}`);

      const answers = await Promise.all(holders.map((holder) => ledger.claim('TAG', 'vip', lease(holder))));

      expect(answers.filter((answer) => answer === 'claimed')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'held')).toHaveLength(9);
    });

    it('lapse, and then go to exactly one of those who ask', async () => {
      await ledger.claim('TAG', 'vip', lease('a'));

      expect(await ledger.claim('TAG', 'vip', lease('b', NOW + 30_000))).toBe('held');
      const late = ['b', 'c', 'd'].map((holder) => ledger.claim('TAG', 'vip', lease(holder, NOW + 30_001)));

      expect((await Promise.all(late)).sort()).toEqual(['claimed', 'held', 'held']);
    });

    it('stay finished for ever', async () => {
      await ledger.claim('FIELD', 'total', lease('a'));
      await ledger.finish('FIELD', 'total', 'number');

      expect(await ledger.claim('FIELD', 'total', lease('b'))).toBe('finished');
      expect(await ledger.claim('FIELD', 'total', lease('b', NOW + 1e9))).toBe('finished');
    });

    it('tell by name what is finished, and not what is only claimed', async () => {
      await ledger.claim('FIELD', 'claimed-only', lease('a'));
      await ledger.finish('FIELD', 'total', 'number');
      await ledger.finish('FIELD', 'note#1', '');
      await ledger.finish('TAG', 'vip', '7');

      expect(await ledger.finished('FIELD')).toEqual(
        new Map([
          ['note#1', ''],
          ['total', 'number'],
        ]),
      );
      expect(await ledger.finished('LEASE')).toEqual(new Map());
    });

    it('take a new value after they are finished', async () => {
      await ledger.finish('FIELD', 'city', '{"type":"text"}');
      await ledger.finish('FIELD', 'city', '{"type":"text","limit":64}');

      expect(await ledger.finished('FIELD')).toEqual(new Map([['city', '{"type":"text","limit":64}']]));
    });

    it('can be given up by their holder alone', async () => {
      await ledger.claim('LEASE', 'token', lease('a'));

      await ledger.release('LEASE', 'token', 'b');
      expect(await ledger.claim('LEASE', 'token', lease('b'))).toBe('held');
      await ledger.release('LEASE', 'token', 'a');
      await ledger.release('LEASE', 'token', 'a');

      expect(await ledger.claim('LEASE', 'token', lease('b'))).toBe('claimed');
    });

    it('cannot be given up once finished', async () => {
      await ledger.claim('TAG', 'vip', lease('a'));
      await ledger.finish('TAG', 'vip', '7');

      await ledger.release('TAG', 'vip', 'a');

      expect(await ledger.claim('TAG', 'vip', lease('b'))).toBe('finished');
    });

    it('can be taken again once what was finished is said to be gone, and not before', async () => {
      await ledger.finish('FIELD', 'total', 'number');
      await ledger.claim('FIELD', 'count', lease('a'));

      await ledger.reopen('FIELD', 'total');
      await ledger.reopen('FIELD', 'total');
      await ledger.reopen('FIELD', 'count');

      expect(await ledger.finished('FIELD')).toEqual(new Map());
      expect(await ledger.claim('FIELD', 'total', lease('b'))).toBe('claimed');
      expect(await ledger.claim('FIELD', 'count', lease('b'))).toBe('held');
    });

    it('tell of hundreds that are finished', async () => {
      const names = Array.from({ length: 300 }, (_, index) => `sku:${String(index)}`);
      await Promise.all(names.map((name) => ledger.finish('TAG', name, 'x'.repeat(5000))));

      expect([...(await ledger.finished('TAG')).keys()].sort()).toEqual([...names].sort());
    });
  });
}
