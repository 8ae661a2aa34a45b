import type { Carts } from './carts.ts';
import type { Consent, ContactRules } from './consent.ts';

/** Two decisions that cannot both hold. */
interface Conflict {
  readonly key: keyof Decided;
  /** In a sentence that says what to do. */
  readonly message: string;
}

interface Decided {
  readonly aliases: Readonly<Record<string, string | false>>;
  readonly segments: readonly { readonly segment: number }[];
  readonly consent?: Consent;
  readonly contacts?: ContactRules;
  readonly carts?: Carts;
}

/** What of a policy contradicts something else of it, one sentence each. */
export function conflictsIn(decided: Decided): readonly Conflict[] {
  const { aliases, segments, consent, contacts } = decided;
  const conflicts: Conflict[] = [...conflictsOfCarts(decided)];
  if (consent?.alias !== undefined && Object.values(aliases).includes(consent.alias))
    conflicts.push({
      key: 'consent',
      message: `must not write its answer into ${consent.alias}, which policy.aliases fills already: choose another alias`,
    });
  if (segments.some(({ segment }) => segment === consent?.segment))
    conflicts.push({
      key: 'consent',
      message:
        'must have a segment of its own: one that policy.segments names too would hold people who never said yes',
    });
  if (contacts?.declined === false && consent === undefined)
    conflicts.push({
      key: 'contacts',
      message: 'must not leave out who declined while policy.consent names no checkout field that says so',
    });
  return conflicts;
}

function conflictsOfCarts({ aliases, consent, carts }: Decided): readonly Conflict[] {
  if (!carts) return [];
  const conflicts: Conflict[] = [];
  const taken = new Set([...Object.values(aliases), consent?.alias].filter((alias) => alias !== false));
  const shared = Object.values(carts.aliases).find((alias) => alias !== false && taken.has(alias));
  if (shared)
    conflicts.push({
      key: 'carts',
      message: `must not write into ${shared}, which another key of the policy fills already: choose another alias`,
    });
  const own = [carts.segment, carts.recovered?.segment].filter((segment) => segment !== undefined);
  if (own.some((segment) => segment === consent?.segment))
    conflicts.push({
      key: 'carts',
      message:
        'must have segments of its own: in the one of policy.consent it would hold people who never said yes',
    });
  if (carts.consent === 'required' && consent === undefined)
    conflicts.push({
      key: 'carts',
      message:
        "must know who said yes: name the checkout field in policy.consent, or say consent: 'not-required' if the law lets you remind people without it",
    });
  return conflicts;
}
