import { randomUUID } from 'node:crypto';
import { createDynamoDBClient, createSecretsManagerClient } from '../../aws/clients.ts';
import { systemClock as clock } from '../../aws/clock.ts';
import { createLedger } from '../../aws/ledger/ledger.ts';
import { createMauticCredentials } from '../../aws/secrets/mautic-credentials.ts';
import { createTokenStore } from '../../aws/secrets/token-store.ts';
import type { BridgeConfig } from '../../core/policy/bridge-config.ts';
import { AuthoriseEnvironment, readEnvironment } from '../../environment.ts';
import { type Credentials, isGrant } from '../../mautic/auth/authorization.ts';
import { authorizeUrl } from '../../mautic/auth/authorize-url.ts';
import { connectMautic } from '../../mautic/connect.ts';
import { readFlags, UsageError } from '../flags.ts';
import { createTerminalLog, type Terminal } from '../terminal.ts';

/** What `authorise --help` says. */
export const AUTHORISE_USAGE = `Usage: npm run bridge -- authorise [--code <code>]

For credentials with "grant":"authorization_code". Without a code it prints the address to open: log in to Mautic there,
allow the access, and Mautic leads to the redirect URI with a code in the address.
  --code <code>   the code, or the whole address that Mautic led to; it serves once and for 30 seconds

Where the secrets lie is taken from the environment; the output AuthoriseVariables of the stack says it:
  env $(aws cloudformation describe-stacks --stack-name mautic-commerce-bridge --output text \\
    --query "Stacks[0].Outputs[?OutputKey=='AuthoriseVariables'].OutputValue") npm run -s bridge -- authorise`;

/** Reads the flags of `authorise`: the code, if there is one. @throws UsageError that says what is wrong with them. */
export function readAuthoriseFlags(args: readonly string[]): { readonly code: string | undefined } {
  const { code } = readFlags(args, { code: { type: 'string' } });
  if (code === undefined || !/^https?:\/\//.test(code)) return { code };
  const given = URL.canParse(code) ? new URL(code).searchParams.get('code') : null;
  if (given === null) throw new UsageError('There is no code in this address.');
  return { code: given };
}

/** `npm run bridge -- authorise`. @throws Error that says what to do when the code is refused. */
export async function authorise(
  { code }: { readonly code: string | undefined },
  terminal: Terminal,
  config: Pick<BridgeConfig, 'mautic'>,
): Promise<void> {
  const environment = environmentOf();
  const baseUrl = environment.MAUTIC_BASE_URL ?? config.mautic.url;
  const [dynamodb, secrets] = [createDynamoDBClient(), createSecretsManagerClient()];
  const credentials = createMauticCredentials({
    client: secrets,
    secretId: environment.MAUTIC_SECRET_ID,
    clock,
  });
  const { exchangeCode } = connectMautic({
    baseUrl,
    credentials,
    tokens: createTokenStore({ client: secrets, secretId: environment.MAUTIC_TOKEN_SECRET_ID }),
    claims: createLedger({ client: dynamodb, tableName: environment.TABLE_NAME }),
    clock,
    holder: randomUUID(),
    log: createTerminalLog(terminal),
    metrics: { count: () => undefined },
  });
  try {
    if (code === undefined) return terminal.print(addressToOpen(await credentials.read(), baseUrl));
    const exchanged = await exchangeCode(code);
    if (!exchanged.ok) throw new Error(exchanged.failure.message);
    terminal.print('The bridge is authorised; contacts that waited are written within a few minutes.');
  } finally {
    dynamodb.destroy();
    secrets.destroy();
  }
}

function addressToOpen(credentials: Credentials, baseUrl: string): string {
  if (isGrant(credentials)) return `Open ${authorizeUrl(credentials, baseUrl)}`;
  return 'Nothing needs to be authorised: the credentials in the secret work without a person.';
}

/** @throws UsageError that names every variable that is missing, and where to take them from. */
function environmentOf() {
  try {
    return readEnvironment(AuthoriseEnvironment);
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'The environment cannot be read';
    throw new UsageError(`${problem}. The output AuthoriseVariables of the stack has them; see --help.`, {
      cause: error,
    });
  }
}
