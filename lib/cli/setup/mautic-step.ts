import { createSecretsManagerClient } from '../../aws/clients.ts';
import { putSecret } from '../../aws/secrets/secret-writer.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import { AuthoriseEnvironment, readEnvironment } from '../../environment.ts';
import { type Credentials, isGrant } from '../../mautic/auth/authorization.ts';
import { testConnection } from '../../mautic/connection-test.ts';
import { openMautic } from '../mautic.ts';
import { complaintAboutLogin } from '../mautic-login.ts';
import { type MauticStanding, mauticStanding } from '../mautic-standing.ts';
import type { Questions } from '../output/questions.ts';
import { getAllowed } from './mautic-consent.ts';
import type { SetupStep } from './step.ts';

type OpenMautic = ReturnType<typeof openMautic>;

/**
 * How the bridge gets into Mautic: made there, tried at once, kept in Secrets Manager. Says what stands before the first
 * call of it afterwards.
 */
export async function setUpMautic(step: SetupStep): Promise<MauticStanding> {
  const mautic = openMautic({
    ...step.site,
    terminal: { print: () => undefined, complain: () => undefined },
  });
  try {
    const before = await standingOf(mautic);
    if (before === 'empty' || step.renew || isGiven(step) || !(await isKept(step, mautic)))
      await replace(step, before);
    const standing = await standingOf(mautic);
    return standing === 'not-allowed' ? await getAllowed(step, mautic) : standing;
  } finally {
    mautic.close();
  }
}

/** A secret that holds something else is as good as empty. @throws Error where it cannot be read. */
async function standingOf(mautic: OpenMautic): Promise<MauticStanding> {
  try {
    return await mauticStanding(mautic);
  } catch (error) {
    if (error instanceof Error && error.name === 'SecretError') return 'empty';
    throw error;
  }
}

/** Whether what is there stays: it is tried, and somebody who can is asked for other credentials if it is refused. */
async function isKept({ say, ask }: SetupStep, mautic: OpenMautic): Promise<boolean> {
  const complaint = await complaintAboutKept(mautic);
  if (complaint === 'not-allowed') say('Mautic: the credentials are there, and kept.');
  else if (complaint === undefined) say('Mautic: the credentials are there, work, and are kept.');
  else if (complaint.kind !== 'authorise')
    say(`Mautic: the credentials are there, and kept; they could not be tried. ${complaint.message}`);
  else say(`Mautic: the credentials are there, and do not work. ${complaint.message}`);
  const isRefused = typeof complaint === 'object' && complaint.kind === 'authorise';
  if (isRefused && !ask) say('Give others, in the environment or on the standard input.');
  return !isRefused || !ask;
}

async function complaintAboutKept(mautic: OpenMautic): Promise<Failure | 'not-allowed' | undefined> {
  if ((await mauticStanding(mautic)) === 'not-allowed') return 'not-allowed';
  const credentials = await mautic.credentials.read();
  if (!isGrant(credentials)) return complaintAboutLogin(mautic.baseUrl, credentials);
  const tested = await testConnection(mautic.client);
  return tested.ok ? undefined : tested.failure;
}

async function replace(step: SetupStep, before: MauticStanding): Promise<void> {
  const credentials = isGiven(step) ? await givenCredentials(step) : await askedCredentials(step);
  if (!credentials)
    return step.say(
      before === 'empty'
        ? 'Mautic: no credentials yet. Contacts wait until there are some.'
        : 'Mautic: the credentials that are there are kept.',
    );
  const client = createSecretsManagerClient();
  try {
    const { MAUTIC_SECRET_ID: secretId } = readEnvironment(AuthoriseEnvironment);
    await putSecret({ client, secretId }, credentials);
  } finally {
    client.destroy();
  }
  step.say('Mautic: the credentials are in Secrets Manager.');
}

const WHERE = [
  "Mautic's API must be on: Settings (the gear), Configuration, API Settings, API enabled.",
  'Credentials are made under Settings, API Credentials, New, OAuth 2. Make them as an administrator: then the bridge acts for itself (client_credentials), and no person has to allow it.',
  'The role of that user needs: Contacts (view, create, edit, delete of all), Custom Fields (full), Tags (view, create, edit); with notes, e-mails or segments in the policy also those (view; segments edit).',
];

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
  const complaint = await complaintAboutLogin(site.config.mautic.url, credentials);
  if (complaint) throw new Error(complaint.message);
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
    const complaint = await complaintAboutLogin(site.config.mautic.url, credentials);
    if (!complaint) return credentials;
    say(complaint.message);
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
