/** What `ingest` logs of a request that it answers 4xx, with `reason`, and `store` where there is one of that name. */
export const REFUSED = 'Refused a request';

/** What it logs of a genuine delivery of a copy of the shop, with `store`, `source` and `configured`. */
export const FOREIGN = 'Dropped a delivery from another source than the configured store';

/** Why a request is answered 4xx. */
export type RefusalReason = 'unknown-store' | 'too-large' | 'bad-signature';
