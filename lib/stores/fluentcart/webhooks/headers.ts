import type { HeaderNames } from '../../../core/stores/source.ts';

/** Where a delivery says what it is; the first two are headers that the feed was given (facts/fluentcart A1). */
export const HEADERS = {
  signature: 'x-bridge-secret',
  topic: 'x-fluentcart-event',
  source: 'user-agent',
  contentType: 'content-type',
} as const satisfies HeaderNames;
