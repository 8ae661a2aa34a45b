import { randomUUID } from 'node:crypto';
import { systemClock } from '../../aws/clock.ts';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { LocalEnvironment } from '../../local-environment.ts';
import { createExplain } from '../../pipeline/explain.ts';
import type { Say } from '../console/line.ts';
import { playStory, STORIES } from '../demo/recordings.ts';
import { tellCalls, textOf } from '../site/calls.ts';
import { createFaultSwitches } from '../site/faults.ts';
import { createFeed } from '../site/feed.ts';
import { createSite, type Site } from '../site/site.ts';
import type { ContactStory } from '../site/stories.ts';
import type { ViewParts } from '../site/views.ts';
import type { Pending } from './health.ts';
import type { LocalMautic } from './mautic.ts';
import { createContactReader } from './show-contact.ts';

export interface SiteSettings {
  readonly config: Pick<BridgeConfig, 'policy'>;
  readonly environment: LocalEnvironment;
  readonly mautic: Pick<LocalMautic, 'url' | 'isSimulated' | 'faults'>;
  readonly shopUrl?: string | undefined;
  readonly stores: readonly Store[];
  readonly ledger: ViewParts['ledger'];
  readonly pending: () => Promise<Pending>;
  /** Where the bridge listens; asked for when a recording is played. */
  readonly bridgeUrl: () => string;
  /** Hears what the page is told, too. */
  readonly say: Say;
}

/** The page of a local bridge. What is told to `say` is shown on it. */
export function openSite(settings: SiteSettings): Site & { readonly say: Say } {
  const { environment, mautic, stores, ledger, pending } = settings;
  const now = () => systemClock.now();
  const feed = createFeed(randomUUID(), now);
  const stopCalls = tellCalls(feed, mautic.url);
  const faults = mautic.faults && { faults: createFaultSwitches(mautic.faults) };
  const read = createContactReader({ environment, mauticUrl: mautic.url });
  const ask = async (email: string) => heldOf(await read(email));
  const { policy } = settings.config;
  const explain = createExplain({
    things: ledger,
    contacts: ledger,
    registers: ledger,
    policy,
    clock: systemClock,
  });
  const player = playerOf(settings);
  const site = createSite({
    stores,
    ledger,
    feed,
    ask,
    explain,
    ...faults,
    mauticUrl: mautic.url,
    ...(settings.shopUrl !== undefined && { shopUrl: `${settings.shopUrl}/` }),
    standing: { pending, now },
    stories: player ? STORIES : [],
    actions: { play: async (story) => player?.(story), ...faults },
  });
  return {
    serve: site.serve,
    close: () => {
      stopCalls();
      site.close();
    },
    say: (told) => {
      settings.say(told);
      feed.add({ type: 'told', told });
    },
  };
}

/**
 * What plays a recording into the bridge; `undefined` where that would do harm. Into a Mautic of people it would write
 * persons, tags and fields, and a store that is read would say of each order that there is none.
 */
function playerOf({ environment, stores, mautic, bridgeUrl }: SiteSettings) {
  const store = stores.find(({ kind }) => kind === 'woocommerce');
  const { WEBHOOK_SECRET: secret, STORE_CONSUMER_KEY: key } = environment;
  if (!store || !mautic.isSimulated || key !== undefined) return undefined;
  return (story: string) =>
    playStory({ bridgeUrl: bridgeUrl(), store: store.id, secret, storeUrl: store.url }, story);
}

type Held = NonNullable<ContactStory['held']>;

function heldOf(contact: Awaited<ReturnType<ReturnType<typeof createContactReader>>>): Held | undefined {
  if (!contact) return undefined;
  const texts = Object.entries(contact.fields).map(([alias, value]) => [alias, textOf(value) ?? ''] as const);
  return { fields: Object.fromEntries(texts), tags: contact.tags };
}
