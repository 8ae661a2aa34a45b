import {
  FIELD_REGISTER,
  type FieldStanding,
  fieldStandingText,
  readFieldStanding,
  type Trouble,
} from '../../core/contact/field-standing.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import type { Log, Metrics } from '../../core/ports/telemetry.ts';

export interface FieldNotesOptions {
  readonly registers: Registers;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Has every contact written in full once more, because a field can be written again. */
  readonly lookAgain: () => Promise<void>;
}

/** What all instances know of Mautic's fields and what is wrong with them. */
export interface FieldNotes {
  current(): FieldStanding | undefined;
  read(): Promise<void>;
  /** Replaces what is known and says what is news; `restored`: a field had to be made again. */
  replace(
    next: FieldStanding,
    how: { readonly restored: boolean; readonly isUpgrade: boolean },
  ): Promise<void>;
}

/** Notes in a register of the ledger. What is news is told by whoever writes it down. */
export function createFieldNotes(options: FieldNotesOptions): FieldNotes {
  const { registers, lookAgain } = options;
  let standing: FieldStanding | undefined;
  let revision: number | undefined;

  async function read(): Promise<void> {
    const stored = await registers.read(FIELD_REGISTER);
    revision = stored?.revision;
    standing = (stored && readFieldStanding(stored.text)) ?? standing;
  }

  return {
    current: () => standing,
    read,
    replace: async (next, { restored, isUpgrade }) => {
      const before = standing?.troubles ?? {};
      const known = standing !== undefined || isUpgrade;
      const found = newIn(next.troubles, before);
      const gone = newIn(before, next.troubles);
      const isOvertaken = known && found.some(([, { code }]) => code === 'field-unique');
      const isBack = gone.some(([alias, { code }]) => code !== 'field-required' && !next.troubles[alias]);
      // Before it is written down: whoever dies in between does it twice rather than never.
      if (restored || isOvertaken || isBack) await lookAgain();
      standing = next;
      if (!(await registers.write(FIELD_REGISTER, fieldStandingText(next), revision))) return read();
      revision = (revision ?? 0) + 1;
      tell(
        options,
        found,
        gone.filter(([alias]) => !next.troubles[alias]),
      );
      return undefined;
    },
  };
}

type Troubles = readonly (readonly [string, Trouble])[];

/** What `some` has and `others` has not, or has for another reason. */
function newIn(some: FieldStanding['troubles'], others: FieldStanding['troubles']): Troubles {
  return Object.entries(some).filter(([alias, { code }]) => others[alias]?.code !== code);
}

function tell({ log, metrics }: FieldNotesOptions, found: Troubles, gone: Troubles): void {
  for (const [field, { code, message }] of found) {
    metrics.count('FieldLeftOut');
    log.error('A field of Mautic cannot be used as it is', { field, code, remedy: message });
  }
  for (const [field] of gone) log.info('A field of Mautic can be used again', { field });
}
