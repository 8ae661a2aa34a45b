import { defineBridge } from './lib/core/policy.ts';

/** The one file you edit. Every problem in it is reported at once, by `npm start`, `cdk synth` and `cdk deploy`. */
export const config = defineBridge({
  // region: 'eu-central-1', // where it runs and personal data is kept; nothing is deployed without
  // alarms: { email: 'you@yourshop.com' }, // who is told when something needs a person
  stores: [
    {
      /** Part of the webhook URL: https://…/webhooks/demo */
      id: 'demo',
      kind: 'woocommerce', // or 'fluentcart'
      /** The store's base currency; orders in other currencies count, but are not added up with it. */
      currency: 'EUR',
      // url: 'https://shop.example.com', // deliveries from any other source (a staging clone) are dropped
    },
  ],
  mautic: {
    url: 'https://mautic.example.com',
  },
  policy: {
    countedStatuses: ['processing', 'completed'],
    tags: ['status:{status}', 'sku:{sku}', 'category:{slug}'],
  },
});
