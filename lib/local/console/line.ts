/** How something that is told went: done, nothing new, to be tried again, or somebody must act. */
export type Tone = 'good' | 'quiet' | 'waiting' | 'bad';

/** What became of one delivery or one contact: a line on the terminal, a row on the page. */
export interface Told {
  readonly about: 'delivery' | 'contact';
  /** What came or was written, and which one it is about; both without an address. */
  readonly what: string;
  readonly which: string;
  readonly outcome: string;
  readonly tone: Tone;
  /** The orders it speaks of, as `<store>/<id>`. */
  readonly orders?: readonly string[];
  /** The key of the contact. */
  readonly contact?: string;
}

/** Hears what became of deliveries and contacts. */
export type Say = (told: Told) => void;

const WIDTHS = [18, 24] as const;

/** Three columns: what came or was written, which one it is about, and what became of it. */
export function lineOf(what: string, which: string, outcome: string): string {
  return `${what.padEnd(WIDTHS[0])}${which.padEnd(WIDTHS[1])}${outcome}`;
}

/** The line that a terminal shows. */
export function lineAbout({ what, which, outcome }: Told): string {
  return lineOf(what, which, outcome);
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
