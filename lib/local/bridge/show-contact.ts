import { randomUUID } from 'node:crypto';
import { systemClock as clock } from '../../aws/clock.ts';
import type { LocalEnvironment } from '../../environment.ts';
import type { Credentials } from '../../mautic/auth/authorization.ts';
import { connectMautic } from '../../mautic/connect.ts';
import { createMauticContacts } from '../../mautic/contacts/contacts.ts';
import { createMemoryClaims } from '../memory/claims.ts';
import { mauticSecret } from './settings.ts';

export interface Wanted {
  readonly environment: LocalEnvironment;
  readonly mauticUrl: string;
  readonly email: string;
}

/**
 * The contact as Mautic holds it, as one line of JSON: `{"email":…,"fields":{…},"tags":[…]}`, without empty fields.
 * @throws Error when Mautic has no such contact or cannot be asked.
 */
export async function showContact({ environment, mauticUrl, email }: Wanted): Promise<string> {
  const { client } = connectMautic({
    baseUrl: mauticUrl,
    credentials: { read: async () => JSON.parse(mauticSecret(environment)) as Credentials },
    tokens: { read: async () => undefined, write: async () => undefined },
    claims: createMemoryClaims(),
    clock,
    holder: randomUUID(),
    log: SILENT,
    metrics: { count() {} },
  });
  const found = await createMauticContacts(client).find(email);
  if (!found.ok) throw new Error(found.failure.message);
  const [contact] = found.value;
  if (!contact) throw new Error('Mautic has no contact with the address of the recorded checkout.');
  const filled = Object.entries(contact.fields).filter(([, value]) => value !== null && value !== '');
  return JSON.stringify({ email: contact.email, fields: Object.fromEntries(filled), tags: contact.tags });
}

const SILENT = { info() {}, warn() {}, error() {} };
