import { expect } from 'vitest';
import { comparable, type HeldContact, NOTHING, wanted } from './held.ts';
import type { ExpectedContact } from './oracle.ts';

/**
 * Every expected contact is there, once, with exactly these fields and tags; whether it has to be there says its
 * presence. Other contacts may be there (an order left them), but hold nothing of ours any more.
 */
export function expectHeld(
  held: readonly HeldContact[],
  expected: ReadonlyMap<string, ExpectedContact>,
): void {
  const emails = held.map(({ email }) => email.toLowerCase());
  expect(new Set(emails).size, 'no address has two contacts').toBe(emails.length);
  const seen = Object.fromEntries(held.map((contact) => [contact.email.toLowerCase(), comparable(contact)]));
  const right: Record<string, unknown> = Object.fromEntries(
    [...expected]
      .filter(([email, { presence }]) => presence === 'must' || (presence === 'may' && email in seen))
      .map(([email, contact]) => [email, wanted(contact)]),
  );
  for (const email of emails) if (!expected.has(email)) right[email] = NOTHING;
  // Whoever never did more than try to buy is nobody at all: `toEqual` finds them among what was seen.
  expect(seen).toEqual(right);
}
