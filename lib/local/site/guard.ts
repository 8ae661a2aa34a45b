import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What a proxy or a tunnel adds: whoever comes through one does not sit at this machine. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'cf-connecting-ip',
] as const;

/**
 * Why a request for a page of this machine is refused; `undefined`: it is not. A page of another site can make a browser
 * send requests here, and by a name that it lets point to 127.0.0.1 it could even read the answers. So only who calls
 * this server by one of its own names is served, and only its own pages may change anything. They send `sends`.
 */
export function refusalOf(request: IncomingMessage, sends = 'application/json'): string | undefined {
  const { headers, socket, method = 'GET' } = request;
  const port = String(socket.localPort);
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  const { host = '', origin } = headers;
  if (!hosts.includes(host) || FORWARDED.some((name) => headers[name] !== undefined))
    return `This page opens on the machine that it runs on only: http://127.0.0.1:${port}/`;
  if (isCrossSite(headers)) return 'A page of another site may not ask for this.';
  const isReading = method === 'GET' || method === 'HEAD';
  if (isReading) return undefined;
  if (origin !== `http://${host}`) return 'Only this page itself may change anything.';
  const { 'content-type': type = '' } = headers;
  return type === sends ? undefined : `What is sent here is ${sends}.`;
}

/** Browsers say whose page makes a request; a link that a person follows is their own wish. */
function isCrossSite({ 'sec-fetch-site': site, 'sec-fetch-mode': mode }: IncomingHttpHeaders): boolean {
  return mode !== 'navigate' && (site === 'cross-site' || site === 'same-site');
}
