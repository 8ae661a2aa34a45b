import { randomUUID } from 'node:crypto';
import { systemClock as clock } from '../aws/clock.ts';
import type { Failure } from '../core/ledger/failure.ts';
import type { Credentials } from '../mautic/auth/authorization.ts';
import { connectMautic } from '../mautic/connect.ts';
import { testConnection } from '../mautic/connection-test.ts';

/**
 * What Mautic says to these credentials now: they log in anew, with no token that is kept, and nothing of it is kept.
 * `undefined`: it takes them. Not for a person's grant, whose tokens renew each other.
 */
export async function complaintAboutLogin(
  baseUrl: string,
  credentials: Credentials,
): Promise<Failure | undefined> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const { client } = connectMautic({
    baseUrl,
    credentials: { read: async () => credentials },
    tokens: { read: async () => undefined, write: async () => undefined },
    claims: NOBODY_ELSE,
    clock,
    holder: randomUUID(),
    log: quiet,
    metrics: { count: () => undefined },
  });
  const tested = await testConnection(client);
  if (tested.ok) return undefined;
  // They are in no secret yet.
  return { ...tested.failure, message: tested.failure.message.replace(' in the secret', '') };
}

/** One try, beside everybody else's: nothing is shared. */
const NOBODY_ELSE = {
  finished: async () => new Map<string, string>(),
  claim: async () => 'claimed' as const,
  finish: async () => undefined,
  reopen: async () => undefined,
  release: async () => undefined,
};
