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

/** Nobody guesses as many letters as this. */
const SHORTEST_WEBHOOK_SECRET = 16;

const PAIRS = [
  ['consumerKey', 'consumerSecret', 'STORE_CONSUMER_KEY', 'STORE_CONSUMER_SECRET'],
  ['clientId', 'clientSecret', 'MAUTIC_CLIENT_ID', 'MAUTIC_CLIENT_SECRET'],
  ['username', 'password', 'MAUTIC_USERNAME', 'MAUTIC_PASSWORD'],
] as const;

/**
 * @throws UsageError when the standard input holds something else, one half of what belongs together, or a webhook
 * secret that could be guessed; nothing of it is repeated.
 */
export async function givenSecrets(fromStdin: boolean): Promise<GivenSecrets> {
  const given = fromStdin ? await piped() : ofShell();
  const half = PAIRS.find(([one, other]) => (given[one] === undefined) !== (given[other] === undefined));
  if (half) {
    const [one, other] = fromStdin ? [half[0], half[1]] : [half[2], half[3]];
    throw new UsageError(`${one} and ${other} belong together: give both, or neither.`);
  }
  if ((given.webhookSecret?.length ?? SHORTEST_WEBHOOK_SECRET) < SHORTEST_WEBHOOK_SECRET)
    throw new UsageError(
      `${fromStdin ? 'webhookSecret' : 'WEBHOOK_SECRET'} must have ${String(SHORTEST_WEBHOOK_SECRET)} characters at least: whoever guesses it can make orders up. Without one, setup invents one.`,
    );
  return given;
}

async function piped(): Promise<GivenSecrets> {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Piped), await text(process.stdin));
  if (read.success) return read.output;
  throw new UsageError(
    `--secrets-stdin takes one JSON object with ${Object.keys(Piped.entries).join(', ')}, or some of them.`,
  );
}

function ofShell(): GivenSecrets {
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
