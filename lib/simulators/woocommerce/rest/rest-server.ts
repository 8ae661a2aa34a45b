import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultKind, Faults } from '../faults.ts';
import type { Shop } from '../shop.ts';
import { wordPressJson } from '../webhooks/wordpress-json.ts';
import { CRITICAL, type RestAnswer } from './rest-answer.ts';
import type { Gate } from './rest-keys.ts';
import { readRequest } from './rest-request.ts';
import { answerRest } from './rest-routes.ts';

/** What the server is made of. */
export interface RestParts {
  readonly shop: Shop;
  readonly gate: Gate;
  readonly faults: Faults;
  /** A cache in front of the shop takes `X-WP-Total` and `X-WP-TotalPages` out of its answers. */
  readonly dropsTotals: boolean;
  /** Sends the PINGs that wait: WooCommerce does so before it answers. */
  readonly ping: () => Promise<void>;
  /** Told of every request. */
  readonly seen: (request: SeenRequest) => void;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** 0: no answer. */
  readonly status: number;
}

/** Answers HTTP requests as WooCommerce's REST API does. */
export function restListener(parts: RestParts) {
  return (message: IncomingMessage, response: ServerResponse): void => {
    serve(parts, message, response).catch(() => response.destroy());
  };
}

async function serve(parts: RestParts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await readRequest(message);
  const fault = parts.faults.strike();
  const answer = await answerOf(parts, request, fault);
  const { method, path, query } = request;
  parts.seen({ method, path, query, status: answer?.status ?? 0 });
  if (answer === undefined) response.destroy();
  else send(response, parts.dropsTotals ? withoutTotals(answer) : answer, parts.shop.now());
}

function withoutTotals({ headers = {}, ...answer }: RestAnswer): RestAnswer {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith('x-wp-total'));
  return { ...answer, headers: Object.fromEntries(kept) };
}

async function answerOf(
  { shop, gate, ping }: RestParts,
  request: Awaited<ReturnType<typeof readRequest>>,
  fault: FaultKind | undefined,
): Promise<RestAnswer | undefined> {
  if (fault === 'reset-before') return undefined;
  const instead = fault === undefined ? undefined : INSTEAD[fault];
  if (instead !== undefined) return instead;
  const answer = answerRest(shop, gate, request);
  await ping();
  if (fault === 'commit-then-reset') return undefined;
  return fault === 'commit-then-500' ? CRITICAL : answer;
}

const INSTEAD: Partial<Record<FaultKind, RestAnswer>> = {
  'status-500': CRITICAL,
  'html-200': { status: 200, body: '<!DOCTYPE html><title>One moment, please</title>' },
  'html-403': { status: 403, body: '<html><head><title>403 Forbidden</title></head></html>' },
  'html-503': {
    status: 503,
    body: '<!DOCTYPE html><title>Maintenance</title>Briefly unavailable for scheduled maintenance.',
    headers: { 'retry-after': '600' },
  },
  'rate-limit-429': {
    status: 429,
    body: '<html><head><title>429 Too Many Requests</title></head></html>',
    headers: { 'retry-after': '30' },
  },
};

/** The date is the shop's, so that simulated time is whole. */
function send(response: ServerResponse, { status, body, headers }: RestAnswer, now: number): void {
  const isPage = typeof body === 'string';
  response.writeHead(status, {
    date: new Date(now).toUTCString(),
    'content-type': isPage ? 'text/html; charset=UTF-8' : 'application/json; charset=UTF-8',
    ...headers,
  });
  response.end(isPage ? body : wordPressJson(body));
}
