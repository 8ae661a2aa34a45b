import type { OrderLine, Snapshot } from '../snapshot.ts';
import { canonicalJson, delayOf, isOfOneDate, isSettledReading } from '../version.ts';
import { belongingOf, type OrderState } from './order.ts';

type Seen = Extract<Snapshot, { type: 'order' }>;

/**
 * A reading with what the store has forgotten since: erasing a product takes its id and SKU out of the lines of past
 * orders (recording 0146), without moving a date. They are kept from what is known of the same date.
 */
export function remembering(seen: Seen, { version, data }: OrderState): Seen {
  if (!version || !data || !isOfOneDate(seen.version, version)) return seen;
  const lines = withProducts(seen.data.lines, data.lines);
  return lines === undefined ? seen : { ...seen, data: { ...seen.data, lines } };
}

/**
 * Whether a webhook and a reading of the same date say different things, one of them known, the other just seen. Which
 * of them is the newer one nobody can tell but the store (facts/woocommerce §1.16), so it has to be asked again.
 */
export function isDisputed(seen: Seen, { version, data, ...known }: OrderState): boolean {
  if (!version || !data || !isOfOneDate(seen.version, version)) return false;
  if (isSettledReading(seen.version) === isSettledReading(version)) return false;
  const { contact, email, refused } = known;
  const whose = refused === undefined ? { contact, email } : { refused };
  const lines = withProducts(seen.data.lines, data.lines) ?? seen.data.lines;
  const said = { data: { ...seen.data, lines }, whose: belongingOf(seen.address) };
  return canonicalJson(said) !== canonicalJson({ data, whose });
}

/** Readings by date begin an hour before the store was connected. */
const READ_BACK_MS = 3_600_000;

/**
 * Whether a webhook tells of an order that no reading by date may ever come to: it is older than the connection, and
 * its edit moved no date.
 */
export function isBeyondReadings({ version }: Seen): boolean {
  return (delayOf(version) ?? 0) > READ_BACK_MS;
}

/** The lines with the products that the known ones of the same name had; `undefined`: nothing is to be added. */
function withProducts(
  lines: readonly OrderLine[],
  known: readonly OrderLine[],
): readonly OrderLine[] | undefined {
  if (!lines.some(isWithoutProduct)) return undefined;
  const kept = new Set(lines.filter((line) => !isWithoutProduct(line)).map(productOf));
  const lost = known.filter((line) => !isWithoutProduct(line) && !kept.has(productOf(line)));
  if (lost.length === 0) return undefined;
  return lines.map((line) => {
    const place = isWithoutProduct(line) ? lost.findIndex(({ name }) => name === line.name) : -1;
    const [found] = place < 0 ? [] : lost.splice(place, 1);
    return found ? { ...line, productId: found.productId, sku: found.sku } : line;
  });
}

function isWithoutProduct({ productId, sku }: OrderLine): boolean {
  return productId === '0' && sku === '';
}

function productOf({ productId, sku }: OrderLine): string {
  return `${productId}/${sku}`;
}
