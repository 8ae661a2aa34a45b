/** Length as Mautic's validator and MySQL count it: in code points (recording 212). */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}
