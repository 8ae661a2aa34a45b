import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { authorise } from '../../../lib/cli/commands/run/authorise.ts';
import { fields } from '../../../lib/cli/commands/run/fields.ts';
import { setup } from '../../../lib/cli/commands/run/setup.ts';
import type { Site } from '../../../lib/cli/place/place.ts';
import type { SetupFlags } from '../../../lib/cli/setup/setup-flags.ts';
import { type LaptopOptions, openLaptop } from '../support/laptop.ts';

const GRANT =
  '{"clientId":"local","clientSecret":"local-secret","grant":"authorization_code","redirectUri":"https://berg.test/back"}';

/** `setup --yes` of a bridge that is deployed, whose parts this shell names; and how it ended. */
async function setUp(
  options: LaptopOptions,
  {
    variables = {},
    ids = ['demo'],
    flags = {},
  }: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly ids?: readonly string[];
    readonly flags?: SetupFlags;
  } = {},
) {
  const laptop = await openLaptop(options);
  const folder = await mkdtemp(join(tmpdir(), 'bridge-setup-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, 'bridge.config.ts');
  const policy = new URL('../../../lib/core/policy.ts', import.meta.url).href;
  const stores = ids.map((id, index) => ({
    id,
    kind: 'woocommerce',
    currency: 'EUR',
    url: index === 0 ? laptop.shop.url : `https://${id}.berg.test`,
  }));
  const text = JSON.stringify({ region: 'eu-central-1', stores, mautic: { url: laptop.mautic.url } });
  await writeFile(
    config,
    `import { defineBridge } from '${policy}';\nexport const config = defineBridge(${text} as never);\n`,
  );
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { printed, complained, site } = laptop;
  const closed = () => Promise.reject(new Error('nothing is opened here'));
  const doors = {
    terminal: site.terminal,
    version: '1',
    openLocal: closed,
    start: closed,
    mautic: closed,
    companion: closed,
  };
  const ended = await setup(doors, { yes: true, config, ...flags }).then(
    () => 'well',
    (error: unknown) => (error instanceof Error ? error.message : 'thrown'),
  );
  return { ended, printed, complained, shop: laptop.shop };
}

describe('setup before Mautic lets the bridge in', () => {
  test('leaves the fields for later where there are no credentials, in one sentence', async () => {
    const { printed, complained } = await setUp({ secrets: { mautic: 'not-configured' } });

    expect(printed.filter((line) => line.startsWith('Fields: later.'))).toEqual([
      expect.stringMatching(/Mautic has no credentials yet: npm run -s bridge -- setup asks for them/),
    ]);
    expect(complained).toEqual([]);
    expect(printed.join('\n')).not.toMatch(/permissions of this function/);
  });

  test('leaves them for later where nobody has allowed it, and names the command that takes the code', async () => {
    const { printed, complained } = await setUp({ secrets: { mautic: GRANT } });

    const before = printed.slice(
      0,
      printed.findIndex((line) => line.startsWith('Looking at')),
    );
    expect(before.filter((line) => line.includes('/oauth/v2/authorize?'))).toHaveLength(1);
    expect(before.join('\n')).toMatch(/authorise --code '/);
    expect(before.at(-1)).toMatch(/^Fields: later\. Nobody has allowed/);
    expect(complained).toEqual([]);
  });
});

describe('setup', () => {
  test('ends with a complaint where something it tried is left to a person', async () => {
    const { printed, ended } = await setUp({});

    expect(printed.join('\n')).toMatch(/0 broken\./);
    expect(ended).toMatch(/left that needs a person/);
  });

  test('is not tried of webhooks where there are no keys, and ends as the doctor says', async () => {
    const { printed, ended } = await setUp({ secrets: { storeKeys: 'not-configured' } });

    expect(printed.join('\n')).toMatch(/no keys\. What its webhooks miss/);
    expect(ended).toBe('well');
  });

  test('of several stores asks whose secrets these are, and tries them at that one alone', async () => {
    const variables = { STORE_CONSUMER_KEY: 'ck_local', STORE_CONSUMER_SECRET: 'cs_local' };
    const secrets = { storeKeys: 'not-configured' };

    const unsaid = await setUp({ secrets }, { variables, ids: ['demo', 'two'] });
    const said = await setUp({ secrets }, { variables, ids: ['demo', 'two'], flags: { storeId: 'demo' } });

    expect(unsaid.ended).toMatch(
      /^Of which store are the secrets that are given\? Say --store-id demo or two/,
    );
    expect(said.printed).toContain('Store demo: the keys work, and are in Secrets Manager.');
    expect(said.printed.join('\n')).toMatch(/Store two: no keys\./);
  });

  test('refuses a webhook secret that could be guessed before anything is changed', async () => {
    const { ended, printed } = await setUp({}, { variables: { WEBHOOK_SECRET: 'x' } });

    expect(ended).toMatch(/webhook secret that is given must have 16 characters at least/);
    expect(printed).toEqual([]);
  });
});

test.each([
  ['fields', (site: Site) => fields(site, false)],
  ['authorise', (site: Site) => authorise(site, undefined)],
  ['authorise with a code', (site: Site) => authorise(site, 'a-code')],
] as const)('%s alone says what Mautic waits for', async (_name, command) => {
  const { site, complained } = await openLaptop({ secrets: { mautic: 'not-configured' } });

  await expect(command(site)).rejects.toThrow(/^Mautic has no credentials yet: .* setup/);
  expect(complained).toEqual([]);
});
