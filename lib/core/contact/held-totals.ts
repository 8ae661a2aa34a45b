import { isZero } from '../ledger/money.ts';
import type { Policy } from '../policy/policy.ts';
import type { Written } from './contact.ts';
import { totalAliases } from './desired.ts';

/** Totals of the policy that the bridge has never written for this contact, and of which it does not know what they hold. */
export function unseenTotals(policy: Policy, { fields, kept = [] }: Written): readonly string[] {
  return totalAliases(policy).filter((alias) => !(alias in fields) && !kept.includes(alias));
}

/** `written`, with those of the aliases noted in which Mautic holds something: NULL and zero are nothing. */
export function withHeldTotals(
  written: Written,
  aliases: readonly string[],
  held: Readonly<Record<string, unknown>>,
): Written {
  const kept = aliases.filter((alias) => isSomething(held[alias]));
  return kept.length === 0 ? written : { ...written, kept: [...(written.kept ?? []), ...kept].sort() };
}

/** The totals that were left alone are the bridge's now, or have to be looked at again. */
export function withoutKept({ kept: _kept, ...written }: Written): Written {
  return written;
}

/** Whether a total that was left alone holds nothing any more: somebody emptied it, or it is another contact. */
export function isKeptGone({ kept = [] }: Written, held: Readonly<Record<string, unknown>>): boolean {
  return kept.some((alias) => alias in held && !isSomething(held[alias]));
}

/** A field that somebody made as text may hold anything; whatever is no zero is a past. */
function isSomething(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return false;
  if (typeof value === 'number') return value !== 0;
  return !(typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) && isZero(value));
}
