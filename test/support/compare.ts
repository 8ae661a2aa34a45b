import { expect } from 'vitest';
import type { ExpectedContact } from './oracle.ts';

/** A contact as Mautic (or a twin of it) holds it. */
export interface HeldContact {
  readonly email: string;
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

/**
 * Every expected contact is there, once, with exactly these fields and tags. Other contacts may be there (an order
 * left them), but hold nothing of ours any more.
 */
export function expectHeld(
  held: readonly HeldContact[],
  expected: ReadonlyMap<string, ExpectedContact>,
): void {
  const emails = held.map(({ email }) => email.toLowerCase());
  expect(new Set(emails).size, 'no address has two contacts').toBe(emails.length);
  const seen = Object.fromEntries(held.map((contact) => [contact.email.toLowerCase(), comparable(contact)]));
  const wanted: Record<string, unknown> = Object.fromEntries(
    [...expected].map(([email, contact]) => [email, wantedOf(contact)]),
  );
  for (const email of emails) if (!expected.has(email)) wanted[email] = NOTHING;
  expect(seen).toEqual(wanted);
}

const NOTHING = {
  fields: Object.fromEntries(OWNED.map((alias) => [alias, null])),
  tags: [] as readonly string[],
};

function wantedOf({ fields, orderData, tags }: ExpectedContact) {
  return { fields: { ...NOTHING.fields, ...fields, mautic_woo_order_data: orderData }, tags };
}

function comparable({ fields, tags }: HeldContact) {
  const entries = OWNED.map((alias) => [alias, plain(alias, fields[alias])]);
  return { fields: Object.fromEntries(entries), tags: [...tags].sort() };
}

/** NULL means 0 for a number, and nothing for a text. */
function plain(alias: string, value: unknown): unknown {
  if (value === undefined || value === null || value === '' || value === 0) return null;
  if (alias === 'mautic_woo_order_data') return typeof value === 'string' ? JSON.parse(value) : value;
  return alias.startsWith('mautic_woo_') ? Number(value) : value;
}
