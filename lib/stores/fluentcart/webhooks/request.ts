import type { HeaderNames, WebhookRequest } from '../../../core/stores/source.ts';

/** `WordPress/7.0.4; http://127.0.0.1:8060`: the store's home (recording 001). */
const HOME = /^WordPress\/[^;]*;\s*(\S+)/i;

/**
 * What a request says about itself where no header says it as it is: the event may stand in the query of the feed's URL
 * instead of in a header, and the store's address in the User-Agent. `undefined`: the header says it.
 */
export function tell({ headers, query = {} }: WebhookRequest, name: keyof HeaderNames): string | undefined {
  if (name === 'source') return HOME.exec(headers['user-agent'] ?? '')?.[1] ?? '';
  if (name === 'topic') return headers['x-fluentcart-event'] || (query['event'] ?? '');
  return undefined;
}
