import { commandLine } from '../../../core/ledger/command.ts';
import { counted } from '../../../core/ledger/counted.ts';
import type { Store } from '../../../core/policy/configuration/store.ts';
import { NO_WEBHOOKS, type StoreApi, type StoreWebhook } from '../../../core/stores/store-api.ts';
import { isOurs, type WebhookRepair } from '../../../core/stores/webhook-health.ts';
import { repairWebhook } from '../../../pipeline/reconcile/webhooks/repair-webhook.ts';
import { sourceOf } from '../../../stores/webhooks.ts';
import { openLedger } from '../../ledger.ts';
import { askAt } from '../../output/questions.ts';
import { tableLines } from '../../output/table.ts';
import type { Site } from '../../place/place.ts';
import { storeRemedy } from '../../store-remedy.ts';
import { openStores } from '../../stores.ts';
import { answer } from '../../terminal.ts';
import { Interrupted } from '../../usage-error.ts';
import type { WebhookDeed } from '../../webhooks/deed.ts';
import { saidOf } from '../../webhooks/said.ts';
import { secretByHand } from '../../webhooks/secret-by-hand.ts';
import { verdictOn } from '../../webhooks/verdict.ts';

interface How {
  readonly store: string | undefined;
  readonly url: string | undefined;
  readonly yes: boolean;
}

/** What was found of a store, and done. */
interface Report {
  readonly store: string;
  readonly webhooks: readonly (Omit<StoreWebhook, 'secret'> & { readonly here: boolean })[];
  readonly done: readonly string[];
  readonly left: readonly string[];
}

/** @throws Error when a store cannot be asked, or something is left that needs a person. */
export async function webhooks(site: Site, deed: WebhookDeed, how: How): Promise<void> {
  const [stores, ledger] = [openStores(site), openLedger()];
  try {
    const some = site.config.stores.filter(({ id }) => how.store === undefined || id === how.store);
    const reports: Report[] = [];
    for (const store of some) {
      const api = store.url === undefined ? undefined : await stores.apiOf(store);
      if (!api) throw new Error(`Store ${store.id} has no url, or no keys: ${storeRemedy(site.place)}.`);
      const task: Task = { site, store, api, how, stores, registers: ledger.ledger };
      reports.push(await reportOn(task, deed));
    }
    answer(site, reports, reports.flatMap(linesOf));
    const left = reports.flatMap((report) => report.left);
    if (left.length > 0) throw new Error('Something is left that needs a person; see above.');
  } finally {
    stores.close();
    ledger.close();
  }
}

interface Task {
  readonly site: Site;
  readonly store: Store;
  readonly api: StoreApi;
  readonly how: How;
  readonly stores: ReturnType<typeof openStores>;
  readonly registers: ReturnType<typeof openLedger>['ledger'];
}

/** An edition without webhooks lacks none. */
async function reportOn(task: Task, deed: WebhookDeed): Promise<Report> {
  try {
    return await (deed === 'remove' ? remove(task) : look(task, deed));
  } catch (error) {
    if (!(error instanceof NoWebhooks)) throw error;
    return { ...report(task, []), done: [error.message], left: [] };
  }
}

/** The edition of a store has none. */
class NoWebhooks extends Error {}

async function look(task: Task, deed: Exclude<WebhookDeed, 'remove'>): Promise<Report> {
  const { store, stores, registers } = task;
  const webhooks = await listed(task);
  const situation = {
    webhooks,
    store: store.id,
    topics: sourceOf(store.kind).topics,
    baseUrl: baseUrlOf(task),
  };
  const { repairs, findings } = await verdictOn({ ...situation, secrets: stores.secrets, registers });
  const some = deed === 'list' ? [] : repairs.filter(({ type }) => deed === 'repair' || type === 'create');
  const done: string[] = [];
  for (const repair of some) done.push(await repaired(task, repair));
  const open = repairs.filter((repair) => !some.includes(repair));
  return {
    ...report(task, done.length > 0 ? await listed(task) : webhooks),
    done,
    left: [
      ...open.map(
        ({ topic, type }) => `${topic}: ${SAYINGS[type]}; ${commandLine('webhooks repair')} mends it`,
      ),
      ...findings.map(saidOf),
    ],
  };
}

const SAYINGS: Readonly<Record<WebhookRepair['type'], string>> = {
  create: 'no webhook sends it here',
  'restore-topic': 'the store has emptied the topic of its webhook',
  activate: 'the store has switched its webhook off',
  'renew-secret': 'its webhook has another secret',
};
const DONE: Readonly<Record<WebhookRepair['type'], string>> = {
  create: 'created',
  'restore-topic': 'given its topic back',
  activate: 'activated',
  'renew-secret': 'given the secret of the bridge',
};

async function repaired({ store, api, stores, site }: Task, repair: WebhookRepair): Promise<string> {
  const [secret] = await stores.secrets.of(store.id, 0);
  if (secret === undefined)
    throw new Error(`Store ${store.id} has no webhook secret yet: ${commandLine('setup')} invents one.`);
  const outcome = await repairWebhook(api, repair, secret);
  if (!outcome.ok) {
    const { code, message } = outcome.failure;
    throw new Error(
      code === 'read-only' ? `${message} Their secret is ${secretByHand(site.place)}` : message,
    );
  }
  return `${repair.topic}: ${DONE[repair.type]}`;
}

async function remove(task: Task): Promise<Report> {
  const { api, how, store } = task;
  const here = report(task, await listed(task)).webhooks.filter((webhook) => webhook.here);
  if (
    here.length > 0 &&
    !how.yes &&
    !(await askAt().agree(`Remove ${counted(here.length, 'webhook')} of store ${store.id}?`, false))
  )
    throw new Interrupted('Nothing was removed.');
  for (const { id } of here) {
    const outcome = await api.removeWebhook(id);
    if (!outcome.ok) throw new Error(outcome.failure.message);
  }
  return {
    ...report(task, await listed(task)),
    done: here.map(({ topic }) => `${topic}: removed`),
    left: [],
  };
}

async function listed({ api }: Task): Promise<readonly StoreWebhook[]> {
  const answered = await api.webhooks();
  if (answered.ok) return answered.value;
  const { code, message } = answered.failure;
  throw code === NO_WEBHOOKS ? new NoWebhooks(message) : new Error(message);
}

function baseUrlOf({ how, site }: Task): string | undefined {
  return how.url ?? (site.place.kind === 'local' ? undefined : site.place.webhookBaseUrl);
}

/** Without what they sign with. */
function report(task: Task, webhooks: readonly StoreWebhook[]): Pick<Report, 'store' | 'webhooks'> {
  const { store } = task;
  const situation = { store: store.id, baseUrl: baseUrlOf(task) };
  return {
    store: store.id,
    webhooks: webhooks.map(({ secret: _secret, ...webhook }) => ({
      ...webhook,
      here: isOurs(situation, webhook.deliveryUrl),
    })),
  };
}

function linesOf({ store, webhooks, done, left }: Report): readonly string[] {
  const rows = webhooks.map(({ id, topic, status, here, deliveryUrl }) => [
    id,
    topic,
    status,
    here ? 'here' : deliveryUrl,
  ]);
  return [
    `Store ${store}: ${counted(webhooks.length, 'webhook')}`,
    ...(rows.length > 0 ? tableLines(['id', 'topic', 'status', 'goes'], rows) : []),
    ...done,
    ...left,
  ];
}
