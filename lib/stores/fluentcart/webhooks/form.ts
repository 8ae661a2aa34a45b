import type { Body } from '../../../core/stores/fields.ts';

type Node = Map<string, Node | string>;

/** FluentCart's bodies are five deep. */
const DEEPEST = 20;

/** `order[id]=2&order[config][user_tz]=UTC` as the object PHP makes of it; lists are objects with numbers for keys. */
export function parseForm(text: string): Body {
  const root: Node = new Map();
  for (const [name, value] of pairsIn(text)) {
    const path = pathOf(name);
    if (path.length <= DEEPEST) put(root, path, value);
  }
  return objectOf(root);
}

/**
 * One after the other: given the whole of a text with many `&` and no `=`, as escaped HTML has them, Node's own reader
 * takes a time that grows with the square of its length (12 s for a megabyte).
 */
function* pairsIn(text: string): Generator<readonly [name: string, value: string]> {
  for (const pair of text.split('&')) if (pair !== '') yield* new URLSearchParams(pair);
}

function pathOf(name: string): readonly string[] {
  const start = name.indexOf('[');
  if (start < 0) return [name];
  return [
    name.slice(0, start),
    ...[...name.slice(start).matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key),
  ];
}

function put(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (const [depth, step] of path.entries()) {
    const key = step === '' ? String(node.size) : step;
    if (depth === path.length - 1) {
      node.set(key, value);
      return;
    }
    const known = node.get(key);
    const next: Node = known instanceof Map ? known : new Map();
    node.set(key, next);
    node = next;
  }
}

/** From entries: a key that is called `__proto__` is a key like any other. */
function objectOf(node: Node): Body {
  return Object.fromEntries(
    [...node].map(([key, value]) => [key, value instanceof Map ? objectOf(value) : value]),
  );
}
