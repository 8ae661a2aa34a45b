import { createShop } from '../../lib/simulators/woocommerce/shop.ts';
import { createShopApi } from '../../lib/simulators/woocommerce/shop-api.ts';
import { randomFrom } from '../support/random.ts';
import { type Opened, storeApiContract } from './store-api-contract.ts';
import { apiAt, openStore, secureApiAt } from './support.ts';

const START = Date.parse('2026-11-21T23:07:47.250Z');

function manual() {
  let now = START;
  return {
    clock: { now: () => now },
    forward: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

storeApiContract('in process', async (): Promise<Opened> => {
  const { clock, forward } = manual();
  const shop = createShop({ random: randomFrom(1), clock });
  return { shop, forward, api: createShopApi(shop) };
});

storeApiContract('the adapter over https', async (): Promise<Opened> => {
  const { clock, forward } = manual();
  const store = await openStore({ clock });
  return { shop: store.shop, forward, api: secureApiAt(store.url) };
});

storeApiContract('the adapter over plain http', async (): Promise<Opened> => {
  const { clock, forward } = manual();
  const store = await openStore({ clock, zone: 'America/New_York' });
  return { shop: store.shop, forward, api: apiAt(store.url, { clock }) };
});
