import { type ExpectedContact, expectedContacts, type RawDelivery } from './oracle.ts';
import { recordedDeliveries } from './woocommerce.ts';

/** The recorded deliveries as the oracle reads them; PINGs have no topic and say nothing. */
export function rawRecordedDeliveries(): readonly RawDelivery[] {
  return recordedDeliveries()
    .filter(({ topic }) => topic !== '')
    .map(({ topic, headers, body }) => ({
      topic,
      webhookId: headers['x-wc-webhook-id'] ?? '',
      deliveryId: headers['x-wc-webhook-delivery-id'] ?? '',
      body,
    }));
}

/** What Mautic must hold after all recorded deliveries. */
export function expectedFromRecordings(): ReadonlyMap<string, ExpectedContact> {
  return expectedContacts(rawRecordedDeliveries());
}
