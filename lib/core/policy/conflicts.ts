import type { Carts } from './carts.ts';
import type { Consent, ContactRules } from './consent.ts';
import type { FollowUp } from './follow-ups/follow-ups.ts';
import type { FieldMap } from './map.ts';
import type { Subscriptions } from './subscriptions.ts';

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
  readonly subscriptions?: Subscriptions;
  readonly followUps?: readonly FollowUp[];
}

/** What of a policy contradicts something else of it, one sentence each. */
export function conflictsIn(policy: Decided): readonly Conflict[] {
  return [
    ...conflictsOfAliases(policy),
    ...conflictsOfConsent(policy),
    ...conflictsOfCarts(policy),
    ...conflictsOfFollowUps(policy),
  ];
}

/** A value of a key of the policy, and the field it goes to. */
interface Claim {
  readonly key: 'consent' | 'map' | 'carts' | 'subscriptions';
  readonly place: string;
  readonly alias: string;
}

/** Two values cannot stand in one field. */
function conflictsOfAliases(policy: Decided): readonly Conflict[] {
  const filled = new Map(ownFields(policy));
  return claimsOf(policy).flatMap(({ key, place, alias }) => {
    const taken = filled.get(alias);
    if (taken === undefined) filled.set(alias, place);
    const message = `must not write ${place} into ${alias}, which policy.${String(taken)} fills already: choose another alias`;
    return taken === undefined ? [] : [{ key, message }];
  });
}

/** Alias → what of the policy fills it anyway. */
function ownFields(policy: Decided): readonly (readonly [string, string])[] {
  const own = Object.entries(policy.aliases).flatMap(([name, alias]) =>
    alias === false ? [] : [[alias, `aliases.${name}`] as const],
  );
  const identity = (['company', 'address2'] as const).filter((name) => policy[name]);
  return [...own, ...identity.map((name) => [name, name] as const)];
}

function claimsOf({ consent, map = {}, carts, subscriptions }: Decided): readonly Claim[] {
  const named = (key: Claim['key'], aliases: Readonly<Record<string, string | false>> = {}) =>
    Object.entries(aliases).flatMap(([name, alias]): Claim[] =>
      alias === false ? [] : [{ key, place: `${key}.aliases.${name}`, alias }],
    );
  return [
    ...(consent?.alias === undefined
      ? []
      : [{ key: 'consent', place: 'consent.alias', alias: consent.alias } as const]),
    ...named('carts', carts?.aliases),
    ...named('subscriptions', subscriptions?.aliases),
    ...Object.entries(map).map(([source, alias]): Claim => ({ key: 'map', place: `map.${source}`, alias })),
  ];
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

function conflictsOfFollowUps(policy: Decided): readonly Conflict[] {
  const { followUps = [] } = policy;
  return followUps.flatMap((rule) => [
    ...conflictsOfCartRule(rule, policy),
    ...conflictsOfGift(rule, policy),
  ]);
}

function conflictsOfCartRule({ id, on, after }: FollowUp, { carts }: Decided): readonly Conflict[] {
  if (on !== 'cart') return [];
  if (!carts)
    return [ofFollowUps(`must not begin ${id} with a cart while policy.carts says nothing of them`)];
  if (after < carts.forget) return [];
  return [ofFollowUps(`must not let ${id} come after carts are forgotten: raise policy.carts.forget`)];
}

/** Who is in a segment or has a tag by another rule would lose it by that rule, or keep it against this one. */
function conflictsOfGift({ id, segment, tag }: FollowUp, policy: Decided): readonly Conflict[] {
  const { segments, consent, carts } = policy;
  const named = segment && ('add' in segment ? segment.add : segment.remove);
  const taken = [
    ...segments.map((rule) => rule.segment),
    consent?.segment,
    carts?.segment,
    carts?.recovered?.segment,
  ];
  const conflicts: Conflict[] = [];
  if (named !== undefined && taken.includes(named))
    conflicts.push(ofFollowUps(`must not let ${id} use segment ${String(named)}, which another rule fills`));
  if (tag !== undefined && [carts?.tag, carts?.recovered?.tag].includes(tag))
    conflicts.push(ofFollowUps(`must not let ${id} give the tag ${tag}, which policy.carts gives and takes`));
  return conflicts;
}

function ofFollowUps(message: string): Conflict {
  return { key: 'followUps', message };
}
