import { randomBytes, randomUUID } from 'node:crypto';
import { createSecretsManagerClient } from '../../aws/clients.ts';
import { systemClock as clock } from '../../aws/clock.ts';
import { putMember } from '../../aws/secrets/secret-writer.ts';
import { NOTHING_KEPT } from '../../core/ledger/kept.ts';
import type { Store } from '../../core/policy/store.ts';
import type { StoreKey } from '../../core/ports/secrets.ts';
import type { StoreApi } from '../../core/stores/store-api.ts';
import { readEnvironment, StoreEnvironment } from '../../environment.ts';
import { storeApiOf } from '../../stores/rest.ts';
import { sourcesKeeping } from '../../stores/webhooks.ts';
import { openStores } from '../stores.ts';
import type { SetupStep } from './step.ts';

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
    if ((await stores.keys.of(store.id)) && !step.renew) {
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

/** What keys are called where they are made. */
const NAMES: Readonly<Record<Store['kind'], { readonly key: string; readonly secret: string }>> = {
  woocommerce: { key: 'Consumer key (ck_…)', secret: 'Consumer secret (cs_…)' },
  fluentcart: { key: 'User name', secret: 'Application password' },
};

const WHERE: Readonly<Record<Store['kind'], string>> = {
  woocommerce:
    'Keys come from WooCommerce, Settings, Advanced, REST API, Add key: a shop manager or administrator as the user, permissions Read/Write.',
  fluentcart:
    'FluentCart is read by an application password: in WordPress, Users, Profile, Application Passwords. The user is an administrator, or with Pro a FluentCart manager, who may also look after the feeds; WordPress takes such passwords over https only.',
};

async function keyOf(step: SetupStep, store: Store): Promise<StoreKey | undefined> {
  const { consumerKey, consumerSecret } = step.given;
  if (consumerKey !== undefined && consumerSecret !== undefined) {
    const key = { consumerKey, consumerSecret };
    const complaint = await complaintAbout(store, key);
    if (complaint !== undefined) throw new Error(complaint);
    return key;
  }
  if (!step.ask) return undefined;
  step.say(WHERE[store.kind]);
  if (!(await step.ask.agree('Give the keys now?'))) return undefined;
  for (;;) {
    const key = {
      consumerKey: (await step.ask.secret(NAMES[store.kind].key)).trim(),
      consumerSecret: (await step.ask.secret(NAMES[store.kind].secret)).trim(),
    };
    const complaint = await complaintAbout(store, key);
    if (complaint === undefined) return key;
    step.say(complaint);
    if (!(await step.ask.agree('Try again?'))) return undefined;
  }
}

/** What the store says to these keys, at once. */
async function complaintAbout(store: Store, key: StoreKey): Promise<string | undefined> {
  const api = apiOf(store, key);
  if (!api) return `Store ${store.id} has no url in bridge.config.ts, which keys need.`;
  const answer = await api.list({ kind: 'order', page: 1, perPage: 1, outline: true });
  return answer.ok ? undefined : answer.failure.message;
}

function apiOf(store: Store, key: StoreKey): StoreApi | undefined {
  return storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf: sourcesKeeping(NOTHING_KEPT) });
}

/** What this very store is like, as the doctor says it too. */
async function particularsOf(store: Store, key: StoreKey): Promise<readonly string[]> {
  const told = await apiOf(store, key)?.particulars?.({ testOrders: store.testOrders ?? false });
  if (!told?.ok) return [];
  return told.value.map(({ says, remedy }) => (remedy === undefined ? `${says}.` : `${says}. ${remedy}`));
}

function memberOf(
  { kind }: Store,
  { consumerKey, consumerSecret }: StoreKey,
): Readonly<Record<string, string>> {
  return kind === 'fluentcart'
    ? { username: consumerKey, applicationPassword: consumerSecret }
    : { consumerKey, consumerSecret };
}
