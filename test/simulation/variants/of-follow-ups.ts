import type { EffectStates } from '../../../lib/core/ledger/effect-state.ts';
import type { FollowUp } from '../../../lib/core/policy/follow-ups/follow-ups.ts';
import type { Entry, Things } from '../../../lib/core/ports/ledger.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import { followUpsIn } from '../follow-up-rules.ts';
import type { Variant } from '../variant.ts';

/** Mistakes about e-mails that go out some time after something happened. */
export const OF_FOLLOW_UPS: readonly Variant[] = [
  {
    name: 'follows-up-at-once',
    syncParts: (parts) => withRules(parts, (rule) => ({ ...rule, after: 0 })),
  },
  {
    name: 'follows-up-what-has-come-to-its-end',
    syncParts: (parts) => withRules(parts, (rule) => ({ ...rule, keep: true })),
  },
  {
    name: 'takes-every-follow-up-for-transactional',
    syncParts: (parts) => withRules(parts, (rule) => withSend(rule, true)),
  },
  {
    name: 'takes-no-follow-up-for-transactional',
    syncParts: (parts) => withRules(parts, (rule) => withSend(rule, false)),
  },
  {
    name: 'forgets-when-somebody-was-mailed',
    syncParts: (parts) => ({
      ...parts,
      contacts: { ...bound(parts.contacts), noteMailed: async () => undefined },
    }),
  },
  {
    name: 'takes-a-rule-with-another-e-mail-for-another-rule',
    syncParts: (parts) => ({ ...parts, things: withTemplates(parts) }),
  },
  {
    name: 'sends-a-follow-up-in-doubt-again',
    syncParts: (parts) => ({
      ...parts,
      things: {
        ...bound(parts.things),
        load: async (refs) => mapped(await parts.things.load(refs), ({ effects }) => withoutOpen(effects)),
        claimEffect: async (thing, effect, { at, contactId }) => {
          await parts.things.markEffect(thing, effect, { state: 'claimed', at, contactId });
          return true;
        },
      },
    }),
  },
  {
    name: 'welcomes-again-when-the-first-order-came-to-nothing',
    syncParts: (parts) => ({
      ...parts,
      things: {
        ...bound(parts.things),
        load: async (refs) => mapped(await parts.things.load(refs), withoutWelcomeOfNothing),
      },
    }),
  },
  {
    name: 'reminds-again-with-each-try-at-the-same-cart',
    syncParts: (parts) => ({
      ...parts,
      things: {
        ...bound(parts.things),
        load: async (refs) => mapped(await parts.things.load(refs), withoutRemindersOfCarts),
      },
    }),
  },
  {
    name: 'goes-on-with-rules-that-are-gone',
    syncParts: (parts) =>
      parts.policy.followUps
        ? { ...parts, policy: { ...parts.policy, ...followUpsIn(0, { isSpaced: false, hasCarts: false }) } }
        : parts,
  },
  {
    name: 'follows-up-orders-older-than-the-rule',
    syncParts: (parts) => ({
      ...parts,
      since: async () => {
        const starts = await parts.since();
        return { get: (store) => starts.get(store) };
      },
    }),
  },
];

function withRules(parts: SyncParts, change: (rule: FollowUp) => FollowUp): SyncParts {
  const { followUps } = parts.policy;
  return followUps ? { ...parts, policy: { ...parts.policy, followUps: followUps.map(change) } } : parts;
}

function withSend(rule: FollowUp, transactional: boolean): FollowUp {
  return rule.send ? { ...rule, send: { ...rule.send, transactional } } : rule;
}

const PREFIX = 'followup:';

/** What is done for a rule is noted under the number of its e-mail. */
function withTemplates({ things, policy }: SyncParts): Things {
  const suffixes = new Map(
    (policy.followUps ?? []).map(({ id, send }) => [`${PREFIX}${id}`, `:${String(send?.template)}`]),
  );
  const stored = (effect: string) => `${effect}${suffixes.get(effect) ?? ''}`;
  const known = (effects: EffectStates): EffectStates =>
    Object.fromEntries(
      Object.entries(effects).flatMap(([name, state]) => {
        if (!name.startsWith(PREFIX)) return [[name, state]];
        const [effect = ''] = /^followup:[^:]*/.exec(name) ?? [];
        return stored(effect) === name ? [[effect, state]] : [];
      }),
    );
  return {
    ...bound(things),
    load: async (refs) => mapped(await things.load(refs), ({ effects }) => known(effects)),
    claimEffect: (thing, effect, claim) => things.claimEffect(thing, stored(effect), claim),
    markEffect: (thing, effect, state) => things.markEffect(thing, stored(effect), state),
  };
}

function withoutOpen(effects: EffectStates): EffectStates {
  return Object.fromEntries(
    Object.entries(effects).filter(
      ([id, { state }]) => !(id.startsWith(PREFIX) && (state === 'claimed' || state === 'doubt')),
    ),
  );
}

function withoutWelcomeOfNothing({ state, effects }: Entry): EffectStates {
  if (state.type !== 'order' || ['processing', 'completed'].includes(state.data?.status ?? ''))
    return effects;
  const { 'followup:welcome': _welcome, ...others } = effects;
  return others;
}

function withoutRemindersOfCarts({ state, effects }: Entry): EffectStates {
  if (state.type !== 'cart') return effects;
  const { 'followup:left': _left, 'followup:still-left': _stillLeft, ...others } = effects;
  return others;
}

function mapped(
  entries: ReadonlyMap<string, Entry>,
  effectsOf: (entry: Entry) => EffectStates,
): ReadonlyMap<string, Entry> {
  return new Map([...entries].map(([name, entry]) => [name, { ...entry, effects: effectsOf(entry) }]));
}

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}
