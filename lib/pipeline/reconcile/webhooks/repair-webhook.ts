import type { Outcome } from '../../../core/ledger/failure.ts';
import type { StoreApi } from '../../../core/stores/store-api.ts';
import type { WebhookRepair } from '../../../core/stores/webhook-health.ts';

/** Does in the store what its webhooks need. */
export function repairWebhook(api: StoreApi, repair: WebhookRepair, secret: string): Promise<Outcome<void>> {
  switch (repair.type) {
    case 'create': {
      const { topic, deliveryUrl } = repair;
      return api.createWebhook({ name: `Mautic bridge: ${topic}`, topic, deliveryUrl, secret });
    }
    case 'restore-topic':
      return api.changeWebhook(repair.id, { topic: repair.topic, secret });
    case 'activate':
      return api.changeWebhook(repair.id, { status: 'active', secret });
    case 'renew-secret':
      return api.changeWebhook(repair.id, { secret });
  }
}
