import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { readEnvironment, SetupEnvironment } from '../../environment.ts';
import { UsageError } from '../usage-error.ts';

/** What may be given instead of asking: by the environment, or as JSON on the standard input. */
export interface GivenSecrets {
  readonly webhookSecret?: string | undefined;
  readonly consumerKey?: string | undefined;
  readonly consumerSecret?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

const secret = v.exactOptional(v.pipe(v.string(), v.nonEmpty()));
const Piped = v.strictObject({
  webhookSecret: secret,
  consumerKey: secret,
  consumerSecret: secret,
  clientId: secret,
  clientSecret: secret,
  username: secret,
  password: secret,
});

/** @throws UsageError when the standard input holds something else; nothing of it is repeated. */
export async function givenSecrets(fromStdin: boolean): Promise<GivenSecrets> {
  if (fromStdin) {
    const piped = v.safeParse(v.pipe(v.string(), v.parseJson(), Piped), await text(process.stdin));
    if (piped.success) return piped.output;
    throw new UsageError(
      `--secrets-stdin takes one JSON object with ${Object.keys(Piped.entries).join(', ')}, or some of them.`,
    );
  }
  const given = readEnvironment(SetupEnvironment);
  return {
    webhookSecret: given.WEBHOOK_SECRET,
    consumerKey: given.STORE_CONSUMER_KEY,
    consumerSecret: given.STORE_CONSUMER_SECRET,
    clientId: given.MAUTIC_CLIENT_ID,
    clientSecret: given.MAUTIC_CLIENT_SECRET,
    username: given.MAUTIC_USERNAME,
    password: given.MAUTIC_PASSWORD,
  };
}
