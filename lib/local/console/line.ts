/** Says one line to whoever looks at the terminal. */
export type Say = (line: string) => void;

const WIDTHS = [18, 24] as const;

/** Three columns: what came or was written, which one it is about, and what became of it. */
export function lineOf(what: string, which: string, outcome: string): string {
  return `${what.padEnd(WIDTHS[0])}${which.padEnd(WIDTHS[1])}${outcome}`;
}

/** A word that somebody else wrote, if it is one that can be shown: no address, nothing that moves a cursor. */
export function wordOf(text: string | undefined, otherwise = '?'): string {
  return text !== undefined && /^[\w.-]{1,40}$/.test(text) ? text : otherwise;
}

/** Several kinds of things with their numbers, such as `9 fields, 1 tag`; without those there are none of. */
export function numbersOf(...things: readonly (readonly [number, string])[]): string {
  return things
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${String(count)} ${count === 1 ? name.replace(/s\b/, '') : name}`)
    .join(', ');
}
