import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { exportOf } from '../../lib/cli/commands/run/export.ts';
import { fields } from '../../lib/cli/commands/run/fields.ts';
import { resync } from '../../lib/cli/commands/run/resync.ts';
import { send } from '../../lib/cli/commands/run/send.ts';
import { watchBackfill } from '../../lib/cli/commands/run/watch-backfill.ts';
import { webhooks } from '../../lib/cli/commands/run/webhooks.ts';
import type { Doors } from '../../lib/cli/place/open-place.ts';
import { runProgram } from '../../lib/cli/program.ts';
import { UsageError } from '../../lib/cli/usage-error.ts';
import { BACKFILLS, backfillOf, backfillStores, newBackfill } from '../../lib/core/stores/backfill.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { sourceOf } from '../../lib/stores/webhooks.ts';
import { serve } from '../mautic/support.ts';
import { keyOf } from '../support/workshop.ts';
import { openLaptop, WEBHOOK_BASE_URL } from './support/laptop.ts';

const ANNA = 'anna@example.test';
const DEPLOYED = { kind: 'deployed' } as const;

describe('fields', () => {
  test('says what is missing, makes it on request, and then finds all of it', async () => {
    const { site, printed } = await openLaptop();

    await expect(fields(site, false)).rejects.toThrow(/^3 fields are not written/);
    expect(printed[1]).toMatch(/^mautic_woo_order_data\s+textarea\s+missing$/);
    await fields(site, true);
    printed.length = 0;
    await fields(site, false);

    expect(printed.slice(1)).toEqual([
      expect.stringMatching(/^mautic_woo_order_data\s+textarea\s+textarea$/),
      expect.stringMatching(/^mautic_woo_total_spent\s+number\s+number$/),
      expect.stringMatching(/^mautic_woo_order_count\s+number\s+number$/),
    ]);
  });

  test('of a simulated Mautic that stands still with its bridge says what to do', async () => {
    const withoutMautic = 'The simulated Mautic runs while npm start does. Start it: npm start.';
    const { site, complained } = await openLaptop({ place: { isRunning: false, withoutMautic } });

    await expect(fields(site, false)).rejects.toThrow(withoutMautic);
    expect(complained).toEqual([]);
  });

  test('of a Mautic that refuses the credentials says what to do', async () => {
    const { site } = await openLaptop({ secrets: { mautic: '{"clientId":"local","clientSecret":"no"}' } });

    await expect(fields(site, false)).rejects.toThrow(/Correct|credentials/);
  });
});

describe('webhooks', () => {
  const none = { store: undefined, url: undefined, yes: true };
  const topics = sourceOf('woocommerce').topics.length;

  test('are registered, mended, listed and removed', async () => {
    const { site, shop, printed } = await openLaptop({ place: DEPLOYED });

    await webhooks(site, 'register', none);
    expect(shop.shop.webhooks.all().map(({ deliveryUrl }) => deliveryUrl)).toEqual(
      Array.from({ length: topics }, () => `${WEBHOOK_BASE_URL}/webhooks/demo`),
    );
    const [first] = shop.shop.webhooks.all();
    if (first) shop.shop.webhooks.change(first.id, { status: 'disabled' });
    printed.length = 0;
    await expect(webhooks(site, 'list', none)).rejects.toThrow(/^Something is left that needs a person/);
    expect(printed.join('\n')).toContain(
      'the store has switched its webhook off; npm run -s bridge -- webhooks repair mends it',
    );
    await webhooks(site, 'repair', none);
    expect(shop.shop.webhooks.all().every(({ status }) => status === 'active')).toBe(true);

    await webhooks(site, 'remove', none);

    expect(shop.shop.webhooks.all()).toEqual([]);
    expect(printed.join('\n')).not.toContain('the secret of the shop');
  });

  test('that a key may not make are made by hand, with a secret that a person can read', async () => {
    const { site, printed } = await openLaptop({
      place: DEPLOYED,
      shop: { keys: [{ consumerKey: 'ck_local', consumerSecret: 'cs_local', permissions: 'read' }] },
    });

    await expect(webhooks(site, 'register', none)).rejects.toThrow(
      /the key may only read.*by hand.*aws secretsmanager get-secret-value --secret-id stores --region \S+ --query/,
    );
    expect(printed.join('\n')).not.toContain('the secret of the shop');
  });

  test('that no port lets in are said so in words, with how to get another address', async () => {
    const { site, printed } = await openLaptop({
      place: { ...DEPLOYED, webhookBaseUrl: 'https://bridge.example.test:3000' },
    });

    await expect(webhooks(site, 'list', none)).rejects.toThrow(/^Something is left that needs a person/);

    expect(printed.at(-1)).toMatch(
      /^no webhook can reach the bridge at this port\. .* 80, 443 and 8080 only\. .*aws\.domain .*--url/,
    );
  });

  test('of others are left alone', async () => {
    const { site, shop } = await openLaptop({ place: DEPLOYED });
    const other = {
      name: 'theirs',
      topic: 'order.created',
      deliveryUrl: 'https://other.example/in',
      secret: 'x',
    };
    shop.shop.webhooks.create(other);

    await webhooks(site, 'remove', none);

    expect(shop.shop.webhooks.all()).toHaveLength(1);
  });

  test('of a bridge on a laptop go where somebody says', async () => {
    const { site, shop } = await openLaptop();

    await webhooks(site, 'register', { ...none, url: 'https://tunnel.example' });

    expect(shop.shop.webhooks.all()[0]?.deliveryUrl).toBe('https://tunnel.example/webhooks/demo');
  });

  test('cannot be looked at without keys, or registered without a secret', async () => {
    const keyless = await openLaptop({ secrets: { storeKeys: '{}' }, place: DEPLOYED });
    await expect(webhooks(keyless.site, 'list', none)).rejects.toThrow(
      /has no url, or no keys: npm run -s bridge -- setup asks/,
    );
    const here = await openLaptop({ secrets: { storeKeys: '{}' } });
    await expect(webhooks(here.site, 'list', none)).rejects.toThrow(
      /or no keys: start the bridge with STORE_URL/,
    );
    const secretless = await openLaptop({ secrets: { stores: '{}' }, place: DEPLOYED });
    await expect(webhooks(secretless.site, 'register', none)).rejects.toThrow(/no webhook secret yet/);
  });

  test.each(['nowhere', 'ftp://tunnel.example'])('do not go to %s, which is no web address', async (url) => {
    await expect(
      runProgram(['webhooks', 'register', '--url', url, '--local'], doorsTo(await openLaptop())),
    ).rejects.toThrow(/^--url must be an address like https:/);
  });

  test('are not removed without being asked', async () => {
    const { site } = await openLaptop({ place: DEPLOYED });
    await webhooks(site, 'register', none);

    await expect(webhooks(site, 'remove', { ...none, yes: false })).rejects.toThrow(UsageError);
  });
});

/** Doors that lead to this laptop alone. */
function doorsTo({ site }: Awaited<ReturnType<typeof openLaptop>>): Doors {
  const closed = async () => {
    throw new Error('nothing is opened here');
  };
  return {
    terminal: site.terminal,
    version: '1',
    openLocal: async () => site.place,
    start: closed,
    mautic: closed,
    companion: closed,
  };
}

/** The ledger of a laptop. */
function ledgerOf({ emulators, resources }: Awaited<ReturnType<typeof openLaptop>>) {
  const client = new DynamoDBClient(connection(emulators.endpoints.dynamodb));
  onTestFinished(() => client.destroy());
  return createLedger({ client, tableName: resources.tableName });
}

describe('resync', () => {
  test('reads an order that no webhook told of, and wants its contact in full', async () => {
    const laptop = await openLaptop();
    const id = laptop.shop.shop.orders.place({ billing: { email: ANNA } });

    await resync(laptop.site, { kind: 'order', ref: { kind: 'order', store: 'demo', id: String(id) } });

    expect(laptop.printed).toEqual([`order/demo/${String(id)}: read again`, '1 contact is written in full.']);
    expect(await ledgerOf(laptop).profile(keyOf(ANNA))).toMatchObject({
      email: ANNA,
      doubt: true,
      work: 'live',
    });
    await resync(laptop.site, { kind: 'contact', contact: keyOf(ANNA) });
    expect(laptop.printed.join('\n')).not.toContain('@');
  });

  test('knows an order by its id however it is written, and none by what is no number', async () => {
    const laptop = await openLaptop();
    const id = String(laptop.shop.shop.orders.place({ billing: { email: ANNA } }));

    for (const written of [`#${id}`, `demo/000${id}`, `order/demo/${id}`])
      await runProgram(['resync', written, '--local'], doorsTo(laptop));

    const once = [`order/demo/${id}: read again`, '1 contact is written in full.'];
    expect(laptop.printed).toEqual([...once, ...once, ...once]);
    await expect(runProgram(['resync', 'A-1005', '--local'], doorsTo(laptop))).rejects.toThrow(
      /^A shop knows its orders by their id/,
    );
  });

  test('says when there is no such order, or no such person', async () => {
    const { site, printed } = await openLaptop();
    const nowhere = { kind: 'order', ref: { kind: 'order', store: 'demo', id: '404' } } as const;

    for (const _time of [1, 2]) {
      printed.length = 0;
      await expect(resync(site, nowhere)).rejects.toThrow(/^The store has no such order/);
      expect(printed).toEqual(['order/demo/404: the store has no such order']);
    }
    await expect(resync(site, { kind: 'contact', contact: keyOf(ANNA) })).rejects.toThrow(/knows no order/);
  });

  test('of a store without keys says what is missing', async () => {
    const { site } = await openLaptop({ secrets: { storeKeys: '{}' } });

    await expect(
      resync(site, { kind: 'order', ref: { kind: 'order', store: 'demo', id: '1' } }),
    ).rejects.toThrow(/Not all of it could be read/);
  });

  test('of a store without an address says what is missing, whatever keys there are', async () => {
    const { site, printed } = await openLaptop();
    const [store] = site.config.stores;
    if (!store) throw new Error('there is a store');
    const { url: _url, ...homeless } = store;
    const config = { ...site.config, stores: [homeless] };

    await expect(
      resync({ ...site, config }, { kind: 'order', ref: { kind: 'order', store: 'demo', id: '1' } }),
    ).rejects.toThrow(/Not all of it could be read/);
    expect(printed[0]).toMatch(/no url, or no keys, so it cannot be read: start the bridge with STORE_URL/);
  });
});

describe('export', () => {
  test('shows everything the ledger holds of a person, and of nobody else', async () => {
    const laptop = await openLaptop();
    for (const email of [ANNA, 'ben@example.test']) {
      const id = laptop.shop.shop.orders.place({ billing: { email } });
      await resync(laptop.site, { kind: 'order', ref: { kind: 'order', store: 'demo', id: String(id) } });
    }
    laptop.printed.length = 0;

    await exportOf(laptop.site, keyOf(ANNA));

    const Shown = v.object({
      profile: v.object({ email: v.string() }),
      things: v.array(v.object({ state: v.object({ email: v.string() }) })),
    });
    const shown = v.parse(v.pipe(v.string(), v.parseJson(), Shown), laptop.printed.join('\n'));
    expect(shown).toEqual({ profile: { email: ANNA }, things: [{ state: { email: ANNA } }] });
    await expect(exportOf(laptop.site, keyOf('nobody@example.test'))).rejects.toThrow(/knows nothing/);
  });
});

describe('send', () => {
  async function fileWith(text: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'bridge-send-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'delivery.json');
    await writeFile(file, text);
    return file;
  }

  async function opened(status = 200) {
    const bridge = await serve(() => ({ status, body: { message: 'accepted' } }));
    const laptop = await openLaptop({ place: { webhookBaseUrl: bridge.url } });
    return { ...laptop, seen: bridge.seen };
  }

  test('signs what was recorded with the secret of the store, from its address', async () => {
    const { site, shop, seen, printed } = await opened();
    const body = '{"id":23}';
    const headers = {
      'X-WC-Webhook-Topic': 'order.updated',
      'X-WC-Webhook-Signature': 'old',
      Host: 'elsewhere',
    };

    await send(site, await fileWith(JSON.stringify({ headers, body })), { store: 'demo', topic: undefined });

    expect(seen[0]?.headers).toMatchObject({
      'x-wc-webhook-topic': 'order.updated',
      'x-wc-webhook-signature': sourceOf('woocommerce').sign(Buffer.from(body), 'the secret of the shop'),
      'x-wc-webhook-source': `${shop.url}/`,
    });
    expect(printed[0]).toMatch(/^200 /);
  });

  test('takes a body alone with its topic', async () => {
    const { site, seen } = await opened();

    await send(site, await fileWith('{"id":23}'), { store: 'demo', topic: 'order.created' });

    expect(seen[0]?.headers['x-wc-webhook-topic']).toBe('order.created');
  });

  test('says which address cannot be reached, and why', async () => {
    const { site } = await openLaptop({ place: { webhookBaseUrl: 'http://127.0.0.1:1' } });
    const as = { store: 'demo', topic: 'order.updated' };

    await expect(send(site, await fileWith('{"id":23}'), as)).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:1 cannot be reached \(\w/,
    );
  });

  test('says what is wrong with a file, and that the bridge does not take it', async () => {
    const { site } = await opened(401);
    const as = { store: 'demo', topic: undefined };

    await expect(send(site, '/nowhere/at/all', as)).rejects.toThrow(/no such file/);
    await expect(send(site, await fileWith('no JSON'), as)).rejects.toThrow(/holds no JSON/);
    await expect(send(site, await fileWith('{"id":23}'), as)).rejects.toThrow(/give --topic/);
    await expect(send(site, await fileWith('{}'), { ...as, topic: 'order.updated' })).rejects.toThrow(
      /did not take it/,
    );
  });
});

describe('follow-ups', () => {
  test('are not listed of a store or a person that nobody knows', async () => {
    const laptop = await openLaptop();
    const said = (line: string) => runProgram(line.split(' '), doorsTo(laptop));

    await expect(said('follow-ups --order 23 --store nowhere --local')).rejects.toThrow(
      /^--store must be one of bridge\.config\.ts: demo\.$/,
    );
    await expect(said(`follow-ups --contact ${ANNA} --local`)).rejects.toThrow(
      /knows nothing of this person/,
    );
    await expect(said('follow-ups --local')).resolves.toBeUndefined();
  });
});

describe('backfill', () => {
  test('that was put down by somebody who died before it was announced is announced by whoever starts it again', async () => {
    const laptop = await openLaptop();
    const ledger = ledgerOf(laptop);
    await ledger.write(backfillOf('demo'), JSON.stringify(newBackfill({}, Date.now())), undefined);

    await runProgram(['backfill', '--yes', '--detach', '--local'], doorsTo(laptop));

    expect(backfillStores((await ledger.read(BACKFILLS))?.text)).toEqual(['demo']);
    expect(laptop.printed[0]).toMatch(/^The backfill of store demo is running/);
  });

  test('that stands still says so to whoever watches, once', async () => {
    const { site, complained } = await openLaptop({ place: { kind: 'deployed' } });
    const began = Date.UTC(2026, 10, 27);
    const text = JSON.stringify({ ...newBackfill({}, began), movedAt: began });
    let now = began;
    const clock = {
      now: () => now,
      sleep: async () => {
        now += 4 * 60_000;
        if (now > began + 20 * 60_000) throw new Error('nobody watches any more');
      },
    };
    const registers = { read: async () => ({ text, revision: 1 }), write: async () => false };

    await expect(watchBackfill(site, { registers, clock }, 'demo')).rejects.toThrow('nobody watches');

    expect(complained).toEqual([
      'Nothing has moved since 2026-11-27T00:00:00.000Z: npm run -s bridge -- doctor says what is in the way, and the log of backfill what failed.',
    ]);
  });

  test('that has read everything is not paused any more, and says why', async () => {
    const laptop = await openLaptop();
    const written = JSON.stringify({ ...newBackfill({}, Date.now()), step: 'writing' });
    await ledgerOf(laptop).write(backfillOf('demo'), written, undefined);

    await expect(runProgram(['backfill', '--pause', '--local'], doorsTo(laptop))).rejects.toThrow(
      /^Everything of store demo is read, so there is nothing to pause/,
    );
  });
});
