import type { HttpAnswer } from './http-response.ts';

export interface PageSettings {
  /** Ids of the stores. */
  readonly stores: readonly string[];
  readonly mauticUrl: string;
}

/** What a browser sees at a path of the bridge; `undefined` where there is no page. It exists only locally. */
export type Pages = (path: string) => HttpAnswer | undefined;

/** Pages that say what stands at the address of each store's webhooks, and where to go on. */
export function createPages({ stores, mauticUrl }: PageSettings): Pages {
  const addresses = stores.map((id) => `<li><a href="/webhooks/${escaped(id)}">/webhooks/${escaped(id)}</a>`);
  const links = `<p>Webhooks go to</p>
<ul>
${addresses.join('\n')}
</ul>
<p>What happens here: <a href="/">the console</a>. What is pending: <a href="/health">/health</a>. Mautic: <a href="${escaped(mauticUrl)}">${escaped(mauticUrl)}</a>.</p>`;

  return (path) => {
    const id = /^\/webhooks\/([^/]*)\/?$/.exec(path)?.[1];
    if (id === undefined) return undefined;
    if (stores.includes(id)) return page(200, `Webhooks of store ${id}`, `${webhookText(id)}\n${links}`);
    return page(404, 'No such store', `<p>bridge.config.ts has no store of this name.</p>\n${links}`);
  };
}

function webhookText(id: string): string {
  return `<p>This is the webhook address of store ${escaped(id)}: WooCommerce sends POST requests here, signed with the webhook's secret.
Give this address to a webhook as its delivery URL, in WooCommerce, Settings, Advanced, Webhooks.
WooCommerce only sends to ports 80, 443 and 8080 of public addresses, so put a tunnel or a proxy in front.</p>`;
}

function page(statusCode: number, title: string, content: string): HttpAnswer {
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<h1>${escaped(title)}</h1>
${content}
</html>
`;
  return { statusCode, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}
