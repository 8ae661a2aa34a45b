import { randomBytes } from 'node:crypto';
import { createSecretsManagerClient } from '../../aws/clients.ts';
import { putMember } from '../../aws/secrets/secret-writer.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { StoreKey } from '../../core/ports/secrets.ts';
import { readEnvironment, StoreEnvironment } from '../../environment.ts';
import { openStores } from '../stores.ts';
import type { SetupStep } from './step.ts';
import { keyOf, particularsOf } from './store-keys.ts';

/** The secret that a store's webhooks are signed with, and the keys of its API. */
export async function setUpStore(step: SetupStep, store: Store): Promise<void> {
  const stores = openStores(step.site);
  const client = createSecretsManagerClient();
  const { STORE_SECRETS_ID, STORE_KEYS_ID } = readEnvironment(StoreEnvironment);
  try {
    const known = await stores.secrets.of(store.id, 0);
    if (known.length === 0 || step.given.webhookSecret !== undefined) {
      const webhookSecret = step.given.webhookSecret ?? randomBytes(32).toString('base64url');
      const [previous] = known;
      await putMember({ client, secretId: STORE_SECRETS_ID }, store.id, {
        webhookSecret,
        ...(previous !== undefined && previous !== webhookSecret && { previousWebhookSecret: previous }),
      });
      step.say(
        `Store ${store.id}: ${step.given.webhookSecret === undefined ? INVENTED : 'the webhook secret is in Secrets Manager.'}`,
      );
    } else step.say(`Store ${store.id}: the webhook secret is there, and kept.`);
    if (!step.renew && step.given.consumerKey === undefined && (await stores.keys.of(store.id))) {
      step.say(`Store ${store.id}: the keys are there, and kept.`);
      return;
    }
    const key = await keyOf(step, store);
    if (!key)
      return step.say(
        `Store ${store.id}: no keys. What its webhooks miss stays missing; make the webhooks by hand.`,
      );
    await putMember({ client, secretId: STORE_KEYS_ID }, store.id, memberOf(store, key));
    step.say(`Store ${store.id}: the keys work, and are in Secrets Manager.`);
    for (const line of await particularsOf(store, key)) step.say(`Store ${store.id}: ${line}`);
  } finally {
    stores.close();
    client.destroy();
  }
}

const INVENTED =
  'the webhook secret was invented here, and is in Secrets Manager. The bridge gives it to the webhooks it makes; nobody has to know it.';

function memberOf(
  { kind }: Store,
  { consumerKey, consumerSecret }: StoreKey,
): Readonly<Record<string, string>> {
  return kind === 'fluentcart'
    ? { username: consumerKey, applicationPassword: consumerSecret }
    : { consumerKey, consumerSecret };
}
