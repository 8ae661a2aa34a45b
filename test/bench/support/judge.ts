import type { MauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import type { ExpectedContact } from '../../support/oracle.ts';

/** What went wrong, counted in contacts and notes. */
export interface Verdict {
  /** Contacts that are not there though something was bought under their address. */
  readonly lost: number;
  /** Contacts beyond the first of an address, and notes beyond the first of a contact with one text. */
  readonly doubled: number;
  /** Contacts of which name, city, number of orders, total or status is not what follows from their orders. */
  readonly wrong: number;
}

const FIELDS = ['firstname', 'lastname', 'city', 'mautic_woo_order_count', 'mautic_woo_total_spent'] as const;

type Held = ReturnType<MauticSimulator['contacts']>[number];

/** Compares what a Mautic holds with a calculation that shares no code with any of the consumers. */
export function judge(
  { contacts, notes }: Pick<MauticSimulator, 'contacts' | 'notes'>,
  expected: ReadonlyMap<string, ExpectedContact>,
): Verdict {
  const held = Map.groupBy(contacts(), ({ email = '' }) => email.toLowerCase());
  const texts = notes().map(({ contact, text }) => `${String(contact)} ${text}`);
  const must = [...expected].filter(([, { presence }]) => presence === 'must');
  const rows = [...held.values()].map((some) => some.length);
  const found = must.flatMap(([email, right]) => {
    const some = held.get(email);
    return some === undefined ? [] : [some.some((one) => isRight(one, right))];
  });
  return {
    lost: must.length - found.length,
    doubled: rows.reduce((sum, count) => sum + count - 1, 0) + texts.length - new Set(texts).size,
    wrong: found.filter((right) => !right).length,
  };
}

function isRight(held: Held, right: ExpectedContact): boolean {
  const statuses = (tags: readonly string[]) => tags.filter((tag) => tag.startsWith('status:')).join();
  const areEqual = FIELDS.every((alias) => plain(held.fields[alias]) === plain(right.fields[alias]));
  return areEqual && statuses(held.tags) === statuses(right.tags);
}

/** NULL means 0 for a number, and nothing for a text; cents are cents. */
function plain(value: unknown): string {
  const number = Number(value);
  if (value === undefined || value === null || value === '' || number === 0) return '';
  return Number.isFinite(number) ? number.toFixed(2) : JSON.stringify(value);
}
