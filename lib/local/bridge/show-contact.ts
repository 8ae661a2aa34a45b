import { randomUUID } from 'node:crypto';
import { systemClock as clock } from '../../aws/clock.ts';
import type { LocalEnvironment } from '../../local-environment.ts';
import type { Credentials, StoredToken } from '../../mautic/auth/authorization.ts';
import type { MauticClient } from '../../mautic/client.ts';
import { connectMautic } from '../../mautic/connect.ts';
import { createMauticContacts } from '../../mautic/contacts/contacts.ts';
import { createMemoryClaims } from '../memory/claims.ts';
import { mauticSecret } from './settings.ts';

interface Asked {
  readonly environment: LocalEnvironment;
  readonly mauticUrl: string;
}

/** A contact as Mautic holds it, without empty fields. */
interface HeldContact {
  readonly email: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

/**
 * The contact as Mautic holds it, as one line of JSON: `{"email":…,"fields":{…},"tags":[…]}`, without empty fields.
 * @throws Error when Mautic has no such contact or cannot be asked.
 */
export async function showContact({ email, ...asked }: Asked & { readonly email: string }): Promise<string> {
  const contact = await createContactReader(asked)(email);
  if (!contact) throw new Error('Mautic has no contact with the address of the recorded checkout.');
  return JSON.stringify(contact);
}

/** Reads the contact of an address, if Mautic has one. It throws an Error that says why Mautic cannot be asked. */
export function createContactReader(asked: Asked): (email: string) => Promise<HeldContact | undefined> {
  let client: MauticClient | undefined;
  return async (email) => {
    client ??= connect(asked);
    const found = await createMauticContacts(client).find(email);
    if (!found.ok) {
      // Whatever it knows of tokens and refusals may be what is wrong.
      client = undefined;
      throw new Error(found.failure.message);
    }
    const [contact] = found.value;
    if (!contact) return undefined;
    const filled = Object.entries(contact.fields).filter(([, value]) => value !== null && value !== '');
    return { email: contact.email, fields: Object.fromEntries(filled), tags: contact.tags };
  };
}

function connect({ environment, mauticUrl }: Asked): MauticClient {
  let token: StoredToken | undefined;
  return connectMautic({
    baseUrl: mauticUrl,
    credentials: { read: async () => JSON.parse(mauticSecret(environment)) as Credentials },
    tokens: {
      read: async () => token,
      write: async (written) => {
        token = written;
      },
    },
    claims: createMemoryClaims(),
    clock,
    holder: randomUUID(),
    log: SILENT,
    metrics: { count() {} },
  }).client;
}

const SILENT = { info() {}, warn() {}, error() {} };
