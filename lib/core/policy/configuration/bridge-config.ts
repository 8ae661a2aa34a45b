import * as v from 'valibot';
import { counted } from '../../ledger/counted.ts';
import { Policy } from '../policy.ts';
import { nearest, type Problem, problemOf } from '../problems.ts';
import { AwsSettings } from './aws-settings.ts';
import { PRODUCTION } from './production.ts';
import { Store } from './store.ts';
import { hostOf, ofMautic, ofShop, WebAddress } from './web-address.ts';

/** Lower-case letters, digits and hyphens: a part of the stack's name. */
const STAGE_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** As AWS calls its regions. */
export const REGION_NAME = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** A laptop may know a store by any address; what is deployed sends keys and personal data over a network. */
export const ConfiguredStore = v.strictObject({
  ...Store.entries,
  url: v.optional(v.pipe(WebAddress, ofShop)),
});

/** One bridge: what it connects, and where it runs. */
export const BridgeConfig = v.strictObject({
  /** Where it runs and where personal data is kept, like `eu-central-1`; nothing is deployed without. */
  region: v.optional(
    v.pipe(v.string(), v.regex(REGION_NAME, 'must be the name of a region of AWS like eu-central-1')),
  ),
  alarms: v.optional(
    v.strictObject({
      /** Who is told when something needs a person. */
      email: v.optional(v.pipe(v.string(), v.email('must be an e-mail address'))),
    }),
    {},
  ),
  stores: v.pipe(v.array(ConfiguredStore), v.minLength(1, 'must hold at least one store')),
  mautic: v.strictObject({
    /** Base URL, with its path when Mautic lives under one. */
    url: v.pipe(WebAddress, ofMautic),
  }),
  policy: v.optional(Policy, {}),
  aws: v.optional(AwsSettings, {}),
  /** Names of stages whose stores or Mautic this one uses as well, knowing that each of them acts for itself. */
  sharesWith: v.optional(v.array(v.string()), []),
});
export type BridgeConfig = v.InferOutput<typeof BridgeConfig>;
export type BridgeInput = v.InferInput<typeof BridgeConfig>;

/** Stage → its bridge. */
export type Stages = Readonly<Record<string, BridgeConfig>>;

/**
 * Checks the configuration of a bridge that has one stage, production, and fills in the defaults.
 * @throws Error that lists every problem at once, each with its place.
 */
export function defineBridge(config: BridgeInput): Stages {
  return checked([{ stage: PRODUCTION, config, at: '' }]);
}

/**
 * Checks the configurations of several bridges, one a stage, and fills in the defaults. Two stages with one store or
 * one Mautic would each write and mail for themselves: `sharesWith` says that this is meant.
 * @throws Error that lists every problem at once, each with its place.
 */
export function defineStages(stages: Readonly<Record<string, BridgeInput>>): Stages {
  const given = Object.entries(typeof stages === 'object' && stages !== null ? stages : {});
  if (given.length === 0) throw complaint([{ place: '', message: 'must name at least one stage' }]);
  return checked(given.map(([stage, config]) => ({ stage, config, at: stage })));
}

/** @throws Error that names the stages there are. */
export function stageOf(stages: Stages, stage: string = PRODUCTION): BridgeConfig {
  const config = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (config) return config;
  const known = Object.keys(stages);
  const near = nearest(stage, known);
  const hint = near === undefined ? `it has ${known.join(', ')}.` : `did you mean ${near}?`;
  throw new Error(
    `bridge.config.ts has no stage ${stage}; ${hint} A stage has stores, a Mautic and a policy of its own: add it with defineStages.`,
  );
}

interface Given {
  readonly stage: string;
  readonly config: BridgeInput;
  /** Where it stands in the file. */
  readonly at: string;
}

function checked(given: readonly Given[]): Stages {
  const results = given.map((one) => ({ ...one, result: v.safeParse(BridgeConfig, one.config) }));
  const problems = results.flatMap(({ stage, config, at, result }) => [
    ...(STAGE_NAME.test(stage)
      ? []
      : [{ place: at, message: 'must be called by lower-case letters, digits and hyphens' }]),
    ...(result.issues ?? []).map((issue) => within(at, problemOf(BridgeConfig, issue))),
    ...repeatedStores(config).map((problem) => within(at, problem)),
    ...(result.success ? homelessFollowUps(result.output) : []).map((problem) => within(at, problem)),
  ]);
  const good = results.flatMap(({ stage, at, result }) =>
    result.success ? [{ stage, at, config: result.output }] : [],
  );
  const all = [
    ...problems,
    ...good.flatMap((one, index) => [...twinsOf(one, good.slice(0, index)), ...forgottenOf(one)]),
  ];
  if (all.length > 0) throw complaint(all);
  return Object.fromEntries(good.map(({ stage, config }) => [stage, config]));
}

function within(at: string, { place, message }: Problem): Problem {
  return { place: [at, place].filter((part) => part !== '').join('.'), message };
}

function complaint(problems: readonly Problem[]): Error {
  const lines = problems.map(({ place, message }) => `  ${place === '' ? 'config' : place}: ${message}`);
  return new Error(`bridge.config.ts has ${counted(problems.length, 'problem')}:\n${lines.join('\n')}`);
}

/** Looked at by itself: the schema checks no list in which something else is wrong. */
function repeatedStores(config: Partial<BridgeInput> | undefined): readonly Problem[] {
  const stores: readonly unknown[] = Array.isArray(config?.stores) ? config.stores : [];
  const read = (key: 'id' | 'url') =>
    stores.map((store) => (store as Partial<Record<typeof key, unknown>> | undefined)?.[key]);
  return [
    ...(repeats(read('id')) ? [{ place: 'stores', message: 'must have ids that differ' }] : []),
    ...(repeats(read('url').map((url) => hostOf(url)))
      ? [{ place: 'stores', message: 'must have URLs that differ: two entries would take each order twice' }]
      : []),
  ];
}

/** Follow-ups of stores that there are not, or at a time of a clock that nobody knows. */
function homelessFollowUps({ stores, policy }: BridgeConfig): readonly Problem[] {
  return (policy.followUps ?? []).flatMap(({ store, at }, index) => {
    const place = `policy.followUps.${String(index)}`;
    const meant = stores.filter(({ id }) => store === undefined || id === store);
    if (meant.length === 0)
      return [{ place: `${place}.store`, message: 'must be the id of a store that is named above' }];
    const timeless = meant.filter(({ timezone }) => at !== undefined && timezone === undefined);
    return timeless.map(({ id }) => ({
      place: `${place}.at`,
      message: `must have the time zone of the store ${id}: say timezone: 'Europe/Berlin' or the like there`,
    }));
  });
}

function repeats(values: readonly unknown[]): boolean {
  const given = values.filter((value) => value !== undefined);
  return new Set(given).size !== given.length;
}

interface Good {
  readonly stage: string;
  readonly at: string;
  readonly config: BridgeConfig;
}

/** What this stage has in common with one before it, without a word that says so. */
function twinsOf({ stage, at, config }: Good, before: readonly Good[]): readonly Problem[] {
  return before.flatMap((other) => {
    if (config.sharesWith.includes(other.stage) || other.config.sharesWith.includes(stage)) return [];
    const shared = inCommon(config, other.config);
    if (shared.length === 0) return [];
    const what = shared.join(' and ');
    const message = `has ${what} in common with stage ${other.stage}: both would write, and send every note and e-mail twice. Give it its own, or say sharesWith: ['${other.stage}'] if that is meant`;
    return [{ place: at, message }];
  });
}

/** What a restored ledger has forgotten it did must not be done again. */
function forgottenOf({ at, config: { aws, policy } }: Good): readonly Problem[] {
  const restoredAt = aws.ledgerTable?.restoredAt;
  if (restoredAt === undefined || (policy.since !== undefined && policy.since >= restoredAt)) return [];
  const message =
    'must be the moment of aws.ledgerTable.restoredAt or a later one: the restored ledger does not know what was mailed after the moment it shows';
  return [within(at, { place: 'policy.since', message })];
}

function inCommon(one: BridgeConfig, other: BridgeConfig): readonly string[] {
  const hosts = new Set(other.stores.map(({ url }) => hostOf(url)).filter((host) => host !== undefined));
  const stores = one.stores
    .filter(({ url }) => hosts.has(hostOf(url) ?? ''))
    .map(({ id }) => `the store ${id}`);
  return [...(hostOf(one.mautic.url) === hostOf(other.mautic.url) ? ['the Mautic'] : []), ...stores];
}
