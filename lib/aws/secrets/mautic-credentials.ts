import * as v from 'valibot';
import type { Clock } from '../../core/ports/telemetry.ts';
import { createCached } from './cached.ts';
import { MAX_AGE_MS } from './max-age.ts';
import { isConfigured, readText, type SecretSettings, secretError } from './secret-text.ts';

const secret = v.pipe(
  v.string(),
  v.check((text) => isConfigured(text)),
);

const Credentials = v.union([
  v.object({
    clientId: secret,
    clientSecret: secret,
    grant: v.literal('authorization_code'),
    redirectUri: v.pipe(secret, v.url()),
  }),
  v.object({
    clientId: secret,
    clientSecret: secret,
    grant: v.exactOptional(v.literal('client_credentials')),
  }),
  v.object({ username: secret, password: secret }),
]);

/**
 * OAuth2 credentials, of a client that acts for itself or for a person who authorised it, or a user's name and
 * password for Basic authentication.
 */
type MauticCredentials = v.InferOutput<typeof Credentials>;

export interface MauticCredentialsSource {
  /**
   * The credentials, read at most five minutes ago (or whatever the settings say), or just now when `fresh`.
   * @throws when they cannot be read or are not filled in; the message says what to put where.
   */
  read(fresh?: boolean): Promise<MauticCredentials>;
}

export interface MauticCredentialsSettings extends SecretSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** A copy older than this is read again. */
  readonly maxAgeMs?: number;
}

const SHAPE =
  '{"clientId":"…","clientSecret":"…"} or {"username":"…","password":"…"}; or, for a Mautic without the grant client_credentials, {"clientId":"…","clientSecret":"…","grant":"authorization_code","redirectUri":"https://…"}';

/** What the bridge logs in to Mautic with, from Secrets Manager. */
export function createMauticCredentials(settings: MauticCredentialsSettings): MauticCredentialsSource {
  const { clock, secretId, maxAgeMs = MAX_AGE_MS } = settings;
  const credentials = createCached(async () => parse(secretId, await readText(settings)), clock);
  return { read: (fresh = false) => (fresh ? credentials.get(0) : credentials.getOrLast(maxAgeMs)) };
}

function parse(secretId: string, content: string | undefined): MauticCredentials {
  if (content === undefined) throw secretError(secretId, 'does not exist or has no value', SHAPE);
  if (!isConfigured(content)) throw secretError(secretId, 'is not filled in yet', SHAPE);
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Credentials), content);
  if (!result.success) throw secretError(secretId, 'holds no usable Mautic credentials', SHAPE);
  return result.output;
}
