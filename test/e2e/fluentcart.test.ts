import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { everyFeed, FEED_STORE, feedRecording } from '../support/fluentcart.ts';
import { expectedFromFeeds } from '../support/fluentcart-oracle.ts';
import type { ExpectedContact } from '../support/oracle.ts';
import {
  deliver,
  deliverFeed,
  emptyFolder,
  heldContacts,
  type Running,
  startBridgeOf,
  untilIdle,
} from '../support/process.ts';
import { shuffled } from '../support/random.ts';
import { expectedFromRecordings } from '../support/recorded-expectation.ts';
import { recordedDeliveries } from '../support/woocommerce.ts';

const WOO = { id: 'demo', kind: 'woocommerce', currency: 'EUR' };

/** Each three times, and killed in the middle: any-order.test.ts, killed.test.ts (npm run test:deep). */
const everything = everyFeed();

describe('npm start -- --no-demo', () => {
  let folder: string;
  let bridge: Running | undefined;

  beforeEach(async () => {
    folder = await emptyFolder();
  });

  afterEach(async () => {
    await bridge?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('brings those of both kinds of store into one Mautic, with one contact for one address', async () => {
    const helene = 'helene@example.test';
    const shared = feedRecording('103').body.replaceAll('f2-hook@lab.test', helene);
    const feeds = [
      ...everything,
      { ...feedRecording('103'), body: shared.replaceAll('"id":12,', '"id":99,') },
    ];
    const [woo, fluent] = [expectedFromRecordings(), expectedFromFeeds(feeds)];
    const both = joined(woo.get(helene), fluent.get(helene));
    bridge = await startBridgeOf([WOO, FEED_STORE], folder);
    const { url, mauticUrl } = bridge;
    const sends = [
      ...recordedDeliveries().map((delivery) => () => deliver(url, delivery)),
      ...feeds.map((delivery) => () => deliverFeed(url, 'fluent', delivery)),
    ];
    for (const send of shuffled(sends, 23)) expect(await send()).toBe(200);
    await untilIdle(url);

    expectHeld(await heldContacts(mauticUrl), new Map([...woo, ...fluent, [helene, both]]));
  });
});

/** One person of two stores, whose newest order is the FluentCart one. */
function joined(woo: ExpectedContact | undefined, fluent: ExpectedContact | undefined): ExpectedContact {
  if (!woo || !fluent) throw new Error('the address is not of both stores');
  const sum = (alias: string) => Number(woo.fields[alias] ?? 0) + Number(fluent.fields[alias] ?? 0);
  const tags = [...woo.tags.filter((tag) => !tag.startsWith('status:')), ...fluent.tags];
  return {
    ...fluent,
    fields: {
      ...fluent.fields,
      mautic_woo_total_spent: Math.round(sum('mautic_woo_total_spent') * 100) / 100,
      mautic_woo_order_count: sum('mautic_woo_order_count'),
    },
    tags: [...new Set(tags)].sort(),
  };
}
