import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { putSecret } from '../../lib/aws/secrets/secret-writer.ts';
import { doctor } from '../../lib/cli/commands/run/doctor.ts';
import { historyOf, historyText } from '../../lib/core/stores/history.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import { SHOP_OBJECTS } from '../../lib/simulators/mautic/custom-objects/object-form.ts';
import { sourceOf } from '../../lib/stores/webhooks.ts';
import { type LaptopOptions, openLaptop, WEBHOOK_BASE_URL } from './support/laptop.ts';

const Report = v.object({
  failed: v.number(),
  warnings: v.number(),
  found: v.array(
    v.object({ link: v.string(), state: v.string(), says: v.string(), remedy: v.optional(v.string()) }),
  ),
});

const BASIC = `Basic ${btoa('admin:mautic')}`;

type Laptop = Awaited<ReturnType<typeof openLaptop>>;

/** What the doctor finds, link by link; its findings as `state: says -> remedy`. */
async function examined(
  options: LaptopOptions = {},
  prepare: (laptop: Laptop) => void | Promise<void> = () => undefined,
  flags: Parameters<typeof doctor>[1] = {},
) {
  const laptop = await openLaptop({ ...options, json: true });
  await prepare(laptop);
  const ended = await doctor(laptop.site, flags).then(
    () => 'well',
    (error: unknown) => (error instanceof Error ? error.message : 'thrown'),
  );
  const report = v.parse(v.pipe(v.string(), v.parseJson(), Report), laptop.printed.join('\n'));
  const of = (link: string) =>
    report.found
      .filter((finding) => finding.link === link)
      .map(({ state, says, remedy }) => `${state}: ${says}${remedy === undefined ? '' : ` -> ${remedy}`}`);
  return { ...report, of, ended, complained: laptop.complained, text: laptop.printed.join('\n') };
}

function ledgerOf({ emulators, resources }: Laptop) {
  const client = new DynamoDBClient(connection(emulators.endpoints.dynamodb));
  onTestFinished(() => client.destroy());
  return createLedger({ client, tableName: resources.tableName });
}

async function putText({ endpoints }: Laptop['emulators'], secretId: string, value: object): Promise<void> {
  const client = new SecretsManagerClient(connection(endpoints.secretsManager));
  onTestFinished(() => client.destroy());
  await putSecret({ client, secretId }, value);
}

/** The webhooks that the bridge would make. */
function makeWebhooks({ shop }: Laptop): void {
  for (const topic of sourceOf('woocommerce').topics)
    shop.shop.webhooks.create({
      name: topic,
      topic,
      deliveryUrl: `${WEBHOOK_BASE_URL}/webhooks/demo`,
      secret: 'the secret of the shop',
    });
}

describe('a chain without a break', () => {
  test('is looked at link by link, and is only told what there is to know', async () => {
    const { failed, ended, of, found, text } = await examined({}, makeWebhooks);

    expect({ failed, ended }).toEqual({ failed: 0, ended: 'well' });
    expect(of('Mautic')[0]).toMatch(
      /^ok: 127\.0\.0\.1:\d+ answers, version 5\.\S+, as local \[1\], role Administrator$/,
    );
    expect(of('permissions')).toContain('ok: writes reach Mautic');
    expect(of('field mautic_woo_total_spent')[0]).toMatch(
      /^warning: Mautic does not have it yet -> .*fields --create/,
    );
    expect(of('demo: keys')[0]).toMatch(/^ok: the store can be read, 0 orders$/);
    expect(of('demo: webhooks')).toEqual(['ok: 9 there, all topics come here']);
    expect(of('demo: last delivery')[0]).toMatch(/^warning: no delivery has come yet/);
    expect(of('dead letters')).toEqual(['ok: 0 deliveries, 0 rings']);
    expect(found.map(({ link }) => link).slice(0, 3)).toEqual([
      'configuration',
      'bridge',
      'Mautic credentials',
    ]);
    expect(text).not.toMatch(/the secret of the shop|local-secret|cs_local/);
  });

  test('is told in lines, with how many are right', async () => {
    const laptop = await openLaptop();
    makeWebhooks(laptop);

    await doctor(laptop.site);

    expect(laptop.printed[0]).toBe('Looking at a laptop.');
    expect(laptop.printed).toContain('ok       permissions: writes reach Mautic');
    expect(laptop.printed.at(-1)).toMatch(/^\d+ ok, \d+ to look at, 0 broken\.$/);
  });
});

describe('a break', () => {
  test('of the credentials ends with failed, and what hangs on it is not looked at', async () => {
    const { of, ended } = await examined({
      secrets: { mautic: '{"clientId":"local","clientSecret":"other"}' },
    });

    expect(ended).toMatch(/broken/);
    expect(of('Mautic')[0]).toMatch(
      /^failed: .*400 invalid_client\)\. The bridge sends nothing until then\. -> Correct them in the secret.* setup --renew\.$/,
    );
    expect(of('permissions')).toEqual(['skipped: not looked at, because of Mautic']);
  });

  test.each([
    [
      'a secret that nobody filled in',
      { mautic: 'not-configured' },
      'Mautic credentials',
      /^failed: none are filled in, so contacts wait -> npm run -s bridge -- setup says where/,
    ],
    [
      'a store without a webhook secret',
      { stores: '{}' },
      'demo: webhook secret',
      /^failed: none is filled in/,
    ],
    [
      'a webhook secret of a store that nobody has',
      { stores: '{"shop":{"webhookSecret":"w"}}' },
      'demo: webhook secret',
      /^failed: it names shop, where bridge\.config\.ts has demo -> Call the store in the secret as/,
    ],
    [
      'keys of a store that nobody has',
      { storeKeys: '{"shop":{"consumerKey":"ck_local","consumerSecret":"cs_local"}}' },
      'demo: keys',
      /^warning: it names shop, where bridge\.config\.ts has demo -> Call the store/,
    ],
    ['a store without keys', { storeKeys: '{}' }, 'demo: keys', /^warning: the store has no keys/],
    [
      'wrong keys',
      { storeKeys: '{"demo":{"consumerKey":"ck_local","consumerSecret":"cs_wrong"}}' },
      'demo: keys',
      /^failed: unauthorised -> .*Check consumer key and secret/,
    ],
    [
      'Basic',
      { mautic: '{"username":"admin","password":"mautic"}' },
      'Mautic credentials',
      /^warning: .*OAuth2/,
    ],
  ])('of %s is named', async (...[_what, secrets, link, finding]) => {
    const { of } = await examined({ secrets });

    expect(of(link)[0]).toMatch(finding);
  });

  test('of the keys is told once: with keys that are refused nobody asks for webhooks', async () => {
    const storeKeys = '{"demo":{"consumerKey":"ck_local","consumerSecret":"cs_wrong"}}';
    const { of } = await examined({ secrets: { storeKeys } });

    expect(of('demo: webhooks')).toEqual(['skipped: not looked at, because of demo: keys']);
  });

  test('of credentials is found while the token that they once got still lasts', async () => {
    const { of, ended, text } = await examined({}, async ({ emulators, mautic }) => {
      const got = await fetch(`${mautic.url}/oauth/v2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: 'local',
          client_secret: 'local-secret',
        }),
      });
      const { access_token: accessToken } = v.parse(v.object({ access_token: v.string() }), await got.json());
      await putText(emulators, SECRET_IDS.token, {
        accessToken,
        obtainedAt: Date.now(),
        expiresAt: Date.now() + 3_300_000,
      });
      await putText(emulators, SECRET_IDS.mautic, { clientId: 'local', clientSecret: 'another one' });
    });

    expect(of('Mautic')[0]).toMatch(/^ok: /);
    expect(of('token')).toEqual([
      expect.stringMatching(
        /^failed: Mautic refuses the credentials .*invalid_client.* lasts for 5\d more minutes, and nothing is written after it\. -> .*setup --renew/,
      ),
    ]);
    expect(ended).toMatch(/broken/);
    expect(text).not.toContain('another one');
  });

  test('of keys in a deployed bridge names the command that takes others', async () => {
    const { of } = await examined({
      secrets: { storeKeys: '{"demo":{"consumerKey":"ck_local","consumerSecret":"cs_wrong"}}' },
      place: { kind: 'environment' },
    });

    expect(of('demo: keys')[0]).toMatch(/Check consumer key and secret.*setup --renew\.$/);
  });

  test('is none where the simulated Mautic stands still with its bridge', async () => {
    const withoutMautic = 'The simulated Mautic runs while npm start does. Start it: npm start.';
    const { of, failed, ended } = await examined(
      { place: { isRunning: false, withoutMautic } },
      makeWebhooks,
    );

    expect(of('Mautic')).toEqual([`skipped: ${withoutMautic}`]);
    expect(of('fields')).toEqual(['skipped: not looked at, because of permissions']);
    expect({ failed, ended }).toEqual({ failed: 0, ended: 'well' });
  });

  test('of an API that is switched off says where to switch it on', async () => {
    const { of } = await examined({}, ({ mautic }) => {
      mautic.faults.apiEnabled = false;
    });

    expect(of('Mautic')[0]).toMatch(/API.*off.*Configuration -> API Settings/);
  });

  test('of what the policy names in Mautic says which one', async () => {
    const policy = {
      emails: { completed: { template: 41 } },
      segments: [{ segment: 42, minOrders: 1 }],
    };
    const { of } = await examined({ policy });

    expect(of('e-mail 41')[0]).toMatch(/^failed: it is missing -> /);
    expect(of('segment 42')[0]).toMatch(/^failed: it is missing -> /);
  });

  test('of webhooks says which topic and what becomes of it', async () => {
    const { of } = await examined({}, ({ shop }) => {
      makeWebhooks({ shop } as Laptop);
      const [first] = shop.shop.webhooks.all();
      if (first) shop.shop.webhooks.change(first.id, { status: 'paused' });
    });

    expect(of('demo: webhooks')).toEqual([
      expect.stringMatching(
        /^warning: order\.created: somebody paused its webhook \(webhook \d+\) -> Somebody paused it/,
      ),
    ]);
  });

  test('of messages that were given up says how to try them again', async () => {
    const { of, ended } = await examined({}, async ({ emulators, resources }) => {
      const sqs = new SQSClient(connection(emulators.endpoints.sqs));
      await sqs.send(
        new SendMessageCommand({ QueueUrl: resources.deliveriesDeadLettersQueueUrl, MessageBody: '{}' }),
      );
      sqs.destroy();
    });

    expect(of('dead letters')[0]).toMatch(/^failed: 1 deliveries, 0 rings -> .*replay --error dead-letter/);
    expect(ended).toMatch(/broken/);
  });
});

test('a stopped bridge is told as such', async () => {
  const { of } = await examined({ place: { isRunning: false } });

  expect(of('bridge')[0]).toMatch(/^warning: it is stopped.*-> Start it: npm start\.$/);
});

describe('the past of a store', () => {
  const bought = ({ shop }: Laptop) =>
    void shop.shop.orders.place({ billing: { email: 'anna@example.org' } });

  test('that has orders and was never read is what comes next', async () => {
    const { of, failed } = await examined({}, bought);

    expect(of('demo: past')).toEqual([
      expect.stringMatching(/^ok: it was never read; the store has 1 order -> Next, .*-- backfill\./),
    ]);
    expect(failed).toBe(0);
  });

  test('that was read, is being read or is said to be none is not', async () => {
    const read = await examined({}, async (laptop) => {
      bought(laptop);
      await ledgerOf(laptop).write(historyOf('demo'), historyText(1), undefined);
    });
    const none = await examined({ policy: { history: 'none' } }, bought);

    expect(read.of('demo: past')).toEqual(['ok: what was bought before is in the ledger']);
    expect(none.of('demo: past')).toEqual([]);
  });

  test('is not asked for where the keys do not work', async () => {
    const { of } = await examined(
      { secrets: { storeKeys: '{"demo":{"consumerKey":"ck_local","consumerSecret":"cs_wrong"}}' } },
      bought,
    );

    expect(of('demo: past')).toEqual(['skipped: not looked at, because of demo: keys']);
  });
});

describe('the fields of carts', () => {
  const policy = { carts: { consent: 'not-required' } } as const;

  async function made(version: '5' | '7.0', fields: readonly object[]) {
    return examined({ policy, mautic: { version } }, async ({ mautic }) => {
      for (const field of fields) {
        const answer = await fetch(`${mautic.url}/api/fields/contact/new`, {
          method: 'POST',
          headers: { authorization: BASIC, 'content-type': 'application/json' },
          body: JSON.stringify({ label: 'Made by hand', group: 'core', ...field }),
        });
        expect(answer.status).toBe(201);
      }
    });
  }

  test('that are too short for a link, or of another type, are named with what becomes of it', async () => {
    const { of } = await made('7.0', [
      { alias: 'mautic_woo_recovery_url', type: 'url', charLengthLimit: 64 },
      { alias: 'mautic_woo_cart_data', type: 'text', charLengthLimit: 191 },
    ]);

    expect(of('field mautic_woo_recovery_url')).toEqual([
      expect.stringMatching(
        /^warning: it takes 64 characters, and links of carts are longer -> .*left out.*191/,
      ),
    ]);
    expect(of('field mautic_woo_cart_data')).toEqual([
      expect.stringMatching(
        /^warning: it is of type text, 191 characters, where textarea is meant -> .*items first.*policy\.carts\.aliases/,
      ),
    ]);
  });

  test('are all right where Mautic takes as much as it can, and a link in a text area is', async () => {
    const { of } = await made('7.0', [
      { alias: 'mautic_woo_recovery_url', type: 'url', charLengthLimit: 191 },
      { alias: 'mautic_woo_cart_data', type: 'textarea' },
    ]);
    const wide = await made('5', [{ alias: 'mautic_woo_recovery_url', type: 'textarea' }]);

    expect(of('field mautic_woo_recovery_url')).toEqual(['ok: url, 191 characters']);
    expect(of('field mautic_woo_cart_data')).toEqual(['ok: textarea']);
    expect(wide.of('field mautic_woo_recovery_url')).toEqual(['ok: textarea']);
  });

  test('of type text are named for links, which are left out if they do not fit', async () => {
    const { of } = await made('5', [{ alias: 'mautic_woo_recovery_url', type: 'text' }]);

    expect(of('field mautic_woo_recovery_url')).toEqual([
      expect.stringMatching(
        /^warning: it is of type text, where url is meant -> Links that do not fit are left out.*carts\.aliases/,
      ),
    ]);
  });
});

describe('custom objects', () => {
  const policy = {
    customObjects: { orders: { object: 'orders', unique: 'orderkey', attributes: { status: 'status' } } },
  } as const;

  test('are not tried without being asked, and nothing is written', async () => {
    const { of } = await examined({ policy }, ({ mautic }) =>
      onTestFinished(() => expect(mautic.contacts()).toEqual([])),
    );

    expect(of('Custom Objects')).toEqual([
      expect.stringMatching(/^ok: .*bridge -- doctor --try finds out now$/),
    ]);
  });

  test('are found, and nobody is left in Mautic', async () => {
    let laptop: Laptop | undefined;
    const { of } = await examined(
      { policy, mautic: { customObjects: SHOP_OBJECTS } },
      (open) => {
        laptop = open;
      },
      { isTrying: true },
    );

    expect(of('Custom Objects')).toEqual([
      'ok: Custom Object orders takes items',
      'ok: field orderkey of orders tells items apart',
    ]);
    expect(laptop?.mautic.contacts()).toEqual([]);
  });

  test('that are not there are a break, with what to do', async () => {
    const { of, ended } = await examined({ policy }, () => undefined, { isTrying: true });

    expect(of('Custom Objects')[0]).toMatch(
      /^failed: .*plugin of Custom Objects is not there -> Install the plugin/,
    );
    expect(ended).toMatch(/broken/);
  });
});

describe('scores of buyers', () => {
  test('that the policy maps are looked at: why there are none, and what to do', async () => {
    const { of } = await examined({ policy: { map: { rfmScore: 'rfm' } } });

    expect(of('scores')).toHaveLength(1);
    expect(of('scores')[0]).toMatch(/^warning: buyers have no scores yet: .* -> .*bridge -- backfill/);
  });

  test('are nothing to look at where the policy maps none', async () => {
    expect((await examined()).of('scores')).toEqual([]);
  });
});

describe('follow-ups that count the past', () => {
  const followUps = [
    { id: 'welcome', on: 'first-purchase', send: { template: 1 } },
    { id: 'fan', on: 'coupon', when: { totalOrdersAbove: 5 }, tag: 'fan' },
    { id: 'thanks', on: { status: 'completed' }, tag: 'thanked' },
  ] as const;

  test('are said to wait for the history of a store, and what to do', async () => {
    const { of } = await examined({ policy: { followUps: [...followUps] } });

    expect(of('follow-ups')).toEqual([
      expect.stringMatching(
        /^warning: for demo there wait welcome, fan: they count .* -> .*bridge -- backfill/,
      ),
    ]);
    expect(of('e-mail 1')[0]).toMatch(/^failed: it is missing/);
  });

  test('are all right once it was read, or there is none', async () => {
    const { of } = await examined({ policy: { followUps: [...followUps] } }, async (laptop) => {
      await ledgerOf(laptop).write(historyOf('demo'), historyText(1), undefined);
    });

    expect(of('follow-ups')).toEqual(['ok: what was bought before is in the ledger']);
    expect(
      (await examined({ policy: { followUps: [...followUps], history: 'none' } })).of('follow-ups'),
    ).toEqual([]);
  });
});
