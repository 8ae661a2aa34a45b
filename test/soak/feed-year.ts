import { feedFor } from '../../lib/simulators/fluentcart/feeds/feeds.ts';
import type { FeedDelivery } from '../../lib/simulators/fluentcart/feeds/jobs.ts';
import { createFluentShop } from '../../lib/simulators/fluentcart/shop.ts';
import { CATALOG } from '../../lib/stores/catalog.ts';
import { Dice, Engine } from '../simulation/engine.ts';
import { FeedLife } from '../simulation/feed-life.ts';
import { FeedShop } from '../simulation/feed-shop.ts';
import { Marks } from '../simulation/marks.ts';
import { orderSaid } from '../support/feed-orders.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { randomFrom } from '../support/random.ts';
import { mixed, PEOPLE, type ShopYearOptions } from './shop-year.ts';

/** What a feed sends, and the same in the words of the independent calculation. */
export interface FeedSending extends Pick<FeedDelivery, 'headers' | 'body'> {
  readonly says: readonly RawDelivery[];
}

const CURRENCY = 'EUR';
/** Behind every id of the other shop: e-mails name orders by their id alone. */
const LAST_ORDER = 500_000;
/** Bodies of one second could not be told apart without reading the store. */
const SECOND = 1000;

/** As many requests of the feeds of a FluentCart store as asked for; follows from the seed and the moment it begins. */
export function feedYear({ count, seed, secret, begin }: ShopYearOptions): FeedSending[] {
  const engine = new Engine(begin);
  const dice = new Dice(seed);
  const shop = createFluentShop({
    random: randomFrom(seed),
    clock: { now: () => engine.now },
    currency: CURRENCY,
    lastOrder: LAST_ORDER,
  });
  const store = new FeedShop(shop, CURRENCY);
  const marks = new Marks(() => engine.now);
  const life = new FeedLife({ store, histories: new Map(), engine, dice, people: PEOPLE, marks });
  for (const event of CATALOG.fluentcart.topics)
    shop.feeds.save(feedFor(event, 'https://bridge.example.test/webhooks/fluent', secret));
  life.begin();
  const sent: FeedDelivery[] = [];
  while (sent.length < count) {
    engine.now += dice.between(1, 4) * SECOND;
    life.act();
    // Two processes may take the same jobs.
    sent.push(...shop.jobs.run(dice.chance(0.1) ? 'twice' : undefined));
  }
  return mixed(sent.slice(0, count), seed).map(({ headers, body }) => {
    const said = orderSaid(body, { currency: CURRENCY });
    return { headers, body, says: said ? [said] : [] };
  });
}
