import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpAnswer, messageAnswer, send } from '../gateway/http-response.ts';
import { type Actions, act } from './actions.ts';
import { createBundle } from './bundle.ts';
import type { Feed } from './feed.ts';
import { refusalOf } from './guard.ts';
import { serveStream } from './stream.ts';
import { createViews, type ViewParts } from './views.ts';

export interface SiteParts extends ViewParts {
  readonly feed: Feed;
  readonly actions: Actions;
}

/** The page of a running bridge, on the machine it runs on. */
export interface Site {
  /** Answers a request for the page or what it loads; false: it is for somebody else. */
  readonly serve: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Ends every stream, so that nobody waits for them. */
  close(): void;
}

const EVENTS = '/console/events';
const OWN = /^\/(console(\/|\.)|$)/;

/** Everything comes from here, and nobody may put the page into a frame. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** The page, its data and its buttons. */
export function createSite(parts: SiteParts): Site {
  const views = createViews(parts, createBundle());
  const streams = new Set<() => void>();

  function serve(request: IncomingMessage, response: ServerResponse): boolean {
    const path = request.url?.split('?')[0] ?? '/';
    if (!OWN.test(path) || (path === '/' && request.method !== 'GET')) return false;
    const refusal = refusalOf(request);
    if (refusal !== undefined) refuse(request, response, refusal);
    else if (request.method === 'GET' && path === EVENTS) stream(request, response);
    else respond(request, response, path);
    return true;
  }

  function stream(request: IncomingMessage, response: ServerResponse): void {
    const end = serveStream(parts.feed, request, response);
    streams.add(end);
    response.once('close', () => void streams.delete(end));
  }

  function respond(request: IncomingMessage, response: ServerResponse, path: string): void {
    const made = request.method === 'POST' ? act(parts.actions, path, request) : views(path);
    made.then(
      (page) => answer(response, page ?? messageAnswer(404, 'Not Found')),
      () => answer(response, messageAnswer(500, 'The page could not be made.')),
    );
  }

  return {
    serve,
    close: () => {
      for (const end of streams) end();
    },
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, refusal: string): void {
  request.resume();
  answer(response, messageAnswer(403, refusal));
}

function answer(response: ServerResponse, { headers, ...made }: HttpAnswer): void {
  send(response, { ...made, headers: { ...HEADERS, ...headers } });
}
