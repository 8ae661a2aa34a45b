import { parseArgs } from 'node:util';
import { SHOP_OBJECTS } from './custom-objects/object-form.ts';
import { FAULT_KINDS, type FaultKind, type FaultRule, type InitialFaults } from './http/faults.ts';
import type { SimulatorOptions } from './simulator.ts';
import { MAUTIC_VERSIONS } from './version.ts';

/** The flags of `npm run mautic`, for people. */
export const FLAGS_USAGE = `  --version ${MAUTIC_VERSIONS.join(' | ')}
  --latency <ms>          before each request
  --race-window <ms>      between duplicate check and insert
  --rate-limit <calls>    an hour
  --token-lifetime <s>
  --firewall <text>       403 (HTML) for a body that contains it
  --max-body <bytes>      413 (HTML) for a longer body
  --no-field <alias>      that field cannot be made; may be repeated, * for every field
  --custom-objects        the plugin of Custom Objects, with objects for orders and their lines
  --php-warning           PHP's words before every JSON
  --fail <kind>[:<n>]     every n-th request (default: every one); may be repeated
                          ${FAULT_KINDS.join(', ')}`;

const FLAGS = {
  version: { type: 'string' },
  latency: { type: 'string' },
  'race-window': { type: 'string' },
  'rate-limit': { type: 'string' },
  'token-lifetime': { type: 'string' },
  firewall: { type: 'string' },
  'max-body': { type: 'string' },
  'no-field': { type: 'string', multiple: true },
  'custom-objects': { type: 'boolean' },
  'php-warning': { type: 'boolean' },
  fail: { type: 'string', multiple: true },
} as const;

/** What was typed cannot be read. */
export class FlagsError extends Error {
  override readonly name = 'FlagsError';
}

/** Reads the command line of a simulator on its own. @throws FlagsError that names the flag it cannot read, and all there are. */
export function readFlags(args: readonly string[]): SimulatorOptions {
  try {
    return toOptions(args);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FlagsError(`${reason}\nThe flags are:\n${FLAGS_USAGE}`, { cause: error });
  }
}

type Values = ReturnType<typeof parseValues>;

function parseValues(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
}

function toOptions(args: readonly string[]): SimulatorOptions {
  const values = parseValues(args);
  const tokenLifetimeSeconds = toNumber('token-lifetime', values['token-lifetime']);
  return {
    ...(values.version === undefined ? {} : { version: oneOf('version', MAUTIC_VERSIONS, values.version) }),
    ...(tokenLifetimeSeconds === undefined ? {} : { tokenLifetimeSeconds }),
    ...(values['custom-objects'] === true ? { customObjects: SHOP_OBJECTS } : {}),
    faults: { ...toSwitches(values), rules: toRules(values) },
  };
}

function toSwitches(values: Values): InitialFaults {
  const latency = toNumber('latency', values.latency);
  const raceWindowMs = toNumber('race-window', values['race-window']);
  const rateLimitPerHour = toNumber('rate-limit', values['rate-limit']);
  const maxBodyBytes = toNumber('max-body', values['max-body']);
  const unmakeable = new Set(values['no-field']);
  return {
    ...(latency === undefined ? {} : { latency: () => latency }),
    ...(raceWindowMs === undefined ? {} : { raceWindowMs }),
    ...(rateLimitPerHour === undefined ? {} : { rateLimitPerHour }),
    ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
    ...(values.firewall === undefined ? {} : { firewallText: values.firewall }),
    cannotMakeField: (alias) => unmakeable.has('*') || unmakeable.has(alias),
  };
}

function toRules(values: Values): FaultRule[] {
  const rules = (values.fail ?? []).map(toRule);
  return values['php-warning'] === true ? [...rules, everyNth('php-warning', 1)] : rules;
}

function toRule(text: string): FaultRule {
  const [kind = '', every = '1'] = text.split(':');
  return everyNth(oneOf('fail', FAULT_KINDS, kind), toNumber('fail', every) ?? 1);
}

function everyNth(kind: FaultKind, interval: number): FaultRule {
  let seen = 0;
  function match(): boolean {
    seen += 1;
    return seen % interval === 0;
  }
  return { match, kind, times: Number.POSITIVE_INFINITY };
}

function toNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new Error(`--${flag} wants a number, not "${text}".`);
  return value;
}

function oneOf<Choice extends string>(flag: string, choices: readonly Choice[], text: string): Choice {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Error(`--${flag} wants one of ${choices.join(', ')}, not "${text}".`);
  return found;
}
