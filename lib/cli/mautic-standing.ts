import { createSecretsManagerClient } from '../aws/clients.ts';
import { isConfigured, readText } from '../aws/secrets/secret-text.ts';
import { commandLine } from '../core/ledger/command.ts';
import { AuthoriseEnvironment, readEnvironment } from '../environment.ts';
import { isGrant } from '../mautic/auth/authorization.ts';
import type { openMautic } from './mautic.ts';

type OpenMautic = Pick<ReturnType<typeof openMautic>, 'credentials' | 'tokens'>;

/** What stands before the first call of Mautic: no credentials, or a person who has not allowed the access yet. */
export type MauticStanding = 'empty' | 'not-allowed' | 'ready';

/** What each of them means, and what to do; of no stage in particular. */
export const MAUTIC_WAITS: Readonly<Record<Exclude<MauticStanding, 'ready'>, string>> = {
  empty: `Mautic has no credentials yet: ${commandLine('setup')} asks for them, and tries them at once.`,
  'not-allowed': `Nobody has allowed the bridge into Mautic yet: ${commandLine('authorise')} says which address to open.`,
};

/** How far the secrets of Mautic are filled in; Mautic is not asked. @throws Error where they hold something unusable. */
export async function mauticStanding({ credentials, tokens }: OpenMautic): Promise<MauticStanding> {
  const { MAUTIC_SECRET_ID: secretId } = readEnvironment(AuthoriseEnvironment);
  const client = createSecretsManagerClient();
  try {
    if (!isConfigured(await readText({ client, secretId }))) return 'empty';
  } finally {
    client.destroy();
  }
  if (!isGrant(await credentials.read(true))) return 'ready';
  const stored = await tokens.read();
  return stored?.refreshToken === undefined || stored.stopped?.needs ? 'not-allowed' : 'ready';
}

/** @throws Error that says what to do where Mautic cannot be called yet. */
export async function assertMauticIsReady(mautic: OpenMautic): Promise<void> {
  const standing = await mauticStanding(mautic);
  if (standing !== 'ready') throw new Error(MAUTIC_WAITS[standing]);
}
