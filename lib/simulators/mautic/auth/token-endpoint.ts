import { randomBytes } from 'node:crypto';
import { asText, type PhpMap } from '../database/php-value.ts';
import type { Token } from '../database/rows.ts';
import { type Answer, listenerError } from '../http/answer.ts';
import type { Request } from '../http/request.ts';
import { apiDisabled, basicCredentials, type Gate } from './credentials.ts';
import type { SimulatedClient } from './identity.ts';

const GRANTS = new Set(['client_credentials', 'refresh_token', 'authorization_code', 'password', 'token']);
const REFRESH_LIFETIME_MS = 14 * 24 * 3600 * 1000;
const NO_STORE = { 'Cache-Control': 'no-store, private', Pragma: 'no-cache' };
const NO_CODE = "Code doesn't exist or is invalid for the client";

type TokenGate = Gate & { readonly lifetimeSeconds: number };
type Grant = { readonly user: string | null; readonly withRefresh: boolean };

/**
 * `/oauth/v2/token` by GET or POST, in form, JSON, query or with Basic client authentication (recordings 008-017,
 * 022-037). Every refusal is 400 in Mautic's envelope.
 */
export function issueToken(gate: TokenGate, request: Request): Answer {
  if (!gate.settings.apiEnabled) return apiDisabled();
  const input: PhpMap = { ...request.query, ...request.form, ...(request.form ?? request.json) };
  const grantType = asText(input.grant_type) ?? '';
  if (!GRANTS.has(grantType))
    return refused('invalid_request', 'Invalid grant_type parameter or parameter missing');
  const client = clientOf(gate, input, request.headers.authorization);
  if ('refused' in client) return client.refused;
  return grant(gate, client, { grantType, input });
}

type GrantRequest = { readonly grantType: string; readonly input: PhpMap };

function grant(gate: TokenGate, client: SimulatedClient, { grantType, input }: GrantRequest): Answer {
  if (grantType === 'client_credentials') return tokens(gate, client, { user: null, withRefresh: false });
  if (grantType === 'refresh_token') return refresh(gate, client, asText(input.refresh_token) ?? '');
  if (grantType === 'authorization_code') return exchangeCode(gate, client, input);
  return refused('unauthorized_client', 'The grant type is unauthorized for this client_id');
}

function clientOf(
  { accounts, settings }: Gate,
  input: PhpMap,
  authorization: string | undefined,
): SimulatedClient | { readonly refused: Answer } {
  const basic = basicCredentials(authorization);
  const id = basic?.name ?? asText(input.client_id) ?? '';
  const secret = basic?.password ?? asText(input.client_secret) ?? '';
  if (id === '')
    return { refused: refused('invalid_client', 'Client id was not found in the headers or body') };
  const clients = settings.areClientsGone === true ? [] : accounts.clients;
  const client = clients.find((known) => known.id === id && known.secret === secret);
  return client ?? { refused: refused('invalid_client', 'The client credentials are invalid') };
}

/** Single use: the new pair is issued, then the old refresh token goes; its access token stays good (028-036). */
function refresh(gate: TokenGate, client: SimulatedClient, value: string): Answer {
  if (value === '') return refused('invalid_request', 'No "refresh_token" parameter found');
  const token = gate.db.lookups.token(value);
  if (token?.use !== 'refresh' || token.client !== client.id)
    return refused('invalid_grant', 'Invalid refresh token');
  if (token.expiresAt <= gate.now().getTime()) return refused('invalid_grant', 'Refresh token has expired');
  const answer = tokens(gate, client, { user: token.user, withRefresh: true });
  gate.db.tokens.delete(token.id);
  return answer;
}

/** A wrong address does not use the code up (recordings 023-026). */
function exchangeCode(gate: TokenGate, client: SimulatedClient, input: PhpMap): Answer {
  const value = asText(input.code) ?? '';
  if (value === '') return refused('invalid_request', 'Missing parameter. "code" is required');
  const code = gate.db.lookups.token(value);
  if (code?.use !== 'code' || code.client !== client.id) return refused('invalid_grant', NO_CODE);
  if (code.redirectUri !== asText(input.redirect_uri)) {
    return refused('redirect_uri_mismatch', 'The redirect URI is missing or do not match');
  }
  if (code.expiresAt <= gate.now().getTime())
    return refused('invalid_grant', 'The authorization code has expired');
  const answer = tokens(gate, client, { user: code.user, withRefresh: true });
  gate.db.tokens.delete(code.id);
  return answer;
}

function tokens(gate: TokenGate, client: SimulatedClient, { user, withRefresh }: Grant): Answer {
  const lifetime = gate.lifetimeSeconds;
  const common = { client: client.id, user, redirectUri: null };
  const access = addToken(gate, {
    ...common,
    use: 'access',
    expiresAt: gate.now().getTime() + lifetime * 1000,
  });
  const body = { access_token: access, expires_in: lifetime, token_type: 'bearer', scope: null };
  if (!withRefresh) return { status: 200, headers: NO_STORE, anonymous: true, body };
  const refreshToken = addToken(gate, {
    ...common,
    use: 'refresh',
    expiresAt: gate.now().getTime() + REFRESH_LIFETIME_MS,
  });
  return { status: 200, headers: NO_STORE, anonymous: true, body: { ...body, refresh_token: refreshToken } };
}

/** Stores a token or code with a fresh random value, and returns the value. */
export function addToken({ db }: Gate, token: Omit<Token, 'id' | 'value'>): string {
  const value = Buffer.from(randomBytes(32).toString('hex')).toString('base64url');
  db.tokens.insert((id) => ({ id, value, ...token }));
  return value;
}

function refused(type: string, message: string): Answer {
  return listenerError(400, type, message);
}
