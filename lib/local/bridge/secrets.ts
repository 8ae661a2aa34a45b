import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { NOT_CONFIGURED } from '../../environment.ts';
import { connection } from '../aws/connection.ts';

/** Names of the secrets, as the functions find them in their environment. */
export const SECRET_IDS = {
  stores: 'stores',
  storeKeys: 'store-keys',
  mautic: 'mautic',
  token: 'mautic-token',
} as const;

/** Puts the secrets where the functions look for them; a token that was obtained before stays. */
export async function putSecrets(
  endpoint: string,
  values: { readonly stores: string; readonly storeKeys?: string; readonly mautic: string },
): Promise<void> {
  const client = new SecretsManagerClient(connection(endpoint));
  try {
    await put(client, SECRET_IDS.stores, values.stores);
    await put(client, SECRET_IDS.storeKeys, values.storeKeys ?? NOT_CONFIGURED);
    await put(client, SECRET_IDS.mautic, values.mautic);
    await create(client, SECRET_IDS.token, NOT_CONFIGURED);
  } finally {
    client.destroy();
  }
}

async function put(client: SecretsManagerClient, id: string, value: string): Promise<void> {
  if (await create(client, id, value)) return;
  const known = await client.send(new GetSecretValueCommand({ SecretId: id }));
  if (known.SecretString !== value)
    await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: value }));
}

/** False when there is such a secret already. */
async function create(client: SecretsManagerClient, id: string, value: string): Promise<boolean> {
  try {
    await client.send(new CreateSecretCommand({ Name: id, SecretString: value }));
    return true;
  } catch (error) {
    if (error instanceof ResourceExistsException) return false;
    throw error;
  }
}
