import type { Registers } from '../../core/ports/ledger.ts';
import type { SigningSecrets } from '../../core/ports/secrets.ts';
import type { StoreWebhook } from '../../core/stores/store-api.ts';
import { readRefusals, refusalsOf } from '../../core/stores/store-progress.ts';
import {
  examineWebhooks,
  REMEDIES,
  type WebhookFinding,
  type WebhookRepair,
} from '../../core/stores/webhook-health.ts';

interface Situation {
  readonly webhooks: readonly StoreWebhook[];
  readonly store: string;
  readonly topics: readonly string[];
  readonly baseUrl: string | undefined;
  readonly secrets: SigningSecrets;
  readonly registers: Pick<Registers, 'read'>;
}

/** What `reconcile` would find of a store's webhooks, and do about it. */
export async function verdictOn({ secrets, registers, ...situation }: Situation): Promise<{
  readonly repairs: readonly WebhookRepair[];
  readonly findings: readonly (WebhookFinding & { readonly remedy: string })[];
}> {
  const { store, webhooks } = situation;
  const text = (await registers.read(refusalsOf(store)))?.text;
  const refused = ((text === undefined ? undefined : readRefusals(text))?.refused ?? []).map(
    ({ webhookId }) => webhookId,
  );
  const valid = await secrets.of(store, 0);
  const others = webhooks
    .filter(({ secret }) => secret !== undefined && valid.length > 0 && !valid.includes(secret))
    .map(({ id }) => id);
  const { repairs, findings } = examineWebhooks({ ...situation, refused: [...refused, ...others] });
  return { repairs, findings: findings.map((finding) => ({ ...finding, remedy: REMEDIES[finding.reason] })) };
}
