import type { EffectStates } from '../../../lib/core/ledger/effect-state.ts';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { Things } from '../../../lib/core/ports/ledger.ts';
import type { NewCoupon, StoreCoupons } from '../../../lib/core/stores/coupons.ts';
import type { StoreApi } from '../../../lib/core/stores/store-api.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import type { Variant } from '../variant.ts';

const DAY = 86_400_000;
const COUPON_ID = 'coupon:cart';

/** Mistakes about the coupons of what people leave behind. */
export const OF_COUPONS: readonly Variant[] = [
  {
    name: 'draws-another-code-when-an-answer-was-lost',
    syncParts: (parts) =>
      withEffects(parts, ({ code: _code, expiresAt: _expiresAt, ...known }) =>
        known.state === 'done' ? undefined : known,
      ),
  },
  {
    name: 'takes-a-coupon-in-doubt-for-made',
    storeApi: (api) =>
      withCoupons(api, (coupons) => ({
        make: async (coupon) => {
          const made = await coupons.make(coupon);
          return made.ok ? made : succeeded(asAsked(coupon));
        },
      })),
  },
  {
    name: 'believes-the-expiry-that-it-asked-for',
    storeApi: (api) =>
      withCoupons(api, (coupons) => ({
        make: async (coupon) => {
          const made = await coupons.make({ ...coupon, expiresAt: coupon.expiresAt + 365 * DAY });
          return made.ok ? succeeded({ ...made.value, expiresAt: coupon.expiresAt }) : made;
        },
      })),
  },
  {
    name: 'gives-a-coupon-that-a-plugin-has-changed',
    storeApi: (api) =>
      withCoupons(api, (coupons) => ({
        make: async (coupon) => {
          const made = await coupons.make(coupon);
          return made.ok ? succeeded(asAsked(coupon)) : made;
        },
      })),
  },
  {
    name: 'gives-a-coupon-again-as-often-as-somebody-leaves-something',
    syncParts: (parts) => withEffects(parts, (known) => ({ ...known, at: 0 })),
  },
  {
    name: 'leaves-the-code-of-a-coupon',
    contacts: (mautic) => ({
      ...mautic,
      edit: (items) =>
        mautic.edit(
          items.map((item) => ({
            ...item,
            fields: Object.fromEntries(
              Object.entries(item.fields).filter(
                ([alias, value]) => value !== null || !alias.endsWith('_coupon_code'),
              ),
            ),
          })),
        ),
    }),
  },
  {
    name: 'leaves-expired-coupons-in-the-shop',
    reconcileParts: (parts) => ({ ...parts, coupons: false }),
  },
  {
    name: 'deletes-coupons-of-the-shop',
    storeApi: (api) =>
      withCoupons(api, (coupons) => ({
        page: async (page) => {
          const shown = await coupons.page(page);
          if (!shown.ok) return shown;
          const all = shown.value.coupons.map((coupon) => ({ ...coupon, isOurs: true }));
          return succeeded({ ...shown.value, coupons: all });
        },
      })),
  },
];

function withCoupons(api: StoreApi, change: (coupons: StoreCoupons) => Partial<StoreCoupons>): StoreApi {
  const { coupons } = api;
  return coupons ? { ...api, coupons: { ...coupons, ...change(coupons) } } : api;
}

/** As if the shop had answered that it is what was asked for. */
function asAsked({ code, percent, expiresAt }: NewCoupon) {
  return { id: '0', code, percent, expiresAt, used: 0, isOurs: true };
}

type Effect = EffectStates[string];

/** Sees what is known of a coupon as something else; `undefined`: as it is. */
function withEffects(parts: SyncParts, change: (known: Effect) => Effect | undefined): SyncParts {
  const { things } = parts;
  const load: Things['load'] = async (refs) => {
    const entries = await things.load(refs);
    return new Map(
      [...entries].map(([name, entry]) => {
        const known = entry.effects[COUPON_ID];
        if (!known) return [name, entry];
        return [name, { ...entry, effects: { ...entry.effects, [COUPON_ID]: change(known) ?? known } }];
      }),
    );
  };
  return { ...parts, things: { ...bound(things), load } };
}

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}
