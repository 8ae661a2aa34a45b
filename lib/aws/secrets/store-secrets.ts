import * as v from 'valibot';
import type { Clock } from '../../core/ports/telemetry.ts';
import { type Cached, createCached } from './cached.ts';
import { isConfigured, problemsOf, readText, type SecretSettings, secretError } from './secret-text.ts';

const text = v.string('must be a string');
const StoreSecret = v.object(
  {
    webhookSecret: text,
    previousWebhookSecret: v.optional(text),
    // As version 0.1 had it; they have a secret of their own now.
    consumerKey: v.optional(text),
    consumerSecret: v.optional(text),
  },
  'must be an object',
);
type StoreSecret = v.InferOutput<typeof StoreSecret>;

const SHAPE = '{"<store id>":{"webhookSecret":"…","previousWebhookSecret":"… (optional)"}}';

export interface StoreSecretsSettings extends SecretSettings {
  readonly clock: Pick<Clock, 'now'>;
}

/** By store id. */
export type StoreSecrets = Cached<ReadonlyMap<string, StoreSecret>>;

/** The webhook secrets of all stores, in one secret, so that a rotation needs no deployment; none while it is not filled in. */
export function createStoreSecrets(settings: StoreSecretsSettings): StoreSecrets {
  const { clock, secretId } = settings;
  return createCached(async () => parse(secretId, await readText(settings)), clock);
}

function parse(secretId: string, content: string | undefined): ReadonlyMap<string, StoreSecret> {
  if (content === undefined) throw secretError(secretId, 'does not exist or has no value', SHAPE);
  if (!isConfigured(content)) return new Map();
  const schema = v.pipe(
    v.string(),
    v.parseJson(undefined, 'is not JSON'),
    v.record(text, StoreSecret, 'must be an object'),
  );
  const result = v.safeParse(schema, content);
  if (!result.success) throw secretError(secretId, `is malformed: ${problemsOf(result.issues)}`, SHAPE);
  return new Map(Object.entries(result.output));
}
