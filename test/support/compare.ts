import { expect } from 'vitest';
import { comparable, type HeldContact, NOTHING, wanted } from './held.ts';
import type { ExpectedContact } from './oracle.ts';

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
  const right: Record<string, unknown> = Object.fromEntries(
    [...expected].map(([email, contact]) => [email, wanted(contact)]),
  );
  for (const email of emails) if (!expected.has(email)) right[email] = NOTHING;
  expect(seen).toEqual(right);
}
