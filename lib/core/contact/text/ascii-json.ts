/** The greatest count up to `end` that fits, 0 when none does; by halves, because an order may have thousands. */
export function most(end: number, fits: (count: number) => boolean): number {
  let [known, left] = [0, Math.max(0, end)];
  while (known < left) {
    const middle = Math.ceil((known + left) / 2);
    if (fits(middle)) known = middle;
    else left = middle - 1;
  }
  return known;
}

/** Pure ASCII without < > &: Mautic strips tags and decodes entities inside values (recordings 081, 222–228). */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u007f-\uffff]/g, (character) => `\\u${hex(character)}`);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}
