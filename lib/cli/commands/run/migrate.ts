import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createSecretsManagerClient } from '../../../aws/clients.ts';
import { createStoreKeys } from '../../../aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../../../aws/secrets/store-secrets.ts';
import type { Store } from '../../../core/policy/configuration/store.ts';
import { CommandEnvironment, readEnvironment } from '../../../environment.ts';
import { createMauticContacts } from '../../../mautic/contacts/contacts.ts';
import { createMauticEmails } from '../../../mautic/effects/emails.ts';
import { createMauticSegmentList } from '../../../mautic/effects/segment-list.ts';
import { createMauticSegments } from '../../../mautic/effects/segments.ts';
import { createMauticTemplates } from '../../../mautic/effects/templates.ts';
import { createFolding } from '../../../pipeline/record/folding.ts';
import { createBringIn } from '../../../pipeline/takeover/bring-in.ts';
import { type MovedList, moveLists } from '../../../pipeline/takeover/lists.ts';
import { obstaclesTo } from '../../../pipeline/takeover/obstacles.ts';
import type { TakeoverParts } from '../../../pipeline/takeover/parts.ts';
import { configOf, type Plan, planTakeover } from '../../../pipeline/takeover/reading.ts';
import { takenEmails, takeOver } from '../../../pipeline/takeover/take-over.ts';
import { type MadeTemplate, makeTemplates } from '../../../pipeline/takeover/templates.ts';
import { createFollowUpEmailsApi } from '../../../stores/follow-up-emails/rest/index.ts';
import { storeApiOf } from '../../../stores/rest.ts';
import { sourcesFor } from '../../../stores/webhooks.ts';
import { openLedger, variablesFor } from '../../ledger.ts';
import { openMautic } from '../../mautic.ts';
import type { Site } from '../../place/place.ts';
import { storeRemedy } from '../../store-remedy.ts';
import { answer, createTerminalLog } from '../../terminal.ts';
import { UsageError } from '../../usage-error.ts';

interface Wanted {
  readonly templates: boolean;
  readonly apply: boolean;
  readonly lists: boolean;
  readonly store: string | undefined;
  readonly name: string | undefined;
  readonly receipt: string | undefined;
  readonly categories: ReadonlyMap<string, string>;
}

/** Says what would become of everything, makes templates, or moves what is queued. */
export async function migrate(site: Site, wanted: Wanted): Promise<void> {
  const store = shopOf(site, wanted.store);
  site.whenInterrupted('What was moved stays so; run it again for the rest.');
  const { ledger, doorbell, clock, close } = openLedger();
  const mautic = openMautic(site);
  const log = createTerminalLog(site.terminal);
  const sourceOf = sourcesFor(site.config.policy);
  const receipt = wanted.receipt ?? `follow-up-emails-${store.id}.jsonl`;
  try {
    const { old, api } = await shopApis(store, { log, sourceOf });
    const seen = {
      things: ledger,
      contacts: ledger,
      doorbell,
      later: true,
      clock,
      log,
      metrics: NO_METRICS,
    } as const;
    const parts: TakeoverParts = {
      store,
      policy: site.config.policy,
      old,
      things: ledger,
      contacts: ledger,
      registers: ledger,
      bringIn: createBringIn({ store, api, source: sourceOf(store.kind), fold: createFolding(seen) }),
      templateState: (id) => createMauticEmails(mautic.client, clock).stateOf(id),
      categories: wanted.categories,
      clock,
      report: (line) => appendFileSync(receipt, `${JSON.stringify(line)}\n`),
    };
    if (wanted.apply) {
      await takeOver(parts);
      return answer(site, { moved: true, receipt }, [`Everything is moved; the receipt is in ${receipt}.`]);
    }
    const lists = await moveLists(
      {
        ...parts,
        old,
        mautic: createMauticContacts(mautic.client),
        segments: { ...createMauticSegmentList(mautic.client), ...createMauticSegments(mautic.client) },
        contacts: ledger,
      },
      { dryRun: !wanted.lists },
    );
    if (wanted.lists) return answer(site, { lists }, lists.map(sentenceOf));
    const plan = await planTakeover(parts, await takenEmails(parts));
    const shop = { name: wanted.name ?? store.id, url: store.url };
    const templates = createMauticTemplates(mautic.client);
    const made = await makeTemplates({ ...parts, shop, templates }, plan, { dryRun: !wanted.templates });
    tell(site, plan, { made, lists, obstacles: await obstaclesTo(parts, plan) });
  } finally {
    close();
    mautic.close();
  }
}

const NO_METRICS = { count: () => undefined };

/** @throws UsageError when it cannot be told which one is meant, or it has no address. */
function shopOf({ config, place }: Site, id: string | undefined): Store & { readonly url: string } {
  const shops = config.stores.filter(({ kind }) => kind === 'woocommerce');
  const [only, ...others] = shops;
  const found = id === undefined && others.length === 0 ? only : shops.find((shop) => shop.id === id);
  if (found === undefined)
    throw new UsageError(
      `--store must be one of bridge.config.ts: ${shops.map((shop) => shop.id).join(', ')}.`,
    );
  const { url } = found;
  if (url === undefined) throw new UsageError(`The store ${found.id} has no url: ${storeRemedy(place)}.`);
  return { ...found, url };
}

async function shopApis(
  store: Store & { readonly url: string },
  {
    log,
    sourceOf,
  }: { readonly log: ReturnType<typeof createTerminalLog>; readonly sourceOf: ReturnType<typeof sourcesFor> },
) {
  const environment = variablesFor(() => readEnvironment(CommandEnvironment));
  const client = createSecretsManagerClient();
  const clock = { now: () => Date.now() };
  const former = createStoreSecrets({ client, secretId: environment.STORE_SECRETS_ID, clock });
  const keys = createStoreKeys({ client, secretId: environment.STORE_KEYS_ID, former, clock, log });
  const key = await keys.of(store.id).finally(() => client.destroy());
  const tools = { clock, randomId: randomUUID, sourceOf };
  const api = key && storeApiOf(store, key, tools);
  if (key === undefined || api === undefined)
    throw new Error(`The store ${store.id} has no keys: put them into the secret of its REST API first.`);
  return { api, old: createFollowUpEmailsApi({ baseUrl: store.url, keys: key, ...tools }) };
}

function sentenceOf({ list, segment, people, leftOut, isPublic, isMoved }: MovedList): string {
  const others = leftOut > 0 ? `, ${String(leftOut)} left out (opted out, erased, ignored, unusable)` : '';
  const open = isPublic ? '; anybody may join it there: allow that in Mautic, in its preference centre' : '';
  const moved = isMoved ? 'moved before' : `${String(people)} people${others}`;
  return `list ${list} → segment "${segment}": ${moved}${open}`;
}

const SWITCHED_OFF =
  '; it is inactive there: what is queued of it still goes out, and here new orders would get it too until you take its rule out';

interface Found {
  readonly lists: readonly MovedList[];
  readonly made: readonly MadeTemplate[];
  readonly obstacles: readonly string[];
}

function tell(site: Site, plan: Plan, { made, lists, obstacles }: Found): void {
  const templates = new Map(
    made.flatMap(({ emailId, template }) => (template === undefined ? [] : [[emailId, template] as const])),
  );
  const emails = plan.emails.map(({ email, rule, stays }) => {
    const becomes = rule ? `becomes ${rule.id}` : `stays there: ${stays ?? ''}`;
    const isOff = rule !== undefined && email.status === 'inactive';
    return `e-mail ${email.id}: ${becomes}${isOff ? SWITCHED_OFF : ''}`;
  });
  const unknown = made.flatMap(({ emailId, unknown: names }) =>
    names.length === 0 ? [] : [`e-mail ${emailId} has variables without a token: ${names.join(' ')}`],
  );
  const uncategorised = made.flatMap(({ emailId, uncategorised: campaign }) =>
    campaign === undefined
      ? []
      : [`e-mail ${emailId}: Mautic made no category ${campaign}; its name says it all the same`],
  );
  const { unsent, sent, orphans } = plan;
  const counts = `${String(unsent.length)} queued, ${String(sent.length)} sent, ${String(orphans.length)} queued without an order, which will not be sent`;
  answer(site, { emails, unknown, counts, lists, obstacles, followUps: configOf(plan, templates) }, [
    ...emails,
    ...unknown,
    ...uncategorised,
    counts,
    ...lists.map(sentenceOf),
    ...obstacles,
    configOf(plan, templates),
  ]);
}
