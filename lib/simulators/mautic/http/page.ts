import type { Answer } from './answer.ts';
import type { Request } from './request.ts';

/** What a simulated Mautic says on its pages and a real one does not. */
export const SIMULATOR_HEADER = 'x-mautic-simulator';

/** Where people go with a browser: `/` and all of Mautic's own pages. */
const PAGES = /^\/(index\.php\/?)?(s(\/.*)?)?$/;

/** Of the header `Host`, which anybody may fill with anything. */
const HOST = /^[\w.:[\]-]+$/;

/** The page of a path in place of Mautic's; `undefined` where there is none. */
export function pageOf({ method, path, headers }: Request): Answer | undefined {
  const { host = '' } = headers;
  if ((method !== 'GET' && method !== 'HEAD') || !PAGES.test(path)) return undefined;
  return {
    status: 200,
    anonymous: true,
    headers: { 'Content-Type': 'text/html; charset=utf-8', [SIMULATOR_HEADER]: 'yes' },
    body: page(HOST.test(host) ? host : 'localhost'),
  };
}

function page(host: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Simulated Mautic</title>
<h1>Simulated Mautic</h1>
<p>This is a stand-in for Mautic that speaks its REST API and has no pages to log in to.</p>
<p>What it holds is read with the user admin and the password mautic:</p>
<pre>curl -u admin:mautic 'http://${host}/api/contacts'</pre>
</html>
`;
}
