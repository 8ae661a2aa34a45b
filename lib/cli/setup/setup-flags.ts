import type { PlaceFlags } from '../place/place.ts';

/** What somebody typed after `setup`. No secret is among it. */
export interface SetupFlags extends PlaceFlags {
  readonly yes?: boolean;
  readonly storeId?: string;
  readonly storeKind?: string;
  readonly storeUrl?: string;
  readonly currency?: string;
  readonly mauticUrl?: string;
  readonly alarmEmail?: string;
  /** Take what is not configured yet and leave the rest; with it credentials that are there are asked for again. */
  readonly renew?: boolean;
  readonly secretsStdin?: boolean;
  readonly callbackUrl?: string;
  readonly callbackPort?: number;
}
