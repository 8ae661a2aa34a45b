import type { Register } from '../../core/ledger/register.ts';
import type { Registered, Registers } from '../../core/ports/ledger.ts';

/** Small shared values in memory, on a shelf of whoever gives one. */
export function createMemoryRegisters(registers = new Map<string, Registered>()): Registers {
  return {
    read: async (register) => registers.get(nameOf(register)),
    write: async (register, text, revision) => {
      const name = nameOf(register);
      if (registers.get(name)?.revision !== revision) return false;
      registers.set(name, { text, revision: (revision ?? 0) + 1 });
      return true;
    },
  };
}

function nameOf({ of, name }: Register): string {
  return `${of === 'mautic' ? '' : of.store}/${name}`;
}
