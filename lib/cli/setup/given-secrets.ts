import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import type { Store } from '../../core/policy/configuration/store.ts';
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

/** What is of no use without the other. */
const PAIRS: readonly (readonly [keyof GivenSecrets, keyof GivenSecrets])[] = [
  ['consumerKey', 'consumerSecret'],
  ['clientId', 'clientSecret'],
  ['username', 'password'],
];

/** Nobody guesses as many characters as this. */
const SHORTEST_WEBHOOK_SECRET = 16;

/**
 * @throws UsageError when the standard input holds something else, half of a pair is missing, or a webhook secret could
 * be guessed; nothing of it is repeated.
 */
export async function givenSecrets(fromStdin: boolean): Promise<GivenSecrets> {
  const given = await read(fromStdin);
  const half = PAIRS.find(([one, other]) => (given[one] === undefined) !== (given[other] === undefined));
  if (half)
    throw new UsageError(`Of the secrets ${half.join(' and ')} only one is given: give both, or neither.`);
  if ((given.webhookSecret?.length ?? SHORTEST_WEBHOOK_SECRET) < SHORTEST_WEBHOOK_SECRET)
    throw new UsageError(
      `The webhook secret that is given must have ${String(SHORTEST_WEBHOOK_SECRET)} characters at least: whoever guesses it can make orders up. Without one, setup invents one.`,
    );
  return given;
}

async function read(fromStdin: boolean): Promise<GivenSecrets> {
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

/**
 * What of it is for which store: of several stores one must be named.
 * @throws UsageError when none is, or one that is not there.
 */
export function givenByStore(
  given: GivenSecrets,
  stores: readonly Pick<Store, 'id'>[],
  named: string | undefined,
): (id: string) => GivenSecrets {
  const { webhookSecret, consumerKey, consumerSecret: _other, ...ofMautic } = given;
  if (webhookSecret === undefined && consumerKey === undefined) return () => given;
  const meant = named ?? (stores.length === 1 ? stores[0]?.id : undefined);
  if (!stores.some(({ id }) => id === meant))
    throw new UsageError(
      `Of which store are the secrets that are given? Say --store-id ${stores.map(({ id }) => id).join(' or ')}.`,
    );
  return (id) => (id === meant ? given : ofMautic);
}
