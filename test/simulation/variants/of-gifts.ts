import type { EffectState, EffectStates } from '../../../lib/core/ledger/effect-state.ts';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { FollowUp } from '../../../lib/core/policy/follow-ups/follow-ups.ts';
import type { Things } from '../../../lib/core/ports/ledger.ts';
import type { StoreApi } from '../../../lib/core/stores/store-api.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import type { Variant } from '../variant.ts';

/** Mistakes about the coupons that follow-ups bring. */
export const OF_GIFTS: readonly Variant[] = [
  {
    name: 'writes-a-gift-down-once-it-is-made',
    syncParts: (parts) =>
      withThings(parts, (things) => ({
        claimEffect: async (thing, effect, claim) =>
          isGift(effect) || things.claimEffect(thing, effect, claim),
        markEffect: async (thing, effect, state) => {
          if (isGift(effect) && state?.state !== 'done') return;
          await things.markEffect(thing, effect, state);
        },
      })),
  },
  {
    name: 'draws-another-code-for-a-gift-in-doubt',
    syncParts: (parts) =>
      withGifts(parts, ({ code: _code, expiresAt: _expiresAt, ...known }) =>
        known.state === 'done' ? undefined : known,
      ),
  },
  {
    name: 'mails-the-gift-of-somebody-else',
    syncParts: (parts) => ({ ...parts, emails: { ...parts.emails, send: withCodeBefore(parts.emails) } }),
  },
  {
    name: 'mails-without-the-gift',
    syncParts: (parts) => withRules(parts, ({ coupon: _coupon, ...rule }) => rule),
  },
  {
    name: 'makes-a-gift-for-every-order',
    syncParts: (parts) => withGifts(parts, (known) => ({ ...known, at: 0 })),
  },
  {
    name: 'makes-gifts-before-they-are-due',
    syncParts: (parts) => withRules(parts, (rule) => (rule.coupon ? { ...rule, after: 0 } : rule)),
  },
  {
    name: 'makes-gifts-for-what-is-worth-little',
    syncParts: (parts) =>
      withRules(parts, (rule) => {
        const { minTotal: _minTotal, ...coupon } = rule.coupon ?? { percent: 0, days: 0 };
        return rule.coupon ? { ...rule, coupon } : rule;
      }),
  },
  {
    name: 'makes-gifts-for-who-never-agreed',
    syncParts: (parts) =>
      withRules(parts, (rule) =>
        rule.coupon && rule.send ? { ...rule, send: { ...rule.send, transactional: true } } : rule,
      ),
  },
  {
    name: 'mails-a-gift-that-a-plugin-has-changed',
    storeApi: (api) => withCoupons(api),
  },
  {
    name: 'takes-any-coupon-for-the-one-that-is-named',
    syncParts: (parts) =>
      withRules(parts, (rule) => (rule.id === 'used-house' ? { ...rule, on: 'coupon' } : rule)),
  },
  {
    name: 'takes-every-order-for-one-with-a-coupon',
    syncParts: (parts) =>
      withRules(parts, (rule) =>
        rule.on === 'coupon' ? { ...rule, on: { orderTotal: { above: '0' } } } : rule,
      ),
  },
  {
    name: 'knows-a-code-in-one-spelling-only',
    syncParts: (parts) =>
      withRules(parts, (rule) => (rule.id === 'used-house' ? { ...rule, on: { coupon: 'House 5' } } : rule)),
  },
  {
    name: 'makes-no-gifts',
    syncParts: (parts) => withRules(parts, (rule) => (rule.coupon ? { ...rule, store: 'nowhere' } : rule)),
  },
];

type Emails = SyncParts['emails'];

/** Who is mailed gets the code that was mailed before. */
function withCodeBefore(emails: Emails): Emails['send'] {
  let before: string | undefined;
  return (email) => {
    const code = email.tokens['coupon_code'];
    if (code === undefined) return emails.send(email);
    const tokens = { ...email.tokens, coupon_code: before ?? code };
    before = code;
    return emails.send({ ...email, tokens });
  };
}

function withCoupons(api: StoreApi): StoreApi {
  const { coupons } = api;
  if (!coupons) return api;
  return {
    ...api,
    coupons: {
      ...coupons,
      make: async (wanted) => {
        const made = await coupons.make(wanted);
        const { code, percent, expiresAt } = wanted;
        return made.ok ? succeeded({ ...made.value, code, percent, expiresAt }) : made;
      },
    },
  };
}

function isGift(effect: string): boolean {
  return effect.startsWith('coupon:gift');
}

function withRules(parts: SyncParts, change: (rule: FollowUp) => FollowUp): SyncParts {
  const { followUps } = parts.policy;
  return followUps ? { ...parts, policy: { ...parts.policy, followUps: followUps.map(change) } } : parts;
}

function withThings(parts: SyncParts, change: (things: Things) => Partial<Things>): SyncParts {
  return { ...parts, things: { ...bound(parts.things), ...change(parts.things) } };
}

/** Sees what is known of gifts as something else; `undefined`: as it is. */
function withGifts(parts: SyncParts, change: (known: EffectState) => EffectState | undefined): SyncParts {
  const seen = (effects: EffectStates): EffectStates =>
    Object.fromEntries(
      Object.entries(effects).map(([id, known]) => [id, (isGift(id) ? change(known) : known) ?? known]),
    );
  return withThings(parts, (things) => ({
    load: async (refs) =>
      new Map(
        [...(await things.load(refs))].map(([name, entry]) => [
          name,
          { ...entry, effects: seen(entry.effects) },
        ]),
      ),
  }));
}

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}
