import { randomBytes } from 'node:crypto';
import { createSecretsManagerClient } from '../../aws/clients.ts';
import { putMember } from '../../aws/secrets/secret-writer.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { StoreKey } from '../../core/ports/secrets.ts';
import { readEnvironment, StoreEnvironment } from '../../environment.ts';
import { openStores } from '../stores.ts';
import { secretByHand } from '../webhooks/secret-by-hand.ts';
import type { SetupStep } from './step.ts';
import { complaintAbout, keyOf, particularsOf } from './store-keys.ts';

/** What a step works with of one store. */
interface Filling {
  readonly step: SetupStep;
  readonly store: Store;
  readonly stores: ReturnType<typeof openStores>;
  readonly client: ReturnType<typeof createSecretsManagerClient>;
  readonly say: (line: string) => void;
}

/** The secret that a store's webhooks are signed with, and the keys of its API. Says whether it has keys afterwards. */
export async function setUpStore(step: SetupStep, store: Store): Promise<boolean> {
  const stores = openStores(step.site);
  const client = createSecretsManagerClient();
  const say = (line: string) => step.say(`Store ${store.id}: ${line}`);
  const filling: Filling = { step, store, stores, client, say };
  try {
    await setWebhookSecret(filling);
    const known = await stores.keys.of(store.id);
    if (known && !step.renew && step.given.consumerKey === undefined && (await isKept(filling, known)))
      return true;
    return await setKeys(filling, known !== undefined);
  } finally {
    stores.close();
    client.destroy();
  }
}

async function setWebhookSecret({ step, store, stores, client, say }: Filling): Promise<void> {
  const [previous] = await stores.secrets.of(store.id, 0);
  const given = step.given.webhookSecret;
  if (previous !== undefined && (given ?? previous) === previous)
    return say('the webhook secret is there, and kept.');
  const secret = { client, secretId: readEnvironment(StoreEnvironment).STORE_SECRETS_ID };
  await putMember(secret, store.id, {
    webhookSecret: given ?? randomBytes(32).toString('base64url'),
    ...(previous !== undefined && { previousWebhookSecret: previous }),
  });
  const strangers = await stores.strangersIn('secrets');
  if (previous === undefined && strangers.length > 0)
    say(
      `the secret names ${strangers.join(', ')}, which bridge.config.ts does not have. Was this one meant?`,
    );
  if (given === undefined) return say(INVENTED);
  say(`the webhook secret is in Secrets Manager${previous === undefined ? '' : `, ${STILL_TAKEN}`}.`);
}

const STILL_TAKEN = 'and the one before is taken until the next one comes';

/** Whether the keys that are there stay: they are tried, and somebody who can is asked for others if they are refused. */
async function isKept({ step, store, say }: Filling, known: StoreKey): Promise<boolean> {
  const complaint = await complaintAbout(store, known);
  if (!complaint) say('the keys are there, work, and are kept.');
  else if (complaint.kind !== 'authorise')
    say(`the keys are there, and kept; they could not be tried. ${complaint.message}`);
  else {
    say(`the keys are there, and do not work. ${complaint.message}`);
    if (step.ask) return false;
    say('give others, in the environment or on the standard input.');
  }
  return true;
}

async function setKeys({ step, store, client, say }: Filling, isThere: boolean): Promise<boolean> {
  const key = await keyOf(step, store);
  if (!key) {
    say(
      isThere
        ? 'the keys that are there are kept.'
        : `no keys. What its webhooks miss stays missing; make the webhooks by hand. Their secret is ${secretByHand(step.site.place)}`,
    );
    return isThere;
  }
  const secret = { client, secretId: readEnvironment(StoreEnvironment).STORE_KEYS_ID };
  await putMember(secret, store.id, memberOf(store, key));
  say('the keys work, and are in Secrets Manager.');
  for (const line of await particularsOf(store, key)) say(line);
  return true;
}

const INVENTED =
  'the webhook secret was invented here, and is in Secrets Manager. The bridge gives it to the webhooks it makes; nobody has to know it who makes none by hand.';

function memberOf(
  { kind }: Store,
  { consumerKey, consumerSecret }: StoreKey,
): Readonly<Record<string, string>> {
  return kind === 'fluentcart'
    ? { username: consumerKey, applicationPassword: consumerSecret }
    : { consumerKey, consumerSecret };
}
