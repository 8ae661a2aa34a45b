import type { Variant } from './variant.ts';
import { IN_MAUTIC } from './variants/in-mautic.ts';
import { IN_THE_LEDGER } from './variants/in-the-ledger.ts';
import { OF_ACTS } from './variants/of-acts.ts';
import { OF_CARTS } from './variants/of-carts.ts';
import { OF_CONSENT } from './variants/of-consent.ts';
import { OF_COUPONS } from './variants/of-coupons.ts';
import { OF_ERASURES } from './variants/of-erasures.ts';
import { OF_FEEDS } from './variants/of-feeds.ts';
import { OF_FOLLOW_UPS } from './variants/of-follow-ups.ts';
import { OF_GIFTS } from './variants/of-gifts.ts';
import { OF_ITEMS } from './variants/of-items.ts';
import { OF_SUBSCRIPTIONS } from './variants/of-subscriptions.ts';
import { OF_THE_PAST } from './variants/of-the-past.ts';
import { ON_THE_WAY } from './variants/on-the-way.ts';

/** Bridges that are broken on purpose: each has to be found out, or the simulation proves nothing. */
export const VARIANTS: readonly Variant[] = [
  ...ON_THE_WAY,
  ...IN_THE_LEDGER,
  ...IN_MAUTIC,
  ...OF_FEEDS,
  ...OF_THE_PAST,
  ...OF_CONSENT,
  ...OF_ITEMS,
  ...OF_ERASURES,
  ...OF_SUBSCRIPTIONS,
  ...OF_CARTS,
  ...OF_COUPONS,
  ...OF_FOLLOW_UPS,
  ...OF_ACTS,
  ...OF_GIFTS,
];
