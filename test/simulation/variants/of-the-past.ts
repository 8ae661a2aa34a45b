import type { Contacts, Registers } from '../../../lib/core/ports/ledger.ts';
import type { BackfillParts } from '../../../lib/pipeline/backfill/parts.ts';
import type { Variant } from '../variant.ts';

/** Mistakes of whoever reads a store's past. */
export const OF_THE_PAST: readonly Variant[] = [
  {
    name: 'introduces-nobody',
    backfillParts: (parts) =>
      withContacts(parts, (contacts) => ({
        introduceLater: (contact, _email, due) => contacts.wantLater(contact, due),
      })),
  },
  {
    name: 'knows-the-past-and-tells-nobody',
    backfillParts: (parts) => withContacts(parts, () => ({ wantLater: async () => undefined })),
  },
  {
    name: 'knows-the-past-and-says-it-nowhere',
    backfillParts: (parts) => ({ ...parts, registers: without(parts.registers, 'HISTORY') }),
  },
  {
    name: 'leaves-out-the-first-order-of-each-page',
    backfillParts: (parts) => ({
      ...parts,
      storeApiOf: (store, key) => {
        const api = parts.storeApiOf(store, key);
        if (!api) return undefined;
        return {
          ...api,
          list: async (question) => {
            const answer = await api.list(question);
            if (!answer.ok || question.kind !== 'order') return answer;
            return { ...answer, value: { ...answer.value, items: answer.value.items.slice(1) } };
          },
        };
      },
    }),
  },
];

function withContacts(
  parts: BackfillParts,
  change: (contacts: Contacts) => Partial<Contacts>,
): BackfillParts {
  return { ...parts, contacts: { ...bound(parts.contacts), ...change(bound(parts.contacts)) } };
}

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}

/** Registers of which nobody ever writes one. */
function without(registers: Registers, name: string): Registers {
  return {
    read: (register) => registers.read(register),
    write: async (register, ...rest) => register.name === name || registers.write(register, ...rest),
  };
}
