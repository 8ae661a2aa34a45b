import type { ContactKey } from '../ledger/email.ts';
import { contentHash } from '../ledger/version.ts';
import type { Policy } from '../policy/policy.ts';
import type { Facts } from './facts.ts';
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
  /** There are more. */
  readonly more: boolean;
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
}

/** Most items of a contact that go in one request. */
export const MOST_ITEMS = 50;

/** What of a contact's items has to be sent: the difference between what the ledger says and what the rows say. */
export function planItems(wish: ItemsWish, rows: ItemRows): ItemsPlan {
  const due: DueItem[] = [];
  const unfit = new Set<string>();
  for (const { item, isRetired } of wantedItems(wish, rows)) {
    if (isOutOfReach(item, wish.gaps)) continue;
    const fitted = fittedItem(item, wish.gaps);
    const fingerprint = contentHash(fitted.write);
    // What was taken back is taken back, whoever the contact is by now.
    const contactId = isRetired ? rows.get(item.row)?.contactId : wish.contactId;
    if (!isDue(rows.get(item.row), fingerprint, contactId)) continue;
    if (due.length === MOST_ITEMS) return { due, more: true, unfit: [...unfit] };
    for (const alias of fitted.unfit) unfit.add(alias);
    due.push({ row: item.row, fingerprint, write: fitted.write });
  }
  return { due, more: false, unfit: [...unfit] };
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

function isDue(row: ItemRow | undefined, fingerprint: string, contactId: number | undefined): boolean {
  if (row === undefined || row.contactId !== contactId || row.fingerprint !== fingerprint) return true;
  return row.claimed === true && row.parked === undefined;
}

/** After a replay: what Mautic refused is tried once more. */
export function forgivenRows(rows: ItemRows): ItemRows {
  const forgiven = [...rows].map(([name, { parked, ...row }]): [string, ItemRow] => [
    name,
    parked === undefined ? row : { ...row, claimed: true },
  ]);
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
