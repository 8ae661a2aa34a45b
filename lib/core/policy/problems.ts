import { distance } from 'fastest-levenshtein';
import * as v from 'valibot';

/** One thing that is wrong with a configuration, as somebody who edits it is told. */
export interface Problem {
  /** Like `stores.0.url`; empty for the whole. */
  readonly place: string;
  readonly message: string;
}

type Schema = v.GenericSchema;
type Issue = v.BaseIssue<unknown>;

/** How far a word may be from the one that was meant, by its length. */
const FARTHEST = (length: number) => Math.max(2, Math.floor(length / 3));

/** Keys of secrets, which no configuration file may hold: it is in a repository. */
const SECRET = /secret|password|^consumer_?key|^client_?id|token/i;

/** What an issue of the schema means, in a sentence that says what to do; no value is ever repeated. */
export function problemOf(schema: Schema, issue: Issue): Problem {
  const place = v.getDotPath(issue) ?? '';
  return { place, message: messageOf(schema, issue) };
}

function messageOf(schema: Schema, issue: Issue): string {
  // Our own sentences begin so; valibot's do not.
  if (issue.message.startsWith('must ') || issue.message.startsWith('is ')) return issue.message;
  const key = lastKey(issue);
  if (issue.type === 'strict_object' && key !== undefined) return aboutKey(schema, issue, key);
  if (issue.received === 'undefined') return `is missing: must be ${named(issue)}`;
  return `must be ${named(issue)}`;
}

function aboutKey(schema: Schema, issue: Issue, key: string): string {
  if (issue.expected !== 'never') return `is missing`;
  if (SECRET.test(key)) return 'is a secret: it belongs into Secrets Manager and not into this file';
  const known = keysAt(schema, (issue.path ?? []).slice(0, -1));
  const near = nearest(key, known);
  const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${near}?`;
  return `is no key that is known here; ${hint}`;
}

/** The one of these words that was probably meant; `undefined` when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((one) => ({ one, far: distance(word.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  return best && best.far <= FARTHEST(word.length) ? best.one : undefined;
}

/** The key that is unknown or missing; a value of the wrong kind is about no key. */
function lastKey({ path }: Issue): string | undefined {
  const last = path?.at(-1);
  return last?.origin === 'key' && typeof last.key === 'string' ? last.key : undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  strict_object: 'an object in { }',
  record: 'an object in { }',
  union: 'one of the forms that the reference names',
};

function named({ type, expected }: Issue): string {
  if (type === 'picklist') return `one of ${(expected ?? '').replace(/[()]/g, '').replaceAll(' | ', ', ')}`;
  return KINDS[type] ?? 'of another kind';
}

/** The keys that the schema knows at this place. */
function keysAt(schema: Schema, path: readonly { readonly key?: unknown }[]): readonly string[] {
  const found = path.reduce<Shape | undefined>((at, { key }) => at && inside(at, key), shapeOf(schema));
  return Object.keys(found?.entries ?? {});
}

/** What valibot's schemas are made of, as far as it matters here. */
interface Shape {
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly item?: Shape;
  readonly value?: Shape;
  readonly wrapped?: Shape;
  readonly pipe?: readonly Shape[];
}

function shapeOf(schema: unknown): Shape {
  const shape = schema as Shape;
  if (shape.wrapped) return shapeOf(shape.wrapped);
  return shape.entries || !shape.pipe?.[0] || shape.pipe[0] === shape ? shape : shapeOf(shape.pipe[0]);
}

function inside(shape: Shape, key: unknown): Shape | undefined {
  const next = shape.entries?.[String(key)] ?? shape.item ?? shape.value;
  return next && shapeOf(next);
}
