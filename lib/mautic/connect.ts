import type { Outcome } from '../core/ledger/failure.ts';
import { createHttp } from '../http.ts';
import { createAuthorization } from './auth/auth.ts';
import type { Authorization, AuthorizationOptions } from './auth/authorization.ts';
import { exchangeCode } from './auth/code-exchange.ts';
import { createMauticClient, type MauticClient } from './client.ts';

export interface MauticSettings extends Omit<AuthorizationOptions, 'http' | 'baseUrl'> {
  /** With its path when Mautic lives under one. */
  readonly baseUrl: string;
}

/** A batch of 50 on a large Mautic without an index on its e-mail column takes 31 s (measured on 107,000 contacts). */
const TIMEOUT_MS = 60_000;
/** A batch of 200 answers with 0.99 MB; ours has 50 at most. */
const MAX_BYTES = 16 * 1024 * 1024;

/** One Mautic: how calls are authorised, calls, and what turns a person's consent into a token. */
export function connectMautic(settings: MauticSettings): {
  readonly authorization: Authorization;
  readonly client: MauticClient;
  readonly exchangeCode: (code: string) => Promise<Outcome<void>>;
} {
  const { baseUrl, clock } = settings;
  const http = createHttp({ baseUrl, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, clock });
  const authorization = createAuthorization({ ...settings, http });
  return {
    authorization,
    client: createMauticClient({ ...settings, http, authorization }),
    exchangeCode: (code) => exchangeCode({ ...settings, http }, code),
  };
}
