import { readFileSync } from 'node:fs';

/** A key of a schema, as people read it. */
export interface Setting {
  readonly name: string;
  /** What stands above the key in the schema, Markdown. */
  readonly text: string;
  /** What holds where it is left out, if the comment says so in words: the schema's default is not the whole truth. */
  readonly standard: string | undefined;
}

const DOCUMENTED = /^ {2}\/\*\*(?<comment>[\s\S]*?)\*\/\n {2}(?<name>\w+):/gm;

/**
 * The keys of the object schema that is assigned to `schema` in this file, in their order, each with its comment;
 * editors show the same comment over a key in bridge.config.ts. A line `@default …` in it says the default in words.
 * @throws Error that names a key without a comment.
 */
export function settingsOf(file: URL, schema: string): readonly Setting[] {
  const body = bodyOf(readFileSync(file, 'utf8'), schema);
  const settings = [...body.matchAll(DOCUMENTED)].map(({ groups = {} }) => settingOf(groups));
  const known = new Set(settings.map(({ name }) => name));
  for (const [, name = ''] of body.matchAll(/^ {2}(\w+):/gm))
    if (!known.has(name)) throw new Error(`${schema}.${name} has no comment that says what it is`);
  return settings;
}

function bodyOf(source: string, schema: string): string {
  const [, after] = source.split(new RegExp(`^(?:export )?const ${schema} = v\\.strictObject\\(\\{\\n`, 'm'));
  const body = after?.split(/^\}\)/m)[0];
  if (body === undefined) throw new Error(`no object schema is called ${schema}`);
  return body;
}

function settingOf({ comment = '', name = '' }: Readonly<Record<string, string | undefined>>): Setting {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const [text = '', standard] = lines
    .join(' ')
    .trim()
    .split(/\s*@default /);
  return { name, text, standard };
}
