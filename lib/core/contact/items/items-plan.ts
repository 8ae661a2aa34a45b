import type { ContactKey } from '../../ledger/email.ts';
import { contentHash } from '../../ledger/version.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Facts } from '../facts/facts.ts';
import { type AttributeValue, type ItemWrite, sendableName, sendableValue } from './item-write.ts';
import { type DesiredItem, itemsOf, orderName, orderOfRow, retiredItem } from './items-desired.ts';

/** What the ledger knows of one item in Mautic. */
export interface ItemRow {
  /** Of what was last sent. */
  readonly fingerprint: string;
  /** The contact in Mautic it was sent for; the row counts for no other. */
  readonly contactId: number;
  /** A request is or was under way, and nobody knows yet what it did. */
  readonly claimed?: boolean;
  /** When that began, epoch ms; absent in a ledger of the version before. */
  readonly claimedAt?: number;
  /** Mautic refuses it as it is; a change, or a replay, tries it again. */
  readonly parked?: string;
  /** How often in a row it alone, as it is, was answered without words; absent: never, or by a version before. */
  readonly serverErrors?: number;
  /** As it is, it is not sent again before, epoch ms. */
  readonly notBefore?: number;
}

/** Rows by name. */
export type ItemRows = ReadonlyMap<string, ItemRow>;

/** What Mautic is known not to have: left out of what is sent. */
export interface ItemGaps {
  /** Objects, by alias or id. */
  readonly objects: ReadonlySet<string>;
  /** Aliases of fields. */
  readonly attributes: ReadonlySet<string>;
}

/** An item to send now. */
export interface DueItem {
  readonly row: string;
  readonly fingerprint: string;
  readonly write: ItemWrite;
}

export interface ItemsPlan {
  /** Those that differ or are claimed, the newest order first, at most as many as were asked for. */
  readonly due: readonly DueItem[];
  /** Each of them failed alone before: it is sent alone again, so that it keeps no other. */
  readonly alone: boolean;
  /** There are more. */
  readonly more: boolean;
  /** When the first of those that wait for their next try may be sent, epoch ms. */
  readonly waitsUntil?: number;
  /** Aliases whose value Mautic cannot hold, of items that are due. */
  readonly unfit: readonly string[];
}

interface ItemsWish {
  /** `undefined`: nothing of this contact is ours any more. */
  readonly facts: Facts | undefined;
  readonly contact: ContactKey;
  readonly contactId: number;
  readonly policy: Policy;
  readonly gaps: ItemGaps;
  /** Epoch ms. */
  readonly now: number;
}

/** Most items of a contact that go in one request. */
export const MOST_ITEMS = 50;

/** What of a contact's items has to be sent: the difference between what the ledger says and what the rows say. */
export function planItems(wish: ItemsWish, rows: ItemRows): ItemsPlan {
  const lists: Lists = { fresh: [], failed: [], waitsUntil: undefined };
  for (const { item, isRetired } of wantedItems(wish, rows)) {
    if (isOutOfReach(item, wish.gaps)) continue;
    const fitted = fittedItem(item, wish.gaps);
    const due = { ...fitted, row: item.row, fingerprint: contentHash(fitted.write) };
    const row = rows.get(item.row);
    // What was taken back is taken back, whoever the contact is by now.
    const contactId = isRetired && row ? row.contactId : wish.contactId;
    sortIn(due, { row, wish: { now: wish.now, contactId }, lists });
    if (lists.fresh.length > MOST_ITEMS) break;
  }
  return planOf(lists);
}

type FittedItem = DueItem & { readonly unfit: readonly string[] };

interface Lists {
  readonly fresh: FittedItem[];
  readonly failed: FittedItem[];
  /** The first moment at which one that waits may be sent, epoch ms. */
  waitsUntil: number | undefined;
}

interface Standing {
  readonly row: ItemRow | undefined;
  readonly wish: Pick<ItemsWish, 'now' | 'contactId'>;
  readonly lists: Lists;
}

function sortIn(item: FittedItem, { row, wish, lists }: Standing): void {
  if (!isDue(row, item.fingerprint, wish.contactId)) return;
  const known = row && sentBefore(row, item.fingerprint, wish.contactId) ? row : undefined;
  if (known?.notBefore !== undefined && known.notBefore > wish.now)
    lists.waitsUntil = Math.min(known.notBefore, lists.waitsUntil ?? known.notBefore);
  else if (known?.serverErrors === undefined) lists.fresh.push(item);
  else if (lists.failed.length <= MOST_ITEMS) lists.failed.push(item);
}

/** What failed alone before comes last, when nothing else is due. */
function planOf({ fresh, failed, waitsUntil }: Lists): ItemsPlan {
  const alone = fresh.length === 0;
  const all = alone ? failed : fresh;
  const due = all.slice(0, MOST_ITEMS);
  return {
    due: due.map(({ unfit: _unfit, ...item }) => item),
    alone,
    more: due.length < all.length || (!alone && failed.length > 0),
    ...(waitsUntil !== undefined && { waitsUntil }),
    unfit: [...new Set(due.flatMap(({ unfit }) => unfit))],
  };
}

interface WantedItem {
  readonly item: DesiredItem;
  readonly isRetired: boolean;
}

/** What the facts give, and what has to be taken back: every row that nothing gives any more. */
function* wantedItems(wish: ItemsWish, rows: ItemRows): Generator<WantedItem> {
  const { facts, policy, contact } = wish;
  const given = new Set<string>();
  for (const item of facts ? itemsOf(facts, { policy, contact }) : []) {
    given.add(item.row);
    yield { item, isRetired: false };
  }
  // An order of ours has fewer lines than it had, or is gone; any other is somebody else's now.
  const own = new Set([...(facts?.orders ?? []), ...(facts?.goneOrders ?? [])].map(orderName));
  for (const row of [...rows.keys()].filter((name) => !given.has(name)).sort()) {
    const status = facts === undefined || own.has(orderOfRow(row)) ? 'deleted' : 'moved';
    const item = retiredItem(row, status, { policy, contact });
    if (item) yield { item, isRetired: true };
  }
}

/** Without its unique field each write would make one more. */
function isOutOfReach({ object, unique }: DesiredItem, gaps: ItemGaps): boolean {
  return gaps.objects.has(String(object)) || gaps.attributes.has(unique);
}

function isDue(row: ItemRow | undefined, fingerprint: string, contactId: number): boolean {
  if (row === undefined || !sentBefore(row, fingerprint, contactId)) return true;
  return row.claimed === true && row.parked === undefined;
}

/** Whether what the row tells is about this very item, for this very contact. */
export function sentBefore(row: ItemRow, fingerprint: string, contactId: number): boolean {
  return row.contactId === contactId && row.fingerprint === fingerprint;
}

/** After a replay: what Mautic refused is tried once more, and what waited need not wait. */
export function forgivenRows(rows: ItemRows): ItemRows {
  const forgiven = [...rows].map(
    ([name, { parked, serverErrors: _errors, notBefore: _moment, ...row }]): [string, ItemRow] => [
      name,
      parked === undefined ? row : { ...row, claimed: true },
    ],
  );
  return new Map(forgiven);
}

/** Without what Mautic does not have, and without what it would break on. */
function fittedItem(
  { row: _row, unique: _unique, ...item }: DesiredItem,
  gaps: ItemGaps,
): { readonly write: ItemWrite; readonly unfit: readonly string[] } {
  const known = Object.entries(item.attributes).filter(([alias]) => !gaps.attributes.has(alias));
  const unfit = known.filter(([, value]) => sendableValue(value) === undefined).map(([alias]) => alias);
  const attributes: Record<string, AttributeValue> = Object.fromEntries(
    known.filter(([alias]) => !unfit.includes(alias)),
  );
  return { write: { ...item, name: sendableName(item.name) ?? '-', attributes }, unfit };
}
