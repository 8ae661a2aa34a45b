import type { IncomingMessage, ServerResponse } from 'node:http';
import { html } from '../../../html.ts';
import { randomText } from '../records/random-text.ts';
import type { ShopKey } from '../rest/rest-keys.ts';
import { type Handshake, handshakeOf, queryOf } from './handshake.ts';

/** What the page on which an app is given keys is made of. */
export interface ConsentParts {
  /** Of the shop, with a slash at the end. */
  readonly home: string;
  /** Those that the API takes; the page adds one, and takes it away when the app does not take it. */
  readonly keys: ShopKey[];
  readonly random: () => number;
  /** Where an address outside leads; by default nowhere else than it says. */
  readonly leadsTo: (url: string) => string;
}

const PATH = /^\/wc-auth\/v1\/([^/]+)$/;
const MAY = new Set(['administrator', 'shop_manager']);
const COOKIE = 'wordpress_logged_in';
const TIMEOUT_MS = 60_000;
/** `wp_safe_remote_post` sends to no such host. */
const INSIDE = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/;
const NOT_SENT = 'An error occurred in the request and at the time were unable to send the consumer data';

/**
 * `/wc-auth/v1/…` as WooCommerce has it: read in its source (class-wc-auth.php of 10.x), not recorded. Whoever has the
 * cookie `wordpress_logged_in=<role>` is logged in. @returns what serves such requests, and answers false to others.
 */
export function consentPage(
  parts: ConsentParts,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const nonce = randomText(parts.random, 10);
  return (request, response) => {
    const url = new URL(request.url ?? '/', parts.home);
    const route = PATH.exec(url.pathname)?.[1];
    if (route === undefined) return false;
    answerTo(parts, { route, url, nonce, role: roleOf(request) }).then(
      (answer) => send(response, answer),
      () => response.destroy(),
    );
    return true;
  };
}

interface Visit {
  readonly route: string;
  readonly url: URL;
  readonly nonce: string;
  readonly role: string | undefined;
}

type Answer = { readonly status: number; readonly page: string } | { readonly location: string };

async function answerTo(parts: ConsentParts, { route, url, nonce, role }: Visit): Promise<Answer> {
  const handshake = handshakeOf(url.searchParams);
  if ('wrong' in handshake) return refused(handshake.wrong);
  const go = (to: string) => `${parts.home}wc-auth/v1/${to}?${queryOf(handshake).toString()}`;
  if (route === 'login') return role === undefined ? loginPage(handshake) : { location: go('authorize') };
  if (route === 'authorize' && role === undefined) return { location: go('login') };
  if (!MAY.has(role ?? '')) return refused('You do not have permission to access this page');
  if (route === 'authorize') return grantPage(handshake, `${go('access_granted')}&wc_auth_nonce=${nonce}`);
  if (route !== 'access_granted') return refused('You do not have permission to access this page');
  if (url.searchParams.get('wc_auth_nonce') !== nonce) return refused('Invalid nonce verification');
  return give(parts, handshake);
}

/** The key goes again when the app does not take it. */
async function give({ keys, random, leadsTo }: ConsentParts, handshake: Handshake): Promise<Answer> {
  const key = {
    consumerKey: `ck_${randomText(random, 40).toLowerCase()}`,
    consumerSecret: `cs_${randomText(random, 40).toLowerCase()}`,
    permissions: handshake.scope,
  };
  keys.push(key);
  const data = {
    key_id: keys.length,
    user_id: handshake.userId,
    consumer_key: key.consumerKey,
    consumer_secret: key.consumerSecret,
    key_permissions: key.permissions,
  };
  const wrong = await post(handshake.callbackUrl, { data, leadsTo });
  if (wrong === undefined) return { location: returning(handshake, '1') };
  keys.splice(keys.indexOf(key), 1);
  return refused(wrong);
}

interface Posted {
  readonly data: object;
  readonly leadsTo: ConsentParts['leadsTo'];
}

/** What is wrong with it, if anything. */
async function post(callbackUrl: string, { data, leadsTo }: Posted): Promise<string | undefined> {
  const { host, port } = new URL(callbackUrl);
  if (INSIDE.test(host) || !['', '80', '443', '8080'].includes(port)) return 'A valid URL was not provided.';
  const response = await fetch(leadsTo(callbackUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: JSON.stringify(data),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined);
  if (!response) return 'cURL error 7: Failed to connect';
  await response.body?.cancel();
  return response.status === 200 ? undefined : NOT_SENT;
}

function returning({ returnUrl, userId }: Handshake, success: '0' | '1'): string {
  const url = new URL(returnUrl);
  url.searchParams.set('success', success);
  url.searchParams.set('user_id', userId);
  return url.href;
}

function grantPage(handshake: Handshake, granted: string): Answer {
  const { markup } = html`<!DOCTYPE html><title>Application authentication request</title>
<h1>${handshake.appName} would like to connect to your store</h1>
<p>This will give "${handshake.appName}" ${handshake.scope} access.</p>
<a href="${granted}" class="wc-auth-approve">Approve</a>
<a href="${returning(handshake, '0')}" class="wc-auth-deny">Deny</a>`;
  return { status: 200, page: markup };
}

function loginPage({ appName }: Handshake): Answer {
  const { markup } = html`<!DOCTYPE html><title>Application authentication request</title>
<p>To connect to ${appName} you need to be logged in. Log in to your store below.</p>`;
  return { status: 200, page: markup };
}

function refused(reason: string): Answer {
  const { markup } = html`<!DOCTYPE html><title>Access denied</title><p>Error: ${reason}.</p>`;
  return { status: 401, page: markup };
}

function roleOf({ headers: { cookie = '' } }: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=(\\w+)`).exec(cookie)?.[1];
}

function send(response: ServerResponse, answer: Answer): void {
  if ('location' in answer) response.writeHead(302, { location: answer.location }).end();
  else response.writeHead(answer.status, { 'content-type': 'text/html; charset=UTF-8' }).end(answer.page);
}
