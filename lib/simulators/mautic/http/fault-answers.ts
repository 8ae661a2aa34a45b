import { type Answer, opaqueError } from './answer.ts';
import type { FaultKind, Faults } from './faults.ts';
import { exhausted, tooMany } from './rate-limit.ts';
import type { Request } from './request.ts';

const FALLBACK_LIMIT = 1000;
/** What PHP prints with `display_errors` on; the words of recording 323 (5.2.1) with another cause. */
const PHP_WARNING =
  '<br />\n<b>Deprecated</b>:  Return type of Plugin\\Store::offsetGet($key) should be compatible with ArrayAccess in <b>Unknown</b> on line <b>0</b><br />\n';

/** What stands in front of Mautic and looks at bodies: a firewall's 403, a proxy's 413; undefined: it lets the request pass. */
export function answerOfWalls(faults: Faults, { text }: Request): Answer | undefined {
  const { firewallText, maxBodyBytes } = faults;
  if (maxBodyBytes !== undefined && Buffer.byteLength(text) > maxBodyBytes) return HTML_413;
  const isSuspect = firewallText !== undefined && text.toLowerCase().includes(firewallText.toLowerCase());
  return isSuspect ? HTML_403 : undefined;
}

/** The answer of a fault that keeps the request from Mautic; undefined when it does not. */
export function answerWithoutCommit(fault: FaultKind, faults: Faults, now: Date): Answer | undefined {
  if (fault !== 'rate-limit-429') return WITHOUT_COMMIT[fault];
  const limit = faults.rateLimitPerHour ?? FALLBACK_LIMIT;
  return tooMany(limit, exhausted(limit, now));
}

/** What a fault makes of the answer to work that was done. */
export function spoil(answer: Answer, fault: FaultKind | undefined): Answer {
  if (fault === undefined) return answer;
  if (fault === 'commit-then-500') return opaqueError(500);
  if (fault === 'commit-then-html-200') return HTML_200;
  if (fault === 'empty') return { ...answer, body: '' };
  const text = bodyText(answer);
  if (fault === 'php-warning') return { ...answer, body: PHP_WARNING + text };
  return fault === 'cut-off' ? { ...answer, body: text.slice(0, text.length / 2) } : answer;
}

/** The body as it goes over the wire. */
export function bodyText({ body }: Answer): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

const HTML_200 = htmlPage(200, 'Welcome to nginx!');
const HTML_403 = htmlPage(403, '403 Forbidden');
const HTML_413 = htmlPage(413, '413 Request Entity Too Large');
const WITHOUT_COMMIT: Partial<Record<FaultKind, Answer>> = {
  'status-500': opaqueError(500),
  'html-200': HTML_200,
  'html-403': HTML_403,
  'html-413': HTML_413,
  'html-502': htmlPage(502, '502 Bad Gateway'),
  'html-503': htmlPage(503, '503 Service Temporarily Unavailable'),
  'reset-before': { status: 0, body: '' },
};

function htmlPage(status: number, title: string): Answer {
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return { status, anonymous: true, headers: { 'Content-Type': 'text/html' }, body };
}
