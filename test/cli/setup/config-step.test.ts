import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadStages } from '../../../lib/cli/configuration.ts';
import type { Questions } from '../../../lib/cli/output/questions.ts';
import { configure } from '../../../lib/cli/setup/config-step.ts';
import { configText } from '../../../lib/cli/setup/config-text.ts';
import type { SetupFlags } from '../../../lib/cli/setup/setup-flags.ts';
import { obstaclesTo } from '../../../lib/core/policy/configuration/advice.ts';

const GOOD = {
  region: 'eu-central-1',
  storeUrl: 'https://shop.berg.test',
  currency: 'EUR',
  mauticUrl: 'https://mautic.berg.test/crm',
} as const;

afterEach(() => void vi.unstubAllEnvs());

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'bridge.config.ts');
}

/** Somebody who answers in this order, and what they were told about answers that were not taken. */
function somebody(answers: readonly string[]) {
  const left = [...answers];
  const told: string[] = [];
  const text: Questions['text'] = async (_question, { suggested, check } = {}) => {
    for (;;) {
      const answer = left.shift() ?? suggested ?? '';
      const complaint = check?.(answer);
      if (complaint === undefined) return answer;
      told.push(complaint);
    }
  };
  const ask: Questions = {
    text,
    secret: async () => '',
    agree: async () => true,
    choose: async (_question, [first]) => {
      if (!first) throw new Error('there is a choice');
      return first.value;
    },
  };
  return { ask, told, left };
}

function terminal() {
  const printed: string[] = [];
  return {
    printed,
    terminal: { print: (line: string) => void printed.push(line), complain: () => undefined },
  };
}

async function configuredBy(flags: SetupFlags, ask?: Questions) {
  const config = flags.config ?? (await newFile());
  const { printed, terminal: ours } = terminal();
  const ended = await configure({ flags: { ...flags, config }, terminal: ours, ask }).then(
    () => '',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : 'thrown'),
  );
  return { config, printed, ended };
}

/** What the next command makes of a file; it imports the checkout by its path, because it lies outside. */
async function read(file: string) {
  const policy = new URL('../../../lib/core/policy.ts', import.meta.url).href;
  await writeFile(file, (await readFile(file, 'utf8')).replace('mautic-commerce-bridge', policy));
  return loadStages(new URL(`file://${file}`));
}

const REFUSED = [
  ['alarmEmail', 'http://127.0.0.1:3902/wp-json', '--alarm-email', 'must be an e-mail address'],
  ['storeUrl', 'https://shop.berg.test/wp-json', '--store-url', "must be the shop's own address"],
  ['storeUrl', 'https://shop.berg.test/wp-json/wc/v3/', '--store-url', "must be the shop's own address"],
  ['storeUrl', 'https://berg.test/shop/wp-admin/', '--store-url', "must be the shop's own address"],
  ['storeUrl', 'http://shop.berg.test', '--store-url', 'must begin with https://'],
  ['storeUrl', 'https://www.yourshop.com', '--store-url', 'is still a placeholder'],
  ['mauticUrl', 'https://mautic.berg.test/api', '--mautic-url', "must be Mautic's own address"],
  ['mauticUrl', 'http://mautic.berg.test', '--mautic-url', 'must begin with https://'],
  ['mauticUrl', 'https://me:pass@mautic.berg.test', '--mautic-url', 'must hold no user name'],
  ['mauticUrl', 'mautic', '--mautic-url', 'must be a URL like'],
  ['region', 'nowhere', '--region', 'must be the name of a region'],
  ['currency', 'Euro', '--currency', 'must be a three-letter'],
  ['storeId', 'My shop', '--store-id', 'must be lower-case letters'],
  ['storeKind', 'magento', '--store-kind', 'must be woocommerce or fluentcart'],
] as const;

describe('what a configuration would be refused with', () => {
  test.each(REFUSED)('is refused of a script: %s %s', async (...[part, value, flag, problem]) => {
    const { config, ended } = await configuredBy({ yes: true, ...GOOD, [part]: value });

    expect(ended).toContain(`UsageError: ${flag} ${problem}`);
    expect(existsSync(config)).toBe(false);
  });

  test('is said of every flag at once, before the first question too', async () => {
    const { ask, left } = somebody(['eu-central-1']);

    const { config, ended } = await configuredBy({ alarmEmail: 'foo', mauticUrl: 'http://m.berg.test' }, ask);

    expect(ended).toMatch(/--alarm-email must be an e-mail address\.\n--mautic-url must begin with https:/);
    expect(left).toHaveLength(1);
    expect(existsSync(config)).toBe(false);
  });

  test('is asked for again, and what is written then is taken by the next command', async () => {
    const { ask, told } = somebody([
      'nowhere',
      'eu-central-1',
      'http://127.0.0.1:3902/wp-json',
      'berg@berg.test',
      'http://127.0.0.1:3902/wp-json',
      'http://127.0.0.1:3902',
      'demo',
      'eur',
      'EUR',
      'http://127.0.0.1:3901/api',
      'http://127.0.0.1:3901',
    ]);

    const { config } = await configuredBy({}, ask);

    expect(told).toEqual([
      'It must be the name of a region of AWS like eu-central-1.',
      'It must be an e-mail address.',
      expect.stringMatching(/^It must be the shop's own address: leave \/wp-json/),
      'It must be a three-letter ISO 4217 code.',
      "It must be Mautic's own address: leave the /api at its end out.",
    ]);
    const { production } = await read(config);
    expect(production && obstaclesTo('production', production)).toEqual([]);
  });
});

describe('a script', () => {
  test('need not say the region that its shell names', async () => {
    vi.stubEnv('AWS_REGION', 'eu-west-3');
    const { region: _region, ...others } = GOOD;

    const { config, ended } = await configuredBy({ yes: true, ...others });

    expect(ended).toBe('');
    expect((await read(config))['production']?.region).toBe('eu-west-3');
  });

  test('is told which flags are missing', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    const { region: _region, ...others } = GOOD;

    expect((await configuredBy({ yes: true, ...others })).ended).toMatch(/--region is missing/);
    expect((await configuredBy({ yes: true })).ended).toMatch(
      /--region, --store-url, --currency, --mautic-url are missing/,
    );
  });

  test('is told which of its flags change nothing in a file that is finished', async () => {
    const config = await newFile();
    const policy = new URL('../../../lib/core/policy.ts', import.meta.url).href;
    const answers = { ...GOOD, alarmEmail: '', storeId: 'demo', storeKind: 'woocommerce' } as const;
    await writeFile(config, configText(answers, false).replace('mautic-commerce-bridge', policy));

    const { printed, ended } = await configuredBy({
      yes: true,
      config,
      mauticUrl: 'https://other.berg.test',
    });

    expect(ended).toBe('');
    expect(printed).toEqual([
      expect.stringMatching(/is finished, and kept\. --mautic-url: edit it there\.$/),
    ]);
  });
});
