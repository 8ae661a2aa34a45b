import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { commandLine } from '../../../core/ledger/command.ts';
import { CATALOG } from '../../../stores/catalog.ts';
import { sourceOf } from '../../../stores/webhooks.ts';
import type { Site } from '../../place/place.ts';
import { openStores } from '../../stores.ts';
import { answer } from '../../terminal.ts';
import { UsageError } from '../../usage-error.ts';

interface As {
  readonly store: string;
  readonly topic: string | undefined;
}

const Recorded = v.object({
  headers: v.record(v.string(), v.string()),
  body: v.union([v.string(), v.looseObject({})]),
});

/** @throws UsageError when the file is no delivery; Error when the bridge does not take it. */
export async function send(site: Site, file: string, as: As): Promise<void> {
  const { place, config } = site;
  const store = config.stores.find(({ id }) => id === as.store);
  if (!store) throw new UsageError(`There is no store ${as.store} in bridge.config.ts.`);
  if (place.webhookBaseUrl === undefined)
    throw new Error('The bridge is stopped: start it first (npm start).');
  const { headers, body } = await deliveryIn(file, as.topic, CATALOG[store.kind].headers.topic);
  const stores = openStores(site);
  try {
    const [secret] = await stores.secrets.of(store.id, 0);
    if (secret === undefined)
      throw new Error(`Store ${store.id} has no webhook secret yet: ${commandLine('setup')} invents one.`);
    const names = CATALOG[store.kind].headers;
    const source = store.url === undefined ? {} : { [names.source]: `${store.url.replace(/\/+$/, '')}/` };
    const signed = {
      ...headers,
      ...source,
      [names.signature]: sourceOf(store.kind).sign(Buffer.from(body), secret),
    };
    const url = `${place.webhookBaseUrl}/webhooks/${store.id}`;
    const { response, said } = await posted(url, { headers: signed, body });
    answer(site, { status: response.status, said }, [`${String(response.status)} ${said}`]);
    if (!response.ok) throw new Error('The bridge did not take it.');
  } finally {
    stores.close();
  }
}

/** @throws Error that says which address could not be reached, and why. */
async function posted(
  url: string,
  delivery: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<{ readonly response: Response; readonly said: string }> {
  try {
    const response = await fetch(url, { method: 'POST', ...delivery });
    return { response, said: await response.text() };
  } catch (error) {
    throw new Error(
      `${new URL(url).origin} cannot be reached (${causeOf(error)}). Is the bridge still there, and does your network let you out?`,
      { cause: error },
    );
  }
}

/** Node says "fetch failed", and why a level below: `ECONNREFUSED`. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.name : 'no reason was given';
}

/** Of a connection, not of a delivery. */
const LEFT_OUT = new Set(['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding']);

async function deliveryIn(file: string, topic: string | undefined, topicHeader: string) {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError('There is no such file, or it cannot be read.');
  });
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  if (!json.success) throw new UsageError('The file holds no JSON.');
  const recorded = v.safeParse(Recorded, json.output);
  const given = recorded.success ? recorded.output : { headers: {}, body: text };
  const headers = Object.entries(given.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const kept = Object.fromEntries(headers.filter(([name]) => !LEFT_OUT.has(name)));
  const named = {
    'content-type': 'application/json',
    ...kept,
    ...(topic !== undefined && { [topicHeader]: topic }),
  };
  if (!Object.hasOwn(named, topicHeader))
    throw new UsageError('The file does not say of which topic it is: give --topic order.updated.');
  return { headers: named, body: typeof given.body === 'string' ? given.body : JSON.stringify(given.body) };
}
