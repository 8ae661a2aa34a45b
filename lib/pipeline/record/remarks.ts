import type { Delivery } from '../../core/ledger/delivery.ts';
import type { Log } from '../../core/ports/telemetry.ts';
import type { Remark } from '../../core/stores/source.ts';

/** Says what a person should know of a webhook. */
export type SayRemark = (remark: Remark, delivery: Delivery) => void;

const SAYINGS: Readonly<Record<Remark, string>> = {
  'local-dates':
    'The dates of a webhook have no time zone, so they decide nothing; set its API version to WP REST API Integration v3',
};

/** Once for each store: every delivery of such a webhook is the same. */
export function createRemarks(log: Log): SayRemark {
  const said = new Set<string>();
  return (remark, { store, topic, webhookId }) => {
    const name = `${store} ${remark}`;
    if (said.has(name)) return;
    said.add(name);
    log.warn(SAYINGS[remark], { store, topic, ...(/^\d{1,20}$/.test(webhookId) && { webhookId }) });
  };
}
