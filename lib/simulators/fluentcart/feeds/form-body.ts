/** What PHP's `http_build_query` makes of a payload: nested names in brackets, no nulls, no empty lists. */
export function formBody(payload: object): string {
  return Object.entries(payload)
    .flatMap(([name, value]) => pairsOf(name, value))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function pairsOf(name: string, value: unknown): (readonly [string, string])[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([key, inner]) => pairsOf(`${name}[${key}]`, inner));
  return [[name, typeof value === 'string' ? value : String(Number(value))]];
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}
