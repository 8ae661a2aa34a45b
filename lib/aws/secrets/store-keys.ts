import * as v from 'valibot';
import type { StoreKey, StoreKeys } from '../../core/ports/secrets.ts';
import type { Log } from '../../core/ports/telemetry.ts';
import { createCached } from './cached.ts';
import { MAX_AGE_MS } from './max-age.ts';
import { isConfigured, problemsOf, readText, secretError } from './secret-text.ts';
import type { StoreSecrets, StoreSecretsSettings } from './store-secrets.ts';

export interface StoreKeysSettings extends StoreSecretsSettings {
  /** Where keys lay before they had a secret of their own; absent for whoever may not read that one. */
  readonly former?: StoreSecrets;
  readonly log: Pick<Log, 'warn'>;
}

const text = v.string('must be a string');
const Keys = v.object(
  {
    consumerKey: v.optional(text),
    consumerSecret: v.optional(text),
    username: v.optional(text),
    applicationPassword: v.optional(text),
  },
  'must be an object',
);
type Keys = v.InferOutput<typeof Keys>;

const SHAPE =
  '{"<store id>":{"consumerKey":"ck_…","consumerSecret":"cs_…"}}, of FluentCart {"username":"…","applicationPassword":"…"}';

/**
 * The keys of the stores' REST APIs, from a secret of their own, which `ingest` cannot read; half a key is none. A
 * store that is not in it yet has the keys that lie beside its webhook secret, as version 0.1 had them.
 */
export function createStoreKeys({ former, log, clock, ...secret }: StoreKeysSettings): StoreKeys {
  const own = createCached(async () => parse(secret.secretId, await readText(secret)), clock);
  const told = new Set<string>();

  function tell(store: string): void {
    if (told.has(store)) return;
    told.add(store);
    log.warn('The keys of a store lie beside its webhook secret, which ingest can read', {
      store,
      remedy: 'Move consumerKey and consumerSecret into the secret of the output StoreKeysId.',
    });
  }

  return {
    of: async (store) => {
      const key = keyOf((await own.getOrLast(MAX_AGE_MS)).get(store));
      if (key) return key;
      const before = keyOf((await former?.getOrLast(MAX_AGE_MS))?.get(store));
      if (before) tell(store);
      return before;
    },
  };
}

/** FluentCart's API is opened by a user of WordPress, so a key has two names. */
function keyOf({ username, applicationPassword, ...key }: Keys = {}): StoreKey | undefined {
  const { consumerKey = username, consumerSecret = applicationPassword } = key;
  if (!isConfigured(consumerKey) || !isConfigured(consumerSecret)) return undefined;
  return { consumerKey, consumerSecret };
}

function parse(secretId: string, content: string | undefined): ReadonlyMap<string, Keys> {
  if (content === undefined) throw secretError(secretId, 'does not exist or has no value', SHAPE);
  if (!isConfigured(content)) return new Map();
  const schema = v.pipe(
    v.string(),
    v.parseJson(undefined, 'is not JSON'),
    v.record(text, Keys, 'must be an object'),
  );
  const result = v.safeParse(schema, content);
  if (!result.success) throw secretError(secretId, `is malformed: ${problemsOf(result.issues)}`, SHAPE);
  return new Map(Object.entries(result.output));
}
