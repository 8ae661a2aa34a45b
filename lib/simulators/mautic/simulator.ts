import type { AddressInfo } from 'node:net';
import type { Accounts } from './auth/credentials.ts';
import { type SimulatedClient, type SimulatedUser, userIdentity } from './auth/identity.ts';
import { addToken } from './auth/token-endpoint.ts';
import { type CustomObjectForm, makeCustomObject } from './custom-objects/object-form.ts';
import { closedLists } from './database/closed-lists.ts';
import type { CustomItem } from './database/custom-rows.ts';
import { type Database, openDatabase } from './database/database.ts';
import type { Note, SentEmail, Stored } from './database/rows.ts';
import { type Faults, type InitialFaults, makeFaults } from './http/faults.ts';
import { makeRateLimiter } from './http/rate-limit.ts';
import { type Received, requestOf } from './http/request.ts';
import { makeRequestLog, type RequestRecord } from './http/request-log.ts';
import { makeServer, reply, type Sent } from './http/server.ts';
import { makePeople, type People } from './people.ts';
import { type MauticVersion, traitsOf } from './version.ts';
import type { World } from './world.ts';

/** How a simulated Mautic is started; everything has a default. */
export type SimulatorOptions = {
  /** On 127.0.0.1; 0 or absent: any free one. */
  readonly port?: number;
  /** Where the state lies; absent: in memory. An answered write survives SIGKILL. */
  readonly dataDir?: string;
  readonly version?: MauticVersion;
  /** Default: `local` with the secret `local-secret`; all may use client_credentials. */
  readonly clients?: readonly SimulatedClient[];
  /** Default: `admin` with the password `mautic`. */
  readonly users?: readonly SimulatedUser[];
  readonly tokenLifetimeSeconds?: number;
  readonly now?: () => Date;
  /** Character limits by field alias, for installations that were upgraded (255) or changed. */
  readonly customFieldLimits?: Readonly<Record<string, number>>;
  /** The plugin of Custom Objects is installed, and these objects are made; absent: no plugin. */
  readonly customObjects?: readonly CustomObjectForm[];
  /** The switches and rules at the start; change them later through `MauticSimulator.faults`. */
  readonly faults?: InitialFaults;
  /** Hears of each request that will never be answered (`timeout`), once all it asks for is done. */
  readonly onSilence?: (method: string, path: string) => void;
};

/** A contact as tests look at it. */
type PlainContact = {
  readonly id: number;
  readonly email: string | undefined;
  /** By alias, `points` included; a field without a value is absent. */
  readonly fields: Readonly<Record<string, Stored>>;
  readonly tags: readonly string[];
};

/** A custom item as tests look at it. */
type PlainItem = {
  readonly id: number;
  /** Its object's alias. */
  readonly object: string;
  readonly name: string;
  readonly attributes: CustomItem['values'];
  /** Those it is linked to, by id. */
  readonly contacts: readonly number[];
};

/** A running simulated Mautic. */
export type MauticSimulator = {
  /** Without a slash at the end. */
  readonly url: string;
  readonly faults: Faults;
  /** What people do in Mautic's pages, as the first user. */
  readonly people: People;
  /** The last requests, 10,000 at least. */
  readonly requests: readonly RequestRecord[];
  /** How often each endpoint was called since the start, by method and pattern. */
  readonly counts: ReadonlyMap<string, number>;
  readonly contacts: () => readonly PlainContact[];
  readonly customItems: () => readonly PlainItem[];
  readonly notes: () => readonly Note[];
  readonly sentEmails: () => readonly SentEmail[];
  /** An authorisation code as a user's consent would give it, good for 30 seconds. */
  readonly issueCode: (code: {
    readonly client: string;
    readonly user: string;
    readonly redirectUri: string;
  }) => string;
  /** What a request is answered with that something before Mautic in this process has received. */
  readonly reply: (received: Received) => Promise<Sent | 'break' | 'silence'>;
  readonly close: () => Promise<void>;
};

const CLIENTS: readonly SimulatedClient[] = [{ id: 'local', secret: 'local-secret' }];
const ADMIN: SimulatedUser = { username: 'admin', password: 'mautic' };
const USERS: readonly SimulatedUser[] = [ADMIN];
const CODE_LIFETIME_MS = 30_000;

/** Starts a simulated Mautic on 127.0.0.1; rejects when the port is taken. */
export async function startMauticSimulator(options: SimulatorOptions = {}): Promise<MauticSimulator> {
  const traits = traitsOf(options.version ?? '5');
  const now = options.now ?? (() => new Date());
  const db = openDatabase(options.dataDir, traits.charLengthLimit);
  const { faults, strike, race } = makeFaults((use = 'access') => expireTokens(db, use), options.faults);
  const accounts: Accounts = { clients: options.clients ?? CLIENTS, users: options.users ?? USERS };
  const world: World = {
    db,
    traits,
    now,
    isInList: closedLists(traits),
    raceWindow: race,
    mailFailure: () => faults.mailFailure,
    cannotMakeField: (alias) => faults.cannotMakeField(alias),
    customFieldLimits: options.customFieldLimits ?? {},
    customObjects: { areInstalled: options.customObjects !== undefined },
  };
  for (const form of options.customObjects ?? []) makeCustomObject(world, form);
  const gate = {
    db,
    accounts,
    now,
    basicRefusal: traits.basicRefusal,
    lifetimeSeconds: options.tokenLifetimeSeconds ?? 3600,
  };
  const log = makeRequestLog();
  const limiter = makeRateLimiter();
  const silent = options.onSilence ?? (() => undefined);
  const parts = { world, gate, faults, strike, limiter, log, silent };
  const server = makeServer(parts);
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    people: makePeople(world, userIdentity(accounts.users[0] ?? ADMIN, 0, { quota: 'people', at: '' })),
    requests: log.requests,
    counts: log.counts,
    contacts: () => plainContacts(db),
    customItems: () => plainItems(db),
    notes: () => db.notes.all(),
    sentEmails: () => db.sentEmails.all(),
    issueCode: (code) => {
      const settings = { apiEnabled: true, basicEnabled: true };
      return addToken(
        { ...gate, settings },
        { ...code, use: 'code', expiresAt: now().getTime() + CODE_LIFETIME_MS },
      );
    },
    reply: (received) => reply(parts, requestOf(received), now()),
    close: () => close(server, db),
  };
}

function listen(server: ReturnType<typeof makeServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: ReturnType<typeof makeServer>, db: Database): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      db.close();
      resolve();
    });
    server.closeAllConnections();
  });
}

function plainContacts(db: Database): PlainContact[] {
  return db.contacts.all().map((contact) => {
    const email = contact.values.email;
    return {
      id: contact.id,
      email: email === undefined ? undefined : String(email),
      fields: { ...contact.values, points: contact.points },
      tags: contact.tags.map((id) => db.tags.get(id)?.tag ?? ''),
    };
  });
}

function plainItems(db: Database): PlainItem[] {
  const links = db.customLinks.all();
  return db.customItems.all().map(({ id, object, name, values }) => ({
    id,
    object: db.customObjects.get(object)?.alias ?? '',
    name,
    attributes: values,
    contacts: links.filter(({ item }) => item === id).map(({ contact }) => contact),
  }));
}

function expireTokens(db: Database, use: 'access' | 'refresh'): void {
  for (const token of db.tokens.all()) if (token.use === use) db.tokens.put({ ...token, expiresAt: 0 });
  db.flush();
}
