import * as v from 'valibot';
import type { Clock, SigningSecrets } from '../../core/ports.ts';
import { createCached } from './cached.ts';
import { isConfigured, problemsOf, readText, type SecretSettings, secretError } from './secret-text.ts';

const text = v.string('must be a string');
const StoreSecrets = v.record(
  text,
  v.object(
    {
      webhookSecret: text,
      previousWebhookSecret: v.optional(text),
      consumerKey: v.optional(text),
      consumerSecret: v.optional(text),
    },
    'must be an object',
  ),
  'must be an object',
);

const SHAPE = '{"<store id>":{"webhookSecret":"…","previousWebhookSecret":"… (optional)"}}';

type SecretsByStore = ReadonlyMap<string, readonly string[]>;

export interface SigningSecretsSettings extends SecretSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** A copy older than this is read again. */
  readonly maxAgeMs?: number;
}

/** The webhook secrets of all stores, from one secret, so that a rotation needs no deployment. */
export function createSigningSecrets(settings: SigningSecretsSettings): SigningSecrets {
  const { clock, maxAgeMs = 300_000, secretId } = settings;
  const stores = createCached(async () => parse(secretId, await readText(settings)), clock);
  return {
    of: async (store, fresherThanMs = maxAgeMs) => {
      const secrets = await stores.getOrLast(Math.min(fresherThanMs, maxAgeMs));
      return secrets.get(store) ?? [];
    },
  };
}

function parse(secretId: string, content: string | undefined): SecretsByStore {
  if (content === undefined) throw secretError(secretId, 'does not exist or has no value', SHAPE);
  if (!isConfigured(content)) return new Map();
  const schema = v.pipe(v.string(), v.parseJson(undefined, 'is not JSON'), StoreSecrets);
  const result = v.safeParse(schema, content);
  if (!result.success) throw secretError(secretId, `is malformed: ${problemsOf(result.issues)}`, SHAPE);
  const stores = Object.entries(result.output);
  return new Map(
    stores.map(([store, { webhookSecret, previousWebhookSecret }]) => [
      store,
      [webhookSecret, previousWebhookSecret].filter(isConfigured),
    ]),
  );
}
