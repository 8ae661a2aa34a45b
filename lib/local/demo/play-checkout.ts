import deliveries from './checkout.data.json' with { type: 'json' };
import { type PlaySettings, play } from './play.ts';

/** The address of the recorded customer; synthetic, like all recorded data. */
export const DEMO_EMAIL = 'helene@example.test';

/**
 * Sends a checkout as a running WooCommerce sent it (recordings 0020–0059): its products, then the order, twice
 * and out of order, then its completion. Signed anew with the store's secret.
 * @throws Error when the bridge answers a delivery with anything but 200.
 */
export async function playCheckout(settings: PlaySettings): Promise<number> {
  const refused = (await play(settings, deliveries)).find((status) => status !== 200);
  if (refused !== undefined)
    throw new Error(`The bridge answered ${String(refused)} to a delivery of the recorded checkout`);
  return deliveries.length;
}
