/** A piece of JSON that `JSON.stringify` would never write: `1e400`, `-0`, a key twice. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const MARK = '@@raw-';

/** JSON text with the raw pieces in their places. */
export function jsonText(value: unknown): string {
  const raws: string[] = [];
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (!(inner instanceof Raw)) return inner;
    raws.push(inner.text);
    return `${MARK}${String(raws.length - 1)}@@`;
  });
  if (raws.length === 0) return text ?? 'null';
  return text.replace(/"@@raw-(\d+)@@"/g, (_mark, index: string) => raws[Number(index)] ?? 'null');
}

/** Sets a key as any other, even if it is `__proto__`; a list has no length but its own. */
export function setKey(target: object, key: string, value: unknown): void {
  if (Array.isArray(target) && key === 'length') return;
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
