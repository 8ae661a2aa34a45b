import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../core/ledger/failure.ts';
import type { MauticClient } from './client.ts';

/** What a working connection tells. */
export interface MauticConnection {
  /** Absent when something before Mautic takes its header away. */
  readonly version?: string;
  /** The user the bridge acts as; with client credentials the client's name and number (recording 019). */
  readonly username: string;
  /** Absent when Mautic does not tell; an administrator may do everything. */
  readonly role?: { readonly name: string; readonly isAdmin: boolean };
}

const PATH = '/api/users/self';

const Role = v.object({ name: v.string(), isAdmin: v.optional(v.boolean(), false) });
const Self = v.object({ username: v.string(), role: v.optional(v.nullable(Role)) });

/**
 * The cheapest call that needs authorisation (recordings 018-020). Its failures say what to do: wrong credentials,
 * an API that is off, a base URL that is not Mautic's, a host that does not answer.
 */
export async function testConnection(client: MauticClient): Promise<Outcome<MauticConnection>> {
  const answer = await client.call({ method: 'GET', path: PATH });
  if (!answer.ok) return answer;
  const self = v.safeParse(Self, answer.value.body);
  if (!self.success) {
    const message = `GET ${PATH} did not answer as Mautic does. Check the base URL and the version of Mautic.`;
    return failed({ kind: 'retry', code: 'unreadable', message });
  }
  const { version } = answer.value;
  const { username, role } = self.output;
  return succeeded({ username, ...(version === undefined ? {} : { version }), ...(role ? { role } : {}) });
}
