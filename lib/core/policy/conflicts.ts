import type { Carts } from './carts.ts';
import type { Consent, ContactRules } from './consent.ts';
import type { FieldMap } from './map.ts';

/** Two decisions that cannot both hold. */
interface Conflict {
  readonly key: keyof Decided;
  /** In a sentence that says what to do. */
  readonly message: string;
}

interface Decided {
  readonly aliases: Readonly<Record<string, string | false>>;
  readonly segments: readonly { readonly segment: number }[];
  readonly company: boolean;
  readonly address2: boolean;
  readonly consent?: Consent;
  readonly contacts?: ContactRules;
  readonly map?: FieldMap;
  readonly carts?: Carts;
}

/** What of a policy contradicts something else of it, one sentence each. */
export function conflictsIn(policy: Decided): readonly Conflict[] {
  return [...conflictsOfAliases(policy), ...conflictsOfConsent(policy), ...conflictsOfCarts(policy)];
}

/** Two values cannot stand in one field. */
function conflictsOfAliases({ aliases, consent, map = {}, carts, ...policy }: Decided): readonly Conflict[] {
  const filled = new Map<string, string>();
  for (const [name, alias] of Object.entries(aliases))
    if (alias !== false) filled.set(alias, `aliases.${name}`);
  for (const name of ['company', 'address2'] as const) if (policy[name]) filled.set(name, name);
  const conflicts: Conflict[] = [];
  const claim = (key: 'consent' | 'map' | 'carts', place: string, alias: string) => {
    const taken = filled.get(alias);
    if (taken === undefined) filled.set(alias, place);
    else
      conflicts.push({
        key,
        message: `must not write ${place} into ${alias}, which policy.${taken} fills already: choose another alias`,
      });
  };
  if (consent?.alias !== undefined) claim('consent', 'consent.alias', consent.alias);
  for (const [name, alias] of Object.entries(carts?.aliases ?? {}))
    if (alias !== false) claim('carts', `carts.aliases.${name}`, alias);
  for (const [source, alias] of Object.entries(map)) claim('map', `map.${source}`, alias);
  return conflicts;
}

function conflictsOfConsent({ segments, consent, contacts }: Decided): readonly Conflict[] {
  const conflicts: Conflict[] = [];
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

function conflictsOfCarts({ consent, carts }: Decided): readonly Conflict[] {
  if (!carts) return [];
  const conflicts: Conflict[] = [];
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
