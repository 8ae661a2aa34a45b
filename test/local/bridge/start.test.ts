import { expect, it } from 'vitest';
import { addressLines } from '../../../lib/local/bridge/start.ts';

it('says of every store where its webhooks go, each on a line', () => {
  const stores = [
    { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
    { id: 'second-shop', kind: 'woocommerce', currency: 'CHF' },
  ] as const;

  expect(addressLines({ url: 'http://127.0.0.1:3000', stores })).toEqual([
    'The bridge listens on http://127.0.0.1:3000/webhooks/demo',
    '               and on http://127.0.0.1:3000/webhooks/second-shop',
  ]);
});
