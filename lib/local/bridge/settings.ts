import { isIP } from 'node:net';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { LocalEnvironment } from '../../local-environment.ts';

/** Credentials of the simulated Mautic; nobody else knows them. */
const SIMULATED = { clientId: 'local', clientSecret: 'local-secret' };

/** The stores as configured, the first one with what the shell says of it. */
export function localStores(config: BridgeConfig, { STORE_URL }: LocalEnvironment): readonly Store[] {
  const [first, ...others] = config.stores;
  return first ? [{ ...first, ...(STORE_URL !== undefined && { url: STORE_URL }) }, ...others] : [];
}

/** The texts of the secrets. */
interface LocalSecrets {
  readonly stores: string;
  readonly storeKeys: string;
  readonly mautic: string;
}

/**
 * What the secrets of a local bridge hold.
 * @throws Error when the shell gives half of a pair, or no credentials for a Mautic on another machine.
 */
export function localSecrets(config: BridgeConfig, environment: LocalEnvironment): LocalSecrets {
  const stores = localStores(config, environment);
  return {
    stores: storeSecrets(stores, environment),
    storeKeys: storeKeys(stores, environment),
    mautic: mauticSecret(environment),
  };
}

/** What the secret of the webhooks holds: the shell's signs for every store. */
function storeSecrets(stores: readonly Store[], { WEBHOOK_SECRET: webhookSecret }: LocalEnvironment): string {
  return JSON.stringify(Object.fromEntries(stores.map(({ id }) => [id, { webhookSecret }])));
}

/**
 * What the secret of the REST keys holds: the shell's open every store.
 * @throws Error when it gives half of them.
 */
function storeKeys(stores: readonly Store[], environment: LocalEnvironment): string {
  const { STORE_CONSUMER_KEY: consumerKey, STORE_CONSUMER_SECRET: consumerSecret } = environment;
  if ((consumerKey === undefined) !== (consumerSecret === undefined))
    throw new Error('STORE_CONSUMER_KEY and STORE_CONSUMER_SECRET belong together: set both, or neither.');
  return JSON.stringify(Object.fromEntries(stores.map(({ id }) => [id, { consumerKey, consumerSecret }])));
}

/**
 * What the Mautic secret holds.
 * @throws Error when a Mautic on another machine is named without credentials, or with half of them.
 */
export function mauticSecret(environment: LocalEnvironment): string {
  const { MAUTIC_CLIENT_ID: clientId, MAUTIC_CLIENT_SECRET: clientSecret } = environment;
  const { MAUTIC_USERNAME: username, MAUTIC_PASSWORD: password, MAUTIC_BASE_URL: url } = environment;
  if (clientId !== undefined && clientSecret !== undefined) return JSON.stringify({ clientId, clientSecret });
  if (username !== undefined && password !== undefined) return JSON.stringify({ username, password });
  const none = [clientId, clientSecret, username, password].every((value) => value === undefined);
  if (none && (url === undefined || isLoopback(url))) return JSON.stringify(SIMULATED);
  throw new Error(
    'MAUTIC_BASE_URL needs credentials: set MAUTIC_CLIENT_ID and MAUTIC_CLIENT_SECRET, or MAUTIC_USERNAME and MAUTIC_PASSWORD.',
  );
}

/** Whether an address is one of this machine only. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}
