import type { Register } from '../../core/ledger/register.ts';
import type { Registers } from '../../core/ports/ledger.ts';

/** A place in a register that only one run at a time moves on. */
export interface Bookmark<Value> {
  /** What was read or saved last; `undefined` while there is nothing that this version knows. */
  value(): Value | undefined;
  /** @throws Overtaken when another run wrote in the meantime. */
  save(value: Value): Promise<void>;
}

/** Another run is at the same work and has got further; this one ends, and nothing is lost. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Reads the register; what is in it but cannot be read is replaced by whoever saves. */
export async function openBookmark<Value>(
  registers: Registers,
  register: Register,
  parse: (text: string) => Value | undefined,
): Promise<Bookmark<Value>> {
  const found = await registers.read(register);
  let value = found && parse(found.text);
  let revision = found?.revision;
  return {
    value: () => value,
    save: async (next) => {
      if (!(await registers.write(register, JSON.stringify(next), revision)))
        throw new Overtaken(`Another run writes the register ${register.name}`);
      value = next;
      revision = (revision ?? 0) + 1;
    },
  };
}
