import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';

const FOLDERS = ['carts', 'unpaid'] as const;

const Recording = v.object({
  receivedAt: v.string(),
  headers: v.record(v.string(), v.string()),
  body: v.string(),
});

/** A delivery of a shop with a companion, or of one that has none. */
export interface CartRecording {
  /** Its number, as in "0049". */
  readonly number: string;
  readonly topic: string;
  readonly receivedAt: string;
  readonly body: string;
}

type Folder = (typeof FOLDERS)[number];

const read = new Map<Folder, readonly CartRecording[]>();

/**
 * Deliveries about carts and unpaid orders that a running WooCommerce sent, in the order they came. They were recorded
 * with a companion that was only made to see whether it can be done; its names are replaced by ours.
 */
export function cartRecordings(folder: Folder = 'carts'): readonly CartRecording[] {
  const recordings = read.get(folder) ?? readAll(folder);
  read.set(folder, recordings);
  return recordings;
}

function readAll(folder: Folder): readonly CartRecording[] {
  const directory = new URL(`../fixtures/woocommerce/${folder}/`, import.meta.url);
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => {
    const { receivedAt, headers, body } = v.parse(
      Recording,
      JSON.parse(readFileSync(new URL(file, directory), 'utf8')),
    );
    return {
      number: file.slice(0, 4),
      topic: headers['x-wc-webhook-topic'] ?? '',
      receivedAt,
      body: ours(body),
    };
  });
}

/** @throws Error when there is no recording of this number. */
function cartRecording(number: string, folder: Folder = 'carts'): CartRecording {
  const found = cartRecordings(folder).find((recording) => recording.number === number);
  if (!found) throw new Error(`there is no recording ${number} of ${folder}`);
  return found;
}

/** Its parsed body, for tests that change a field of it. */
export function cartBody(number: string, folder: Folder = 'carts'): Record<string, unknown> {
  return v.parse(v.record(v.string(), v.unknown()), JSON.parse(cartRecording(number, folder).body));
}

function ours(body: string): string {
  return body.replaceAll('_labcart_id', '_mcb_cart_id').replaceAll('labcart=', 'mcb=');
}
