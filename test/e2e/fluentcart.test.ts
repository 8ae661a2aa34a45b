import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { everyFeed, FEED_SOURCE, feedRecording } from '../support/fluentcart.ts';
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

const FLUENT = { id: 'fluent', kind: 'fluentcart', currency: 'EUR', url: FEED_SOURCE };
const WOO = { id: 'demo', kind: 'woocommerce', currency: 'EUR' };

/** Each three times: any-order.test.ts (npm run test:deep). */
const everything = everyFeed();
const expected = expectedFromFeeds(everything);

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

  async function open(...stores: readonly object[]): Promise<Running> {
    bridge = await startBridgeOf(stores, folder);
    return bridge;
  }

  it('brings all recorded deliveries of FluentCart to the contacts that follow from them, though it is killed in the middle', async () => {
    expect(expected.size).toBeGreaterThan(3);
    const half = Math.ceil(everything.length / 2);
    const mixed = shuffled(everything, 22);
    const first = await open(FLUENT);
    const sending = Promise.all(
      mixed.slice(0, half).map((delivery) => deliverFeed(first.url, 'fluent', delivery)),
    );
    await sleep(400);
    await first.kill();
    const answered = await sending;
    const { url, mauticUrl } = await open(FLUENT);
    // FluentCart sends nothing twice; what was not answered with 200 is what REST would find.
    const lost = mixed.slice(0, half).filter((_, index) => answered[index] !== 200);
    for (const delivery of [...lost, ...mixed.slice(half)])
      expect(await deliverFeed(url, 'fluent', delivery)).toBe(200);
    await untilIdle(url);

    expectHeld(await heldContacts(mauticUrl), expected);
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
    const { url, mauticUrl } = await open(WOO, FLUENT);
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
