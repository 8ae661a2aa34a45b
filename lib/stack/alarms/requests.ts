import { type BridgeAlarm, counted, PERIOD, type Watched } from './alarm.ts';

const SUM = { period: PERIOD, statistic: 'Sum' };

/** Requests of stores, and of whoever else: what is lost or refused here does not come again by itself. */
export function requestAlarms({ webhooks, functions }: Watched): readonly BridgeAlarm[] {
  return [
    {
      name: 'ApiServerErrors',
      metric: webhooks.api.metricServerError(SUM),
      description:
        'A webhook was answered 5xx; stores do not send it again. Find the time and the cause in the log, then save the orders of that time again in the store.',
      log: 'ingest',
    },
    {
      name: 'DeliveryRefused',
      metric: counted(functions.ingest, 'DeliveryRefused'),
      description:
        'Three or more webhooks were refused within five minutes, and WooCommerce switches a webhook off at the seventh in a row. Compare the secret of the webhook with the secret of the output StoreSecretsId.',
      log: 'ingest',
      // A stray scanner is not worth waking anybody; the first checkout under a wrong secret sends more.
      above: 2,
    },
    {
      name: 'RequestsRefused',
      metric: webhooks.api.metricClientError(SUM),
      description:
        'More than a thousand requests were answered 4xx within five minutes: a flood, which costs money, or a store whose webhooks are refused or throttled (429), which it does not send again. The access log of the API says from where and with which status.',
      log: 'ingest',
      above: 1000,
    },
    {
      name: 'RequestFlood',
      // A store's trial requests are answered 200 without a signature, so refusals alone do not show every flood.
      metric: webhooks.api.metricCount(SUM),
      description:
        'For five minutes more than half as many requests have come as the API lets through; what is beyond the limit is answered 429, and stores do not send it again. The access log says from where. If it is the store, raise aws.rateLimit in bridge.config.ts and deploy.',
      log: 'ingest',
      above: (webhooks.perSecond * PERIOD.toSeconds()) / 2,
    },
  ];
}
