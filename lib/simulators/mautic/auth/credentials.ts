import type { Database } from '../database/database.ts';
import { toAtom } from '../database/dates.ts';
import { type Answer, listenerError } from '../http/answer.ts';
import type { Request } from '../http/request.ts';
import type { VersionTraits } from '../version.ts';
import {
  clientIdentity,
  type Identity,
  type SimulatedClient,
  type SimulatedUser,
  userIdentity,
} from './identity.ts';

/** Who may sign in. */
export type Accounts = {
  readonly clients: readonly SimulatedClient[];
  readonly users: readonly SimulatedUser[];
};

/** What of the API is switched on. */
export type ApiSettings = {
  readonly apiEnabled: boolean;
  readonly basicEnabled: boolean;
  /** Its OAuth2 clients were deleted: their tokens and secrets are refused. */
  readonly areClientsGone?: boolean;
};

/** What authentication looks at. */
export type Gate = {
  readonly db: Database;
  readonly accounts: Accounts;
  readonly settings: ApiSettings;
  readonly basicRefusal: VersionTraits['basicRefusal'];
  readonly now: () => Date;
};

/** The API is off, the token endpoint too (recordings 563-565). */
export function apiDisabled(): Answer {
  const message = "API disabled. You need to enable the API in the API settings of Mautic's Configuration.";
  return listenerError(403, 'api_disabled', message);
}

const BASIC_DISABLED =
  "Basic Auth disabled. You need to enable HTTP basic auth in the API settings of Mautic's Configuration.";

/** Signs a request in, or says why not (recordings 001-007, 018-021, 034, 563-567). No answer has `WWW-Authenticate` before 7. */
export function authenticate(gate: Gate, request: Request): Identity | { readonly refused: Answer } {
  if (!gate.settings.apiEnabled) return { refused: apiDisabled() };
  const bearers = bearerTokens(request);
  if (bearers.length > 1) return { refused: listenerError(400, 'invalid_request', ONE_METHOD) };
  const [bearer] = bearers;
  if (bearer !== undefined) return byToken(gate, bearer);
  const basic = basicCredentials(request.headers.authorization);
  if (basic === undefined)
    return { refused: listenerError(401, 'access_denied', 'API authorization denied.') };
  return byPassword(gate, basic);
}

const ONE_METHOD = 'Only one method may be used to authenticate at a time (Auth header, GET or POST).';

function bearerTokens({ headers, query, form }: Request): string[] {
  const header = /^Bearer\s+(\S+)/i.exec(headers.authorization ?? '')?.[1];
  return [header, query.access_token, form?.access_token].filter(
    (token): token is string => typeof token === 'string',
  );
}

function byToken(
  { db, accounts, settings, now }: Gate,
  value: string,
): Identity | { readonly refused: Answer } {
  const token = db.lookups.token(value);
  if (token?.use !== 'access' || settings.areClientsGone === true)
    return { refused: listenerError(401, 'invalid_grant', 'The access token provided is invalid.') };
  if (token.expiresAt <= now().getTime()) {
    return { refused: listenerError(401, 'invalid_grant', 'The access token provided has expired.') };
  }
  const quota = `token ${token.id}`;
  const userIndex = accounts.users.findIndex((user) => user.username === token.user);
  const user = accounts.users[userIndex];
  if (user !== undefined) return userIdentity(user, userIndex, { quota, at: toAtom(now()) });
  const clientIndex = accounts.clients.findIndex((client) => client.id === token.client);
  return clientIdentity(
    accounts.clients[clientIndex] ?? { id: token.client, secret: '' },
    Math.max(clientIndex, 0),
    quota,
  );
}

function byPassword(
  { accounts, settings, basicRefusal, now }: Gate,
  { name, password }: BasicCredentials,
): Identity | { readonly refused: Answer } {
  if (!settings.basicEnabled) return { refused: listenerError(403, 'access_denied', BASIC_DISABLED) };
  const index = accounts.users.findIndex((user) => user.username === name && user.password === password);
  const user = accounts.users[index];
  if (user !== undefined) return userIdentity(user, index, { quota: 'basic', at: toAtom(now()) });
  return { refused: basicRefusal === 'json' ? WRONG_BASIC : CHALLENGE };
}

const WRONG_BASIC = listenerError(401, 'access_denied', 'Authorization denied, invalid credentials.');
/** Symfony's own firewall (7.0.0: 013-015). */
const CHALLENGE: Answer = {
  status: 401,
  anonymous: true,
  headers: { 'WWW-Authenticate': 'Basic realm="Secured Area"' },
  body: '',
};

export type BasicCredentials = { readonly name: string; readonly password: string };

/** The user name and password of an `Authorization: Basic` header. */
export function basicCredentials(header: string | undefined): BasicCredentials | undefined {
  const encoded = /^Basic\s+(\S+)/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
