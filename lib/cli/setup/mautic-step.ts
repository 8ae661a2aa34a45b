import { randomUUID } from 'node:crypto';
import { createSecretsManagerClient } from '../../aws/clients.ts';
import { systemClock as clock } from '../../aws/clock.ts';
import { putSecret } from '../../aws/secrets/secret-writer.ts';
import { commandLine } from '../../core/ledger/command.ts';
import { AuthoriseEnvironment, readEnvironment } from '../../environment.ts';
import type { Credentials } from '../../mautic/auth/authorization.ts';
import { authorizeUrl } from '../../mautic/auth/authorize-url.ts';
import { connectMautic } from '../../mautic/connect.ts';
import { testConnection } from '../../mautic/connection-test.ts';
import { openMautic } from '../mautic.ts';
import type { Questions } from '../output/questions.ts';
import type { SetupStep } from './step.ts';

/** How the bridge gets into Mautic: made there, tried at once, kept in Secrets Manager. */
export async function setUpMautic(step: SetupStep): Promise<void> {
  if (!step.renew && !isGiven(step) && (await isThere(step)))
    return step.say('Mautic: the credentials are there, and kept.');
  const credentials = isGiven(step) ? await givenCredentials(step) : await askedCredentials(step);
  if (!credentials) return step.say('Mautic: no credentials yet. Contacts wait until there are some.');
  const client = createSecretsManagerClient();
  try {
    const { MAUTIC_SECRET_ID: secretId } = readEnvironment(AuthoriseEnvironment);
    await putSecret({ client, secretId }, credentials);
  } finally {
    client.destroy();
  }
  step.say('Mautic: the credentials are in Secrets Manager.');
  if ('grant' in credentials && credentials.grant === 'authorization_code')
    step.say(
      `Now open ${authorizeUrl(credentials, step.site.config.mautic.url)} and then: ${commandLine("authorise --code '<the address Mautic led to>'")}`,
    );
}

const WHERE = [
  "Mautic's API must be on: Settings (the gear), Configuration, API Settings, API enabled.",
  'Credentials are made under Settings, API Credentials, New, OAuth 2. Make them as an administrator: then the bridge acts for itself (client_credentials), and no person has to allow it.',
  'The role of that user needs: Contacts (view, create, edit, delete of all), Custom Fields (full), Tags (view, create, edit); with notes, e-mails or segments in the policy also those (view; segments edit).',
];

async function isThere({ site }: SetupStep): Promise<boolean> {
  const mautic = openMautic({ ...site, terminal: { print: () => undefined, complain: () => undefined } });
  try {
    await mautic.credentials.read(true);
    return true;
  } catch {
    return false;
  } finally {
    mautic.close();
  }
}

function isGiven({ given }: SetupStep): boolean {
  return (
    (given.clientId !== undefined && given.clientSecret !== undefined) ||
    (given.username !== undefined && given.password !== undefined)
  );
}

/** @throws Error with what Mautic says to them. */
async function givenCredentials({ given, site }: SetupStep): Promise<Credentials> {
  const { clientId, clientSecret, username = '', password = '' } = given;
  const credentials =
    clientId !== undefined && clientSecret !== undefined
      ? { clientId, clientSecret }
      : { username, password };
  const complaint = await complaintAbout(site.config.mautic.url, credentials);
  if (complaint !== undefined) throw new Error(complaint);
  return credentials;
}

async function askedCredentials({ ask, say, site }: SetupStep): Promise<Credentials | undefined> {
  if (!ask) return undefined;
  for (const line of WHERE) say(line);
  for (;;) {
    const way = await ask.choose('How does the bridge get in?', WAYS);
    if (way === 'later') return undefined;
    const credentials = await typed(ask, way);
    // Whoever allows the access does so after this.
    if ('grant' in credentials) return credentials;
    const complaint = await complaintAbout(site.config.mautic.url, credentials);
    if (complaint === undefined) return credentials;
    say(complaint);
  }
}

const WAYS = [
  { value: 'client', label: 'OAuth 2, for itself: client id and secret (best)' },
  { value: 'person', label: 'OAuth 2, in the name of a person who allows it' },
  { value: 'basic', label: 'a user name and password (slow: half a second a call)' },
  { value: 'later', label: 'later' },
] as const;

async function typed(ask: Questions, way: 'client' | 'person' | 'basic'): Promise<Credentials> {
  if (way === 'basic')
    return { username: await ask.text('User name'), password: await ask.secret('Password') };
  const clientId = (await ask.secret('Client id (public key)')).trim();
  const clientSecret = (await ask.secret('Client secret (secret key)')).trim();
  if (way === 'client') return { clientId, clientSecret };
  const redirectUri = await ask.text('The redirect URI, exactly as it stands in these API credentials');
  return { clientId, clientSecret, grant: 'authorization_code', redirectUri };
}

/** What Mautic says to these credentials, at once; nothing of them is kept. */
async function complaintAbout(baseUrl: string, credentials: Credentials): Promise<string | undefined> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const { client } = connectMautic({
    baseUrl,
    credentials: { read: async () => credentials },
    tokens: { read: async () => undefined, write: async () => undefined },
    claims: NOBODY_ELSE,
    clock,
    holder: randomUUID(),
    log: quiet,
    metrics: { count: () => undefined },
  });
  const tested = await testConnection(client);
  return tested.ok ? undefined : tested.failure.message;
}

/** One try, beside everybody else's: nothing is shared. */
const NOBODY_ELSE = {
  finished: async () => new Map<string, string>(),
  claim: async () => 'claimed' as const,
  finish: async () => undefined,
  reopen: async () => undefined,
  release: async () => undefined,
};
