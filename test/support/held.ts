import type { ExpectedContact } from './oracle.ts';

/** A contact as Mautic (or a twin of it) holds it. */
export interface HeldContact {
  readonly email: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

/** What the bridge is answerable for in a contact, in a form that two of them can be compared in. */
export interface Comparable {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

const OWNED = [
  'firstname',
  'lastname',
  'phone',
  'address1',
  'city',
  'zipcode',
  'state',
  'country',
  'mautic_woo_order_data',
  'mautic_woo_total_spent',
  'mautic_woo_order_count',
] as const;

/** A contact that holds nothing of ours. */
export const NOTHING: Comparable = {
  fields: Object.fromEntries(OWNED.map((alias) => [alias, null])),
  tags: [],
};

export function wanted({ fields, orderData, tags }: ExpectedContact): Comparable {
  return { fields: { ...NOTHING.fields, ...fields, mautic_woo_order_data: orderData }, tags };
}

export function comparable({ fields, tags }: Omit<HeldContact, 'email'>): Comparable {
  const entries = OWNED.map((alias) => [alias, plain(alias, fields[alias])]);
  return { fields: Object.fromEntries(entries), tags: [...tags].sort() };
}

/** NULL means 0 for a number, and nothing for a text. */
function plain(alias: string, value: unknown): unknown {
  if (value === undefined || value === null || value === '' || value === 0) return null;
  if (alias === 'mautic_woo_order_data') return typeof value === 'string' ? JSON.parse(value) : value;
  return alias.startsWith('mautic_woo_') ? Number(value) : value;
}
