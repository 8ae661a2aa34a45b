import { commandLine } from '../../core/ledger/command.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import { isGrant } from '../../mautic/auth/authorization.ts';
import type { openMautic } from '../mautic.ts';
import { complaintAboutLogin } from '../mautic-login.ts';
import { mauticStanding } from '../mautic-standing.ts';
import { type Finding, failure, ok, warning } from './link.ts';
import { OTHER_CREDENTIALS } from './mautic-failure.ts';

type OpenMautic = ReturnType<typeof openMautic>;

const SHORT_TOKEN_MS = 60_000;

/** Whether there are credentials, and of which kind. */
export async function credentials(mautic: OpenMautic): Promise<Finding> {
  const link = 'Mautic credentials';
  if ((await mauticStanding(mautic)) === 'empty')
    return failure(link, 'none are filled in, so contacts wait', FILLED);
  const read = await mautic.credentials.read(true);
  if ('username' in read)
    return warning(
      link,
      'a user name and password (Basic), which cost Mautic half a second a call',
      'Better: API credentials of OAuth2, made in Mautic under Settings, API Credentials.',
    );
  return ok(link, `OAuth2, ${read.grant ?? 'client_credentials'}`);
}

const FILLED = `${commandLine('setup')} says where they are made, asks for them and tries them at once.`;

/** How long the token lasts, and whether the credentials get the next one. */
export async function token(mautic: OpenMautic): Promise<Finding> {
  const { clock } = mautic.shared;
  const stored = await mautic.tokens.read();
  if (!stored?.accessToken) return ok('token', 'none is needed');
  if (stored.stopped)
    return failure(
      'token',
      `the bridge has stopped: ${stored.stopped.reason}`,
      'Correct the credentials in the secret, or run authorise.',
    );
  const left = stored.expiresAt - clock.now();
  const complaint = await complaintAboutTheNext(mautic);
  if (complaint?.kind === 'authorise')
    return failure(
      'token',
      `${complaint.message} The token that is kept lasts for ${String(Math.max(0, Math.round(left / 60_000)))} more minutes, and nothing is written after it.`,
      OTHER_CREDENTIALS,
    );
  if (left < SHORT_TOKEN_MS) return ok('token', 'it has run out; the next call renews it');
  return ok('token', `good for ${String(Math.round(left / 60_000))} more minutes`);
}

/** A token outlives the credentials that got it; a person's grant is tried by using it up, and so by nobody. */
async function complaintAboutTheNext({ credentials, baseUrl }: OpenMautic): Promise<Failure | undefined> {
  const read = await credentials.read(true);
  return isGrant(read) ? undefined : complaintAboutLogin(baseUrl, read);
}
