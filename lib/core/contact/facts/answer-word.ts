const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'yes', 'true', 'on'].map((word) => [word, true] as const),
  ...['0', 'no', 'false', 'off'].map((word) => [word, false] as const),
]);

/** What plugins of a shop write for yes and no; `undefined` for anything else. */
export function answerIn(text: string): boolean | undefined {
  return WORDS.get(text.trim().toLowerCase());
}
