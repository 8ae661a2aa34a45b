const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits that follow from `random`. */
export function randomText(random: () => number, length: number): string {
  let text = '';
  while (text.length < length) text += LETTERS[Math.floor(random() * LETTERS.length)] ?? '';
  return text;
}
