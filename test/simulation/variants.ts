import type { Variant } from './variant.ts';
import { IN_MAUTIC } from './variants/in-mautic.ts';
import { IN_THE_LEDGER } from './variants/in-the-ledger.ts';
import { OF_CONSENT } from './variants/of-consent.ts';
import { OF_FEEDS } from './variants/of-feeds.ts';

<<<<<<< HEAD

import { OF_THE_PAST } from './variants/of-the-past.ts';

=======

import { OF_ITEMS } from './variants/of-items.ts';

>>>>>>> c791f5e1b4256186017c0724b3db89dd3d4a5eb7

import { ON_THE_WAY } from './variants/on-the-way.ts';

/** Bridges that are broken on purpose: each has to be found out, or the simulation proves nothing. */
export const VARIANTS: readonly Variant[] = [
  ...ON_THE_WAY,
  ...IN_THE_LEDGER,
  ...IN_MAUTIC,
  ...OF_FEEDS,
<<<<<<< HEAD
  ...OF_THE_PAST,
=======
  ...OF_CONSENT,
  ...OF_ITEMS,
>>>>>>> c791f5e1b4256186017c0724b3db89dd3d4a5eb7
];
