import type { EffectStates } from '../../../lib/core/ledger/effect-state.ts';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { FollowUp } from '../../../lib/core/policy/follow-ups/follow-ups.ts';
import type { Entry } from '../../../lib/core/ports/ledger.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import { sourceOf } from '../../support/sources.ts';
import { isOfRule } from '../act-rules.ts';
import type { Variant } from '../variant.ts';
import { ofFeeds } from './of-feeds.ts';

/** Mistakes about follow-ups that do something else than to send e-mails. */
export const OF_ACTS: readonly Variant[] = [
  {
    name: 'knows-no-time-of-day',
    syncParts: (parts) => withRules(parts, ({ at: _at, ...rule }) => rule),
  },
  {
    name: 'takes-the-time-of-day-for-utc',
    syncParts: (parts) => ({ ...parts, zones: new Map() }),
  },
  {
    name: 'asks-no-conditions',
    syncParts: (parts) => withRules(parts, ({ when: _when, ...rule }) => rule),
  },
  {
    name: 'takes-a-condition-for-one-that-never-holds',
    syncParts: (parts) =>
      withRules(parts, (rule) => (rule.when ? { ...rule, when: { orderTotalAbove: '1000000' } } : rule)),
  },
  {
    name: 'puts-who-may-be-in-a-campaign-into-it-again',
    syncParts: (parts) =>
      parts.campaigns
        ? { ...parts, campaigns: { ...parts.campaigns, has: async () => succeeded(false) } }
        : parts,
  },
  {
    name: 'puts-nobody-into-campaigns',
    syncParts: (parts) =>
      parts.campaigns
        ? { ...parts, campaigns: { ...parts.campaigns, add: async () => succeeded(undefined) } }
        : parts,
  },
  {
    name: 'takes-nobody-out-of-campaigns',
    syncParts: (parts) =>
      parts.campaigns
        ? { ...parts, campaigns: { ...parts.campaigns, remove: async () => succeeded(undefined) } }
        : parts,
  },
  {
    name: 'does-not-write-down-what-a-rule-gave',
    syncParts: (parts) => ({
      ...parts,
      things: {
        ...bound(parts.things),
        markEffect: async (thing, effect, state) => {
          if (GIVING.has(effect)) return;
          await parts.things.markEffect(thing, effect, state);
        },
      },
    }),
  },
  {
    name: 'gives-tags-and-segments-at-once',
    syncParts: (parts) =>
      withRules(parts, (rule) => ((rule.tag ?? rule.segment) ? { ...rule, after: 0 } : rule)),
  },
  {
    name: 'leaves-people-in-segments-of-rules',
    syncParts: (parts) =>
      withRules(parts, (rule) => (rule.id === 'out' ? { ...rule, segment: { add: 9 } } : rule)),
  },
  {
    name: 'adds-a-note-of-a-rule-twice',
    syncParts: (parts) => ({
      ...parts,
      notes: {
        add: async (items) =>
          (
            await parts.notes.add(items.flatMap((item) => (isOfRule(item.text) ? [item, item] : [item])))
          ).slice(0, items.length),
        has: (id, marker) => parts.notes.has(id, marker),
      },
    }),
  },
  {
    name: 'does-not-keep-when-accounts-registered',
    recordParts: (parts) => ({ ...parts, sourceOf }),
    reconcileParts: (parts) => ({ ...parts, sourceOf }),
  },
  {
    name: 'greets-an-account-again-when-it-changes',
    syncParts: (parts) => ({
      ...parts,
      things: {
        ...bound(parts.things),
        load: async (refs) => mapped(await parts.things.load(refs), withoutGreetings),
        claimEffect: async (thing, effect, { at, contactId }) => {
          await parts.things.markEffect(thing, effect, { state: 'claimed', at, contactId });
          return true;
        },
      },
    }),
  },
  {
    name: 'takes-an-account-for-a-yes',
    syncParts: (parts) =>
      withRules(parts, (rule) =>
        rule.send ? { ...rule, send: { ...rule.send, transactional: true } } : rule,
      ),
  },
  {
    name: 'follows-up-a-subscription-that-was-taken-back',
    syncParts: (parts) =>
      withRules(parts, (rule) => (isOfSubscription(rule) ? { ...rule, keep: true } : rule)),
  },
  {
    name: 'reminds-of-a-renewal-too-early',
    syncParts: (parts) =>
      withRules(parts, (rule) => (rule.id === 'soon' ? { ...rule, on: { beforeRenewal: 20 * DAY } } : rule)),
  },
  {
    name: 'reminds-of-one-renewal-and-no-other',
    syncParts: (parts) => ({
      ...parts,
      things: {
        ...bound(parts.things),
        load: async (refs) => mapped(await parts.things.load(refs), withEveryRenewal),
      },
    }),
  },
  {
    name: 'takes-a-renewal-for-any-other-order',
    source: (source) =>
      ofFeeds(source, (snapshot) => {
        if (snapshot.type !== 'order') return snapshot;
        const { subscriptionId: _subscriptionId, ...data } = snapshot.data;
        return { ...snapshot, data };
      }),
  },
  {
    name: 'reaches-everybody-at-once',
    syncParts: (parts) => withRules(parts, (rule) => (rule.reach ? { ...rule, reach: ALL_AT_ONCE } : rule)),
  },
  {
    name: 'keeps-no-count-of-who-was-reached-today',
    syncParts: (parts) =>
      withRules(parts, (rule) =>
        rule.reach ? { ...rule, reach: { ...rule.reach, perDay: 2, people: 4 } } : rule,
      ),
  },
  {
    name: 'reaches-nobody-who-bought-before',
    syncParts: (parts) => withRules(parts, ({ reach: _reach, ...rule }) => rule),
  },
  {
    name: 'takes-every-purchase-for-the-last',
    syncParts: (parts) =>
      withRules(parts, (rule) => (rule.reach ? { ...rule, on: { orderTotal: { above: '0' } } } : rule)),
  },
  {
    name: 'knows-no-refunds-in-part',
    syncParts: (parts) =>
      withRules(parts, (rule) => (rule.on === 'refund' ? { ...rule, on: { status: 'refunded' } } : rule)),
  },
  {
    name: 'takes-any-total-for-a-large-one',
    syncParts: (parts) =>
      withRules(parts, (rule) => (isOfTotal(rule) ? { ...rule, on: { orderTotal: { above: '1' } } } : rule)),
  },
  {
    name: 'takes-what-is-done-for-delivered',
    syncParts: (parts) =>
      withRules(parts, (rule) => (rule.on === 'delivered' ? { ...rule, on: { status: 'completed' } } : rule)),
  },
];

const ALL_AT_ONCE = { everybody: true, perDay: 1000, people: 1 } as const;

const DAY = 86_400_000;

function isOfTotal({ on }: FollowUp): boolean {
  return typeof on === 'object' && 'orderTotal' in on;
}

function isOfSubscription({ on }: FollowUp): boolean {
  return typeof on === 'object' && 'subscription' in on;
}

function withoutGreetings({ state, effects }: Entry): EffectStates {
  if (state.type !== 'customer') return effects;
  const { 'followup:hello-mail': _mail, ...others } = effects;
  return others;
}

/** Whoever was reminded once was for every day of the months around it. */
function withEveryRenewal({ state, effects }: Entry): EffectStates {
  if (state.type !== 'subscription') return effects;
  const known = Object.entries(effects).flatMap(([name, effect]) => {
    const [, id = '', day = ''] = /^(.*:soon):([\d-]+)$/.exec(name) ?? [];
    if (day === '') return [];
    const days = Array.from({ length: 120 }, (_none, index) => Date.parse(day) + index * DAY);
    return days.map((at) => [`${id}:${new Date(at).toISOString().slice(0, 10)}`, effect] as const);
  });
  return { ...Object.fromEntries(known), ...effects };
}

function mapped(
  entries: ReadonlyMap<string, Entry>,
  effectsOf: (entry: Entry) => EffectStates,
): ReadonlyMap<string, Entry> {
  return new Map([...entries].map(([name, entry]) => [name, { ...entry, effects: effectsOf(entry) }]));
}

/** What is given for as long as it stands in the ledger. */
const GIVING = new Set(['bought', 'finished', 'into', 'often'].map((id) => `followup:${id}`));

function withRules(parts: SyncParts, change: (rule: FollowUp) => FollowUp): SyncParts {
  const { followUps } = parts.policy;
  return followUps ? { ...parts, policy: { ...parts.policy, followUps: followUps.map(change) } } : parts;
}

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}
