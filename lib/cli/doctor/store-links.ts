import { commandLine } from '../../core/ledger/command.ts';
import { counted } from '../../core/ledger/counted.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import { NO_WEBHOOKS, type StoreApi } from '../../core/stores/store-api.ts';
import { lastDeliveryOf, readLastDelivery } from '../../core/stores/store-progress.ts';
import { sourceOf } from '../../stores/webhooks.ts';
import type { Site } from '../place/place.ts';
import { storeRemedy } from '../store-remedy.ts';
import type { openStores } from '../stores.ts';
import { troubleOf } from '../webhooks/said.ts';
import { verdictOn } from '../webhooks/verdict.ts';
import { type Finding, failure, type Link, ok, warning } from './link.ts';
import { OTHER_CREDENTIALS } from './mautic-failure.ts';
import { type AskRefusals, refusalLink, wasRefused } from './refusal-links.ts';

type OpenStores = ReturnType<typeof openStores>;

interface Shop {
  readonly site: Site;
  readonly store: Store;
  readonly stores: OpenStores;
  readonly registers: Pick<Registers, 'read'>;
  readonly askRefusals: AskRefusals | undefined;
}

/** More than this and the order of changes is in doubt. */
const MOST_SKEW_MS = 60_000;
const QUIET_MS = 7 * 86_400_000;

/** Everything between a store and the bridge, in the order in which an order meets it. */
export function storeLinks(shop: Shop): readonly Link[] {
  const { store } = shop;
  const named = (what: string) => `${store.id}: ${what}`;
  return [
    { name: named('webhook secret'), look: async () => [await secret(shop, named('webhook secret'))] },
    { name: named('keys'), look: async () => reading(shop, named('keys')) },
    {
      name: named('webhooks'),
      needs: [named('webhook secret'), named('keys')],
      look: async () => webhooks(shop, named('webhooks')),
    },
    ...refusalLink(shop.site.place, store, shop.askRefusals),
    { name: named('last delivery'), look: async () => [await lastDelivery(shop, named('last delivery'))] },
  ];
}

async function secret({ store, stores }: Shop, link: string): Promise<Finding> {
  const secrets = await stores.secrets.of(store.id, 0);
  const strangers = secrets.length === 0 ? await stores.strangersIn('secrets') : [];
  if (strangers.length > 0) return failure(link, namedOtherwise(strangers, store), RENAME);
  if (secrets.length === 0)
    return failure(
      link,
      'none is filled in, so every delivery is refused',
      `Invent one and put it there: ${commandLine('setup')} does both.`,
    );
  return ok(link, secrets.length > 1 ? 'two are valid, while it is being changed' : 'is filled in');
}

/** Somebody filled it in, for a store that nobody has. */
function namedOtherwise(strangers: readonly string[], { id }: Store): string {
  return `it names ${strangers.join(', ')}, where bridge.config.ts has ${id}`;
}

const RENAME = 'Call the store in the secret as bridge.config.ts does.';

async function reading({ site, store, stores }: Shop, link: string): Promise<readonly Finding[]> {
  if (store.url === undefined)
    return [
      warning(
        link,
        'the store has no url in bridge.config.ts: it cannot be read, and deliveries of any shop are taken',
        site.place.kind === 'local'
          ? `To read one here, ${storeRemedy(site.place)}.`
          : 'Put its url there and deploy.',
      ),
    ];
  const api = await stores.apiOf(store);
  const strangers = api ? [] : await stores.strangersIn('keys');
  if (strangers.length > 0) return [warning(link, namedOtherwise(strangers, store), RENAME)];
  if (!api)
    return [
      warning(
        link,
        `the store has no keys: what its webhooks miss stays missing${withoutProducts(store)}`,
        `Make keys in the store and put them into the secret: ${commandLine('setup')} says where.`,
      ),
    ];
  const answered = await api.list({ kind: 'order', page: 1, perPage: 1, outline: true });
  if (!answered.ok) return [refused(site, link, answered.failure)];
  const skew = answered.value.now - Date.now();
  const orders = answered.value.total === undefined ? '' : `, ${counted(answered.value.total, 'order')}`;
  const clock =
    Math.abs(skew) > MOST_SKEW_MS
      ? [
          warning(
            link,
            `the store's clock is ${String(Math.round(skew / 1000))} s off`,
            'Set the clock of its server (NTP).',
          ),
        ]
      : [];
  return [ok(link, `the store can be read${orders}`), ...clock, ...(await particulars(store, api))];
}

/** Keys that are refused are replaced in one way, whatever else may help. */
function refused({ place }: Site, link: string, { kind, code, message }: Failure): Finding {
  const others = kind === 'authorise' && place.kind !== 'local' ? ` ${OTHER_CREDENTIALS}` : '';
  return failure(link, code, `${message}${others}`);
}

/** What comes of it where no webhook describes a product, and only reading does. */
function withoutProducts({ kind }: Store): string {
  const describes = sourceOf(kind).topics.some((topic) => topic.startsWith('product.'));
  return describes ? '' : ', and its products have no SKU and no category: no tag names them';
}

async function particulars({ id, testOrders = false }: Store, api: StoreApi): Promise<readonly Finding[]> {
  const told = await api.particulars?.({ testOrders });
  if (!told) return [];
  if (!told.ok) return [failure(`${id}: edition`, told.failure.code, told.failure.message)];
  return told.value.map(({ about, says, remedy }) =>
    remedy === undefined ? ok(`${id}: ${about}`, says) : warning(`${id}: ${about}`, says, remedy),
  );
}

async function webhooks({ site, store, stores, registers }: Shop, link: string): Promise<readonly Finding[]> {
  const api: StoreApi | undefined = store.url === undefined ? undefined : await stores.apiOf(store);
  if (!api) return [{ link, state: 'skipped', says: 'not looked at, because there are no keys' }];
  const listed = await api.webhooks();
  if (!listed.ok) {
    const { code, message } = listed.failure;
    if (code === NO_WEBHOOKS)
      return [ok(link, 'this edition has none: the store is read every quarter of an hour')];
    return [failure(link, code, message)];
  }
  const { repairs, findings } = await verdictOn({
    webhooks: listed.value,
    store: store.id,
    topics: sourceOf(store.kind).topics,
    baseUrl: site.place.webhookBaseUrl,
    secrets: stores.secrets,
    registers,
  });
  const wrong = [
    ...repairs.map(({ type, topic }) =>
      warning(
        link,
        `${topic}: ${SAYINGS[type]}`,
        `The bridge mends it within a quarter of an hour; or now: ${commandLine('webhooks repair')}`,
      ),
    ),
    ...findings.map((finding) => warning(link, troubleOf(finding), finding.remedy)),
  ];
  return wrong.length > 0 ? wrong : [ok(link, `${String(listed.value.length)} there, all topics come here`)];
}

const SAYINGS = {
  create: 'no webhook sends it here',
  'restore-topic': 'its webhook lost its topic',
  activate: 'its webhook was switched off',
  'renew-secret': 'its webhook has another secret',
} as const;

async function lastDelivery({ store, registers, askRefusals }: Shop, link: string): Promise<Finding> {
  const text = (await registers.read(lastDeliveryOf(store.id)))?.text;
  const last = text === undefined ? undefined : readLastDelivery(text);
  if (!last && (await wasRefused(store.id, askRefusals)))
    return warning(link, 'none was taken yet', 'See above what was refused, and why.');
  if (!last)
    return warning(
      link,
      'no delivery has come yet',
      'Place an order in the shop; it takes up to two minutes.',
    );
  const said = `the last one came at ${new Date(last.at).toISOString()}`;
  if (Date.now() - last.at < QUIET_MS) return ok(link, said);
  return warning(link, said, `If the shop has sold since, look at its webhooks: ${commandLine('webhooks')}`);
}
