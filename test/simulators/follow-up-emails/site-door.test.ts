import { expect, it, onTestFinished } from 'vitest';
import { startStoreSimulator } from '../../../lib/simulators/woocommerce/simulator.ts';
import { FUE_KEY, fueApiAt, openFue } from '../../support/follow-up-emails.ts';

it('answers at the address of the shop it is installed in, for which requests are signed', async () => {
  const shop = await startStoreSimulator({
    page: (request, response) => simulator.answers(request, response),
  });
  onTestFinished(() => shop.close());
  const { site, simulator, clock } = await openFue({ home: shop.url });
  const id = site.addEmail({ name: 'Review' });

  const emails = await fueApiAt(shop.url, clock).emails({ page: 1 });
  const atHome = await fueApiAt(simulator.url, clock).emails({ page: 1 });
  const signed = `consumer_key=${FUE_KEY.consumerKey}&consumer_secret=${FUE_KEY.consumerSecret}`;
  const ofShop = await fetch(`${shop.url}/wp-json/wc/v3/orders?${signed}`);

  expect(emails).toMatchObject({ ok: true, value: { items: [{ id: String(id) }] } });
  expect(atHome).toMatchObject({ ok: false });
  expect(ofShop.headers.get('content-type')).toContain('json');
  expect(new Set(simulator.requests.map(({ status }) => status))).toEqual(new Set([200, 401]));
});
