import type { Failure } from '../../core/ledger/failure.ts';
import type { StoreQuestion } from '../../core/stores/store-api.ts';
import type { Visit } from './visit.ts';

/** What one thing on a page can do to the whole of it: a fatal error, a time-out, more than fits, half an answer. */
const SPOILED: ReadonlySet<string> = new Set([
  'server-error',
  'gateway',
  'timeout',
  'too-large',
  'connection-lost',
  'not-woocommerce',
  'not-fluentcart',
]);
/** The store, or what stands before it, takes no calls at all for now. */
const AWAY: ReadonlySet<string> = new Set([
  'rate-limited',
  'unavailable',
  'unreachable',
  'dns',
  'tls',
  'redirected',
]);
/** No shop has so many of anything: a page without things, which none of them can spoil (recording `orders-beyond-last`). */
const BEYOND = 100_000;

/** Whether something that was asked for may be at fault, and not the store. */
export function mayBeOneThing({ code }: Failure): boolean {
  return SPOILED.has(code);
}

/** Whether asking for anything else would be in vain. */
export function isAway({ code }: Failure): boolean {
  return AWAY.has(code);
}

/** The store's clock, epoch ms, if it answers questions of this kind at all. */
export async function clockOf(
  { api }: Visit,
  { kind }: Pick<StoreQuestion, 'kind'>,
): Promise<number | undefined> {
  const answer = await api.list({ kind, page: BEYOND, perPage: 1, outline: true });
  return answer.ok ? answer.value.now : undefined;
}
