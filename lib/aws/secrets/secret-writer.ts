import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { isConfigured, readText, type SecretSettings } from './secret-text.ts';

const Members = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

/** Puts a whole secret. */
export async function putSecret({ client, secretId }: SecretSettings, value: object): Promise<void> {
  await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(value) }));
}

/**
 * Changes what a secret of several stores says of one of them; the others, and what else it says of this one, stay.
 * @throws Error when the secret holds something that is no JSON object: nobody writes over that.
 */
export async function putMember(
  settings: SecretSettings,
  store: string,
  change: Readonly<Record<string, string>>,
): Promise<void> {
  const text = await readText(settings);
  const known = isConfigured(text) ? v.safeParse(Members, text) : undefined;
  if (known?.success === false)
    throw new Error(`The secret ${settings.secretId} holds no JSON object. Empty it or correct it first.`);
  const members = known?.output ?? {};
  const before = members[store];
  const own = typeof before === 'object' && before !== null ? before : {};
  await putSecret(settings, { ...members, [store]: { ...own, ...change } });
}
