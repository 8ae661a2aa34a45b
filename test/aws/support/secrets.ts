import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { connection } from '../../../lib/local/aws/connection.ts';

export function secretsManagerAt(url: string): SecretsManagerClient {
  return new SecretsManagerClient(connection(url));
}

/** Creates a secret with a name of its own; without `content` it has no value yet. */
export async function createSecret(client: SecretsManagerClient, content?: unknown): Promise<string> {
  const Name = `secret-${crypto.randomUUID()}`;
  await client.send(
    new CreateSecretCommand({ Name, ...(content !== undefined && { SecretString: textOf(content) }) }),
  );
  return Name;
}

export async function putSecret(
  client: SecretsManagerClient,
  SecretId: string,
  content: unknown,
): Promise<void> {
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: textOf(content) }));
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}
