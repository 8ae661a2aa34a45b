import { startStoreSimulator } from '../../../lib/simulators/woocommerce/simulator.ts';
import { randomFrom } from '../../support/random.ts';
import { startMeteredMautic } from '../support/metered-mautic.ts';

/** A shop with a past of so many orders by so many people, and a Mautic that knows nobody, in a process of their own. */

const [orders = 0, people = 1] = process.argv.slice(2).map(Number);
const HOUR_MS = 3_600_000;

let ago = orders * HOUR_MS;
const shop = await startStoreSimulator({
  random: randomFrom(1),
  clock: { now: () => Date.now() - ago },
});
const products = ['Tea', 'Cup', 'Pot'].map((name) =>
  shop.shop.products.create({ name, sku: name.toUpperCase(), categories: [name.toLowerCase()] }),
);
for (let order = 0; order < orders; order += 1) {
  const person = order % people;
  shop.shop.orders.place({
    status: 'completed',
    billing: {
      email: `person${String(person)}@example.test`,
      first_name: 'Person',
      last_name: String(person),
    },
    lines: [{ productId: products[order % products.length] ?? 0, quantity: 1, price: '12.50' }],
  });
  ago -= HOUR_MS;
}
ago = 0;
const mautic = await startMeteredMautic();

process.on('message', () =>
  process.send?.({ ...mautic.spent(), contacts: mautic.contacts(), cpu: process.cpuUsage() }),
);
process.send?.({ shopUrl: shop.url, mauticUrl: mautic.url });
