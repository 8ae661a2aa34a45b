import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { obstaclesTo } from '../../core/policy/configuration/advice.ts';
import {
  defineBridge,
  REGION_NAME,
  type Stages,
  stageOf,
} from '../../core/policy/configuration/bridge-config.ts';
import { PRODUCTION } from '../../core/policy/configuration/production.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import { configurationFile, isOfCheckout, loadStages } from '../configuration.ts';
import type { Questions } from '../output/questions.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { type ConfigAnswers, configText } from './config-text.ts';
import type { SetupFlags } from './setup-flags.ts';

interface Asking {
  readonly flags: SetupFlags;
  readonly terminal: Terminal;
  /** Absent in a script. */
  readonly ask: Questions | undefined;
}

/**
 * Writes bridge.config.ts where there is none, or one that is not finished; one that is finished is kept.
 * @throws Error when one that is not finished says what would get lost, with what it lacks.
 */
export async function configure({ flags, terminal, ask }: Asking): Promise<void> {
  const file = configurationFile(flags.config);
  const path = fileURLToPath(file);
  const lacks = existsSync(file) ? await lackedBy(file, flags.stage) : undefined;
  if (lacks?.length === 0) {
    terminal.print(`Configuration: ${path} is finished, and kept.`);
    return;
  }
  terminal.print('Configuration: where it runs, the shop and Mautic.');
  const answers = ask ? await asked(ask, flags) : givenBy(flags);
  assertTaken(answers);
  await write(file, configText(answers, isOfCheckout(file)));
  terminal.print(`Wrote ${path}.`);
}

/** What must be put in before it can be deployed, one sentence each. */
async function lackedBy(file: URL, stage: string = PRODUCTION): Promise<readonly string[]> {
  const stages = await loadStages(file);
  const lacks = obstaclesTo(stage, stageOf(stages, stage));
  if (lacks.length === 0 || isPlain(stages)) return lacks;
  throw new Error(
    `${fileURLToPath(file)} is not finished, and holds more than setup would write, so it is left as it is:\n${lacks.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** Whether it says nothing but what setup asks for; anything else would get lost. */
function isPlain(stages: Stages): boolean {
  const { [PRODUCTION]: given, ...others } = stages;
  const [store, ...more] = given?.stores ?? [];
  if (given === undefined || store === undefined || more.length + Object.keys(others).length > 0)
    return false;
  const { region, alarms, mautic } = given;
  const { id, kind, url, currency } = store;
  const plain = { stores: [{ id, kind, currency, ...(url !== undefined && { url }) }], mautic, alarms };
  return isDeepStrictEqual(stages, defineBridge({ ...plain, ...(region !== undefined && { region }) }));
}

/** @throws UsageError with what the schema says to what was answered: nothing is written that is not taken. */
function assertTaken({ region, alarmEmail, storeUrl, mauticUrl, ...answers }: ConfigAnswers): void {
  const { storeId: id, storeKind: kind, currency } = answers;
  const alarms = alarmEmail === '' ? {} : { alarms: { email: alarmEmail } };
  try {
    defineBridge({
      region,
      ...alarms,
      stores: [{ id, kind, url: storeUrl, currency }],
      mautic: { url: mauticUrl },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : 'That is no configuration.', { cause });
  }
}

/** @throws UsageError when it cannot be written there. */
async function write(file: URL, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${fileURLToPath(file)} cannot be written (${cause.code ?? cause.name}): make its folder, or name another --config.`,
      { cause },
    );
  });
}

const PLACES: readonly (readonly [keyof ConfigAnswers, string])[] = [
  ['region', '--region'],
  ['storeUrl', '--store-url'],
  ['currency', '--currency'],
  ['mauticUrl', '--mautic-url'],
];

/** @throws UsageError that names every flag that is missing. */
function givenBy(flags: SetupFlags): ConfigAnswers {
  const given = { ...DEFAULTS, ...withoutGaps(flags) };
  const missing = PLACES.filter(([name]) => given[name] === '').map(([, flag]) => flag);
  if (missing.length > 0)
    throw new UsageError(
      `bridge.config.ts is not finished, and ${missing.join(', ')} is missing to finish it.`,
    );
  const wrong = PLACES.map(([name]) => CHECKS[name]?.(given[name])).find((one) => one !== undefined);
  if (wrong !== undefined) throw new UsageError(wrong);
  return given;
}

async function asked(ask: Questions, flags: SetupFlags): Promise<ConfigAnswers> {
  const { storeKind, ...given } = { ...DEFAULTS, ...withoutGaps(flags) };
  const text = (name: Exclude<keyof ConfigAnswers, 'storeKind'>, question: string) => {
    const check = CHECKS[name];
    return ask.text(question, {
      ...(given[name] !== '' && { suggested: given[name] }),
      ...(check && { check }),
    });
  };
  return {
    region: await text(
      'region',
      'In which region of AWS does it run, and is personal data kept? (like eu-central-1)',
    ),
    alarmEmail: await text('alarmEmail', 'Who is told by e-mail when something needs a person?'),
    storeKind:
      flags.storeKind === undefined
        ? await ask.choose(
            'What does the shop run on?',
            KINDS.map((value) => ({ value, label: LABELS[value] })),
          )
        : storeKind,
    storeUrl: await text('storeUrl', "The shop's address (https://…)"),
    storeId: await text('storeId', 'A short name for the shop, a part of the webhook URL'),
    currency: await text('currency', "The shop's base currency (like EUR)"),
    mauticUrl: await text('mauticUrl', "Mautic's address (https://…, without /api)"),
  };
}

/** A new kind in the configuration does not compile until it has its name here. */
const LABELS: Readonly<Record<Store['kind'], string>> = {
  woocommerce: 'WooCommerce',
  fluentcart: 'FluentCart',
};
const KINDS = Object.keys(LABELS) as readonly Store['kind'][];

const DEFAULTS: ConfigAnswers = {
  region: '',
  alarmEmail: '',
  storeId: 'demo',
  storeKind: 'woocommerce',
  storeUrl: '',
  currency: '',
  mauticUrl: '',
};

const CHECKS: Partial<Record<keyof ConfigAnswers, (answer: string) => string | undefined>> = {
  region: (answer) => (REGION_NAME.test(answer) ? undefined : 'A region looks like eu-central-1.'),
  storeUrl: webAddress,
  mauticUrl: webAddress,
  currency: (answer) => (/^[A-Z]{3}$/.test(answer) ? undefined : 'A currency has three capitals, like EUR.'),
  storeId: (answer) =>
    /^[a-z0-9][a-z0-9-]{0,31}$/.test(answer) ? undefined : 'Lower-case letters, digits and hyphens.',
};

function webAddress(answer: string): string | undefined {
  return URL.canParse(answer) && /^https?:/.test(answer)
    ? undefined
    : 'An address looks like https://www.yourshop.com.';
}

function withoutGaps(flags: SetupFlags): Partial<ConfigAnswers> {
  const { region, alarmEmail, storeId, storeKind, storeUrl, currency, mauticUrl } = flags;
  if (storeKind !== undefined && !Object.hasOwn(LABELS, storeKind))
    throw new UsageError(`--store-kind must be ${KINDS.join(' or ')}.`);
  const given = { region, alarmEmail, storeId, storeKind, storeUrl, currency, mauticUrl };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
