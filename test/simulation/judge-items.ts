import { isGone } from '../../lib/core/ledger/fold/order.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import { FEED_STORE } from './feed-shop.ts';
import type { Row } from './mautic-contacts.ts';
import type { LedgerOrder, Rest, Verdict } from './rest.ts';
import { statusNow } from './truth.ts';

/** What an item says of an order that counts for this contact no longer. */
export const RETIRED: ReadonlySet<unknown> = new Set<unknown>(['moved', 'deleted']);

/** Of each order of the contact one item and one for each line, right and linked; none of another order tells anything. */
export function judgeItems(rest: Rest, verdict: Verdict, row: Row): void {
  const key = keyOf(rest, row);
  const items = key === undefined || !rest.policy.customObjects ? undefined : wantedItems(rest, key);
  if (items === undefined) return;
  for (const item of items.values()) judgeItem(rest, verdict, { row, item });
  for (const { values } of rest.mautic.items.all()) {
    const unique = String(values['orderkey'] ?? values['linekey']);
    if (unique.endsWith(`/${key ?? ''}`) && !items.has(unique) && !RETIRED.has(values['status']))
      verdict.wrong.push(`item ${unique} of ${row.email} tells of an order that is gone`);
  }
}

interface WantedItem {
  readonly object: string;
  readonly key: string;
  readonly status: string;
  /** Whether it has to be there says what is known of another order. */
  readonly isPart: boolean;
}

function judgeItem(
  rest: Rest,
  verdict: Verdict,
  { row, item }: { readonly row: Row; readonly item: WantedItem },
): void {
  const { mautic } = rest;
  const held = mautic.items.get(item.object, item.key);
  const says = String(held?.values['status']);
  if (item.isPart) return;
  if (!held?.contacts.has(row.id)) verdict.lost.push(`item ${item.key} of ${row.email}`);
  else if (says !== item.status)
    verdict.wrong.push(`item ${item.key} says ${says} instead of ${item.status}`);
}

/** By key; `undefined` while something of an order cannot be known. */
function wantedItems(rest: Rest, key: string): ReadonlyMap<string, WantedItem> | undefined {
  const wanted = new Map<string, WantedItem>();
  for (const [id, order] of rest.ledger) {
    if (order.state.contact !== key || isGone(order.state)) continue;
    // What was bought in one go has one item: a part of this buyer's order none, of another's one of its own.
    const isPart = order.state.data?.parentId !== undefined;
    const status = rest.told ? order.state.data?.status : statusNow(rest, id);
    if (status === undefined || (rest.early && rest.histories.get(id)?.unshown)) return undefined;
    for (const item of itemsOf(id, order, key)) wanted.set(item.key, { ...item, status, isPart });
  }
  return wanted;
}

/** Only of a contact that stands where the bridge knows it to be. */
function keyOf({ profiles }: Rest, { id, email }: Row): string | undefined {
  const [key] =
    Object.entries(profiles).find(
      ([, profile]) => profile.email === email && profile.mauticId === id && profile.removedAt === undefined,
    ) ?? [];
  return key;
}

function itemsOf(id: number, { state }: LedgerOrder, key: string) {
  const order = id < FEED_IDS ? `demo/${String(id)}` : `${FEED_STORE}/${String(id - FEED_IDS)}`;
  const lines = state.data?.lines ?? [];
  return [
    { object: 'orders', key: `${order}/${key}` },
    ...lines.map((_line, index) => ({ object: 'orderlines', key: `${order}/${String(index + 1)}/${key}` })),
  ];
}
