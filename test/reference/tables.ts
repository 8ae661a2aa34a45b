import { inspect } from 'node:util';
import * as v from 'valibot';
import { AwsSettings } from '../../lib/core/policy/configuration/aws-settings.ts';
import { DEFAULT_POLICY } from '../../lib/core/policy/policy.ts';
import { type Setting, settingsOf } from './settings.ts';

const SCHEMAS = new URL('../../lib/core/policy/', import.meta.url);

/** The tables of the reference that are made from the schemas, by the first heading of each. */
const TABLES: Readonly<Record<string, () => string>> = {
  'policy.': () => tableOf('policy.', settingsOf(new URL('policy.ts', SCHEMAS), 'Decisions'), DEFAULT_POLICY),
  'aws.': () =>
    tableOf(
      'aws.',
      settingsOf(new URL('configuration/aws-settings.ts', SCHEMAS), 'AwsSettings'),
      v.parse(AwsSettings, {}),
    ),
};

/** The document with its tables made anew. */
export function withTables(document: string): string {
  return Object.entries(TABLES).reduce((text, [heading, table]) => {
    const start = text.indexOf(`| \`${heading}\` |`);
    if (start < 0) throw new Error(`the reference has no table of ${heading}`);
    const end = text.indexOf('\n\n', start);
    return text.slice(0, start) + table() + text.slice(end);
  }, document);
}

function tableOf(heading: string, settings: readonly Setting[], defaults: object): string {
  const known = new Map(Object.entries(defaults));
  const rows = settings.map(({ name, text, standard }) => {
    const value: unknown = known.get(name);
    return `| \`${name}\` | ${standard ?? shown(value)} | ${text.replaceAll('|', '\\|')} |`;
  });
  return [`| \`${heading}\` | default | |`, '|---|---|---|', ...rows].join('\n');
}

function shown(value: unknown): string {
  if (value === undefined) return 'none';
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY });
  return `\`${text.replaceAll(/\[ | \]/g, (bracket) => bracket.trim())}\``;
}
