import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Feed, Happening } from './feed.ts';

/** How often a quiet stream says that it is there: a browser notices a dead one only by writing, which it never does. */
const BREATH_MS = 15_000;

/**
 * Sends a feed as server-sent events, from the one after `Last-Event-ID` on, or from the beginning where that was of
 * another run. @returns what ends the stream.
 */
export function serveStream(feed: Feed, request: IncomingMessage, response: ServerResponse): () => void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  const tell = (happening: Happening) =>
    void response.write(`id: ${feed.run}.${String(happening.id)}\ndata: ${JSON.stringify(happening)}\n\n`);
  const seen = seenBefore(feed, request.headers['last-event-id']);
  response.write(`event: run\ndata: ${JSON.stringify({ run: feed.run })}\n\n`);
  for (const happening of feed.since(seen)) tell(happening);
  const stop = feed.listen(tell);
  const breath = setInterval(() => void response.write(': \n\n'), BREATH_MS);
  const end = () => {
    clearInterval(breath);
    stop();
    response.end();
  };
  response.once('close', end);
  return end;
}

/** The id of the last happening that this browser has. */
function seenBefore(feed: Feed, last: string | string[] | undefined): number {
  const [run, id] = typeof last === 'string' ? last.split('.') : [];
  return run === feed.run ? Number(id) || 0 : 0;
}
