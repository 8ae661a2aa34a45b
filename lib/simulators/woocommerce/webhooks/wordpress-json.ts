const BEYOND_ASCII = /[\u0080-\uffff]/g;

/** JSON as WordPress writes it: ASCII only, with `\u` escapes and `\/` (facts/woocommerce §1.15). */
export function wordPressJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('/', String.raw`\/`).replace(BEYOND_ASCII, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
