import type { ContactKey } from '../email.ts';
import type { Version } from '../version.ts';

/** An order with which somebody tried to buy a cart. */
export interface CartTry {
  /** When it was made, epoch ms. */
  readonly at: number;
  /** Its id in the store. */
  readonly order: string;
  /** Its least version under this address: who fails may correct the address and go on with the same order. */
  readonly since: Version;
}

/** Whose a try is of which nobody may be named: its person was erased, or the address is none. */
const NOBODYS = 'nobody';

/** The newest try at a cart of each contact, by its key; sorted. Those of whom nobody may be named are one. */
export type CartTries = Readonly<Record<string, CartTry>>;

/** Whether one is newer than another: made later, of one moment under the higher number, of one order changed later. */
export function isLaterTry(one: CartTry, other: CartTry): boolean {
  if (one.at !== other.at) return one.at > other.at;
  return one.order === other.order ? one.since > other.since : isHigher(one.order, other.order);
}

/** Ids are numbers in every store known so far. */
function isHigher(one: string, other: string): boolean {
  const difference = Number(one) - Number(other);
  return Number.isFinite(difference) && difference !== 0 ? difference > 0 : one > other;
}

/** The same with one more: of each contact the newest order, and of that the least version. In any order the same. */
export function withTry(
  tries: CartTries | undefined,
  contact: ContactKey | undefined,
  tried: CartTry,
): CartTries {
  const key = contact ?? NOBODYS;
  const known = tries && Object.hasOwn(tries, key) ? tries[key] : undefined;
  const isOfSame = known?.order === tried.order && known.at === tried.at;
  const isNews = !known || (isOfSame ? tried.since < known.since : isLaterTry(tried, known));
  if (tries && !isNews) return tries;
  const all = Object.entries({ ...tries, [key]: tried });
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The newest try under another address than this contact's, or under none. */
export function newestTryBut(
  tries: CartTries | undefined,
  contact: ContactKey | undefined,
): CartTry | undefined {
  return Object.entries(tries ?? {})
    .filter(([key]) => key !== contact)
    .map(([, tried]) => tried)
    .reduce<CartTry | undefined>(
      (newest, tried) => (newest && !isLaterTry(tried, newest) ? newest : tried),
      undefined,
    );
}

/** The same without whose it was: that somebody tried it stays known, so that the address before is not taken for right. */
export function withoutTriesOf(tries: CartTries, contact: ContactKey): CartTries {
  const { [contact]: erased, ...others } = tries;
  return erased ? withTry(others, undefined, erased) : tries;
}
