import { beforeEach, describe, expect, it } from 'vitest';
import { NOTHING_WRITTEN, type Standing, type Turn, type Written } from '../../lib/core/contact/contact.ts';
import type { Ledger, MakeLedger } from './make-ledger.ts';
import { contact } from './samples.ts';

const ADA = contact('ada');

export function writtenContract(makeLedger: MakeLedger): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await makeLedger();
  });

  async function read(): Promise<Standing> {
    const { refs: _refs, ...rest } = await ledger.dossier(ADA);
    return rest;
  }

  /** Somebody who begins to write the contact, from what is known of it now. */
  async function begins(author: string): Promise<Turn> {
    const { edition } = await read();
    return { author, ...(edition && { onto: edition.name }) };
  }

  describe('what was written for a contact', () => {
    it('is saved by somebody who read what stands there, and again by the same', async () => {
      const first = await begins('first.');

      expect(await ledger.saveWritten(ADA, tagged('one'), first)).toBeUndefined();
      expect(await ledger.saveWritten(ADA, tagged('two'), first)).toBeUndefined();
      expect(await ledger.saveWritten(ADA, tagged('three'), await begins('second.'))).toBeUndefined();

      expect((await read()).written).toEqual(tagged('three'));
    });

    it('is not saved over what somebody else has saved since, and says what that is', async () => {
      const late = await begins('late.');
      await ledger.saveWritten(ADA, tagged('late'), late);
      const other = await begins('other.');
      await ledger.saveWritten(ADA, tagged('other'), other);

      const standing = await ledger.saveWritten(ADA, tagged('late', 'more'), late);

      expect(standing).toEqual({ written: tagged('other'), edition: (await read()).edition });
      expect((await read()).written).toEqual(tagged('other'));
    });

    it('is not saved over what was there before by somebody who had read nothing', async () => {
      const late = await begins('late.');
      await ledger.saveWritten(ADA, tagged('other'), await begins('other.'));

      expect(await ledger.saveWritten(ADA, tagged('late'), late)).toMatchObject({ written: tagged('other') });
    });

    it('has another edition with each saving that says something else', async () => {
      const names = new Set<string | undefined>();
      const turn = await begins('first.');
      for (const tags of [['one'], ['one', 'two'], []]) {
        await ledger.saveWritten(ADA, tagged(...tags), turn);
        names.add((await read()).edition?.name);
      }

      expect(names.size).toBe(3);
    });

    it('says since when somebody is writing, until they have written', async () => {
      const turn = await begins('first.');

      await ledger.saveWritten(ADA, tagged('one'), { ...turn, openSince: 1_700_000_000_000 });
      expect((await read()).edition).toMatchObject({ openSince: 1_700_000_000_000 });

      await ledger.saveWritten(ADA, tagged('one'), turn);
      expect((await read()).edition).not.toHaveProperty('openSince');
    });

    it('is saved over whatever stands there by whoever takes no turn, as the version before does', async () => {
      const late = await begins('late.');
      await ledger.saveWritten(ADA, tagged('late'), late);
      const second = await begins('second.');
      await ledger.saveWritten(ADA, NOTHING_WRITTEN);

      expect(await read()).toEqual({ written: NOTHING_WRITTEN });
      expect(await ledger.saveWritten(ADA, tagged('second'), second)).toEqual({ written: NOTHING_WRITTEN });
      expect(await ledger.saveWritten(ADA, tagged('third'), await begins('third.'))).toBeUndefined();
    });
  });
}

function tagged(...tags: readonly string[]): Written {
  return { ...NOTHING_WRITTEN, tags };
}
