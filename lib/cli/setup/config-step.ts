import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { obstaclesTo } from '../../core/policy/configuration/advice.ts';
import { defineBridge, type Stages, stageOf } from '../../core/policy/configuration/bridge-config.ts';
import { type ConfigPart, problemWith } from '../../core/policy/configuration/part.ts';
import { PRODUCTION } from '../../core/policy/configuration/production.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import { regionOfShell } from '../../environment.ts';
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
    const unused = PARTS.filter((part) => flags[part] !== undefined && !ALSO_OF_OTHERS.includes(part));
    const others =
      unused.length === 0 ? '' : ` ${unused.map((part) => FLAGS[part]).join(', ')}: edit it there.`;
    terminal.print(`Configuration: ${path} is finished, and kept.${others}`);
    return;
  }
  terminal.print('Configuration: where it runs, the shop and Mautic.');
  const answers = ask ? await asked(ask, flags) : givenBy(flags);
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

/** @throws UsageError when it cannot be written there. */
async function write(file: URL, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${fileURLToPath(file)} cannot be written (${cause.code ?? cause.name}): make its folder, or name another --config.`,
      { cause },
    );
  });
}

const FLAGS: Readonly<Record<ConfigPart, string>> = {
  region: '--region',
  alarmEmail: '--alarm-email',
  storeId: '--store-id',
  storeKind: '--store-kind',
  storeUrl: '--store-url',
  currency: '--currency',
  mauticUrl: '--mautic-url',
};
const PARTS = Object.keys(FLAGS) as readonly ConfigPart[];

/** @throws UsageError that names every flag that is missing, or that is wrong. */
function givenBy(flags: SetupFlags): ConfigAnswers {
  const given = { region: regionOfShell(), ...partsOf(flags) };
  const missing = NEEDED.filter((part) => given[part] === undefined).map((part) => FLAGS[part]);
  if (missing.length > 0)
    throw new UsageError(
      `bridge.config.ts is not finished, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing to finish it.`,
    );
  const { region = '', storeUrl = '', currency = '', mauticUrl = '', ...others } = taken(given);
  return { ...NOTHING_SAID, ...others, region, storeUrl, currency, mauticUrl };
}

async function asked(ask: Questions, flags: SetupFlags): Promise<ConfigAnswers> {
  // What is wrong among them is said before the first question.
  const given = taken(partsOf(flags));
  const suggested = { region: regionOfShell(), storeId: NOTHING_SAID.storeId, ...given };
  const text = (part: Exclude<ConfigPart, 'storeKind'>, question: string) =>
    ask.text(question, { suggested: suggested[part], check: (answer) => aboutAnswer(part, answer) });
  return {
    region: await text(
      'region',
      'In which region of AWS does it run, and is personal data kept? (like eu-central-1)',
    ),
    alarmEmail: await text('alarmEmail', 'Who is told by e-mail when something needs a person?'),
    storeKind:
      given.storeKind ??
      (await ask.choose(
        'What does the shop run on?',
        KINDS.map((value) => ({ value, label: LABELS[value] })),
      )),
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

/** Flags that mean something where the file is finished, too. */
const ALSO_OF_OTHERS: readonly ConfigPart[] = ['region', 'storeId'];

/** What a script need not say. */
const NOTHING_SAID = { alarmEmail: '', storeId: 'demo', storeKind: 'woocommerce' } as const;
const NEEDED = ['region', 'storeUrl', 'currency', 'mauticUrl'] as const;

function aboutAnswer(part: ConfigPart, answer: string): string | undefined {
  const problem = problemWith(part, answer);
  return problem === undefined ? undefined : `It ${problem}.`;
}

type Given = Readonly<Partial<Record<ConfigPart, string | undefined>>>;

/** What was said of a new configuration, flag by flag. */
function partsOf(flags: SetupFlags): Given {
  const said = PARTS.map((part) => [part, flags[part]?.trim()]);
  return Object.fromEntries(said.filter(([, text]) => text !== undefined));
}

/** @throws UsageError that names the flags with which a configuration would be refused. */
function taken(given: Given): Partial<ConfigAnswers> {
  const problems = PARTS.flatMap((part) => {
    const text = given[part];
    const problem = text === undefined ? undefined : problemWith(part, text);
    return problem === undefined ? [] : [`${FLAGS[part]} ${problem}.`];
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return given as Partial<ConfigAnswers>;
}
