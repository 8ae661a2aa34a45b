import {
  changesSince,
  FORMAT_REGISTER,
  type FormatStanding,
  isPacking,
  LEDGER_FORMAT,
  readFormat,
} from '../../core/ledger/format.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import type { Clock, Log } from '../../core/ports/telemetry.ts';

export interface FormatParts {
  readonly registers: Registers;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Which form the ledger has, and whether this version may work on it. */
export interface LedgerFormat {
  /** The same work, which begins once it is known that this version reads the ledger, and else throws. */
  guard<Args extends readonly unknown[], Result>(
    work: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result>;
  /** Whether things are to be written packed now; no before anybody has looked. */
  isPacking(): boolean;
}

/** Others that start at once note the same. */
const MAX_TRIES = 5;

/**
 * Reads once in a process which form the ledger has, and leads it to the one of this version. A ledger that a newer
 * version was at work on is left alone: what is in the queues waits for that version.
 */
export function createLedgerFormat(parts: FormatParts): LedgerFormat {
  let standing: FormatStanding | undefined;
  return {
    guard:
      (work) =>
      async (...args) => {
        standing ??= await settle(parts);
        return work(...args);
      },
    isPacking: () => standing !== undefined && isPacking(standing, parts.clock.now()),
  };
}

/** @throws Error when a newer version was at work here, or others keep changing the register. */
async function settle({ registers, clock, log }: FormatParts): Promise<FormatStanding> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await registers.read(FORMAT_REGISTER);
    const known = readFormat(found?.text);
    if (known && known.format > LEDGER_FORMAT) throw new Error(tooNew(known.format));
    if (known?.format === LEDGER_FORMAT) return known;
    const standing = { format: LEDGER_FORMAT, since: clock.now() };
    if (await registers.write(FORMAT_REGISTER, JSON.stringify(standing), found?.revision)) {
      const before = known?.format ?? 1;
      log.info('The ledger gets another form, a day from now; until then the version before reads it all', {
        before,
        format: LEDGER_FORMAT,
        changes: changesSince(before).join('; '),
      });
      return standing;
    }
  }
  throw new Error(`The register ${FORMAT_REGISTER.name} was changed by others all the time`);
}

function tooNew(format: number): string {
  return `A newer version of the bridge was at work on this ledger (form ${String(format)}); this one reads form ${String(LEDGER_FORMAT)} and leaves it alone. Deploy the newer version again: deliveries and contacts wait for it in the queues, for 14 days.`;
}
