import { onTestFinished } from 'vitest';
import { startHttpGateway } from '../../../lib/local/gateway/http-gateway.ts';
import { createPages } from '../../../lib/local/gateway/pages.ts';
import { createMemoryLedger } from '../../../lib/local/memory/ledger.ts';
import type { Actions } from '../../../lib/local/site/actions.ts';
import { createFeed } from '../../../lib/local/site/feed.ts';
import { createSite, type SiteParts } from '../../../lib/local/site/site.ts';

/** The page on a gateway of its own, over a ledger in memory, with everything its buttons were pressed for. */
export async function openedSite(parts: Partial<SiteParts> = {}) {
  const ledger = createMemoryLedger();
  const feed = createFeed('run-1', () => 1000);
  const played: string[] = [];
  const actions: Actions = {
    play: async (story) => {
      played.push(story);
      return story === 'checkout' ? [200, 200] : undefined;
    },
  };
  const pending = async () => ({ deliveries: 0, contacts: 0, effects: 0 });
  const site = createSite({
    stores: [{ id: 'demo', kind: 'woocommerce' }],
    stories: [{ id: 'checkout', title: 'A checkout' }],
    mauticUrl: 'http://127.0.0.1:3001',
    ledger,
    feed,
    actions,
    standing: { pending, now: () => 1000 },
    ask: async () => undefined,
    ...parts,
  });
  const gateway = await startHttpGateway({
    port: 0,
    handlers: { ingest: () => ({ statusCode: 200, body: 'taken in' }) },
    functionTimeoutMs: 29_500,
    health: () => ({ status: 'ok' }),
    pages: createPages({ stores: ['demo'], mauticUrl: 'http://127.0.0.1:3001' }),
    site: site.serve,
  });
  onTestFinished(async () => {
    site.close();
    await gateway.close();
  });
  return { url: gateway.url, ledger, feed, played };
}
