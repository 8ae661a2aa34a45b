import type { WebhookFinding, WebhookTrouble } from '../../core/stores/webhook-health.ts';

const TROUBLES: Readonly<Record<WebhookTrouble, string>> = {
  missing: 'no webhook sends it here',
  disabled: 'the store has switched its webhook off',
  paused: 'somebody paused its webhook',
  duplicate: 'two webhooks send it here',
  'wrong-address': 'its webhook goes to this host, and to an address at which nobody answers',
  'wrong-secret': 'its webhook has another secret',
  'unreachable-port': 'no webhook can reach the bridge at this port',
};

/** What was found of a webhook, for people. */
export function troubleOf({ topic, reason, id }: WebhookFinding): string {
  const of = id === undefined ? '' : ` (webhook ${id})`;
  return reason === 'unreachable-port' ? TROUBLES[reason] : `${topic}: ${TROUBLES[reason]}${of}`;
}

/** The same with what to do about it. */
export function saidOf(finding: WebhookFinding & { readonly remedy: string }): string {
  return `${troubleOf(finding)}. ${finding.remedy}`;
}
