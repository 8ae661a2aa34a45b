/** Where two JSON values differ, as `path: expected … got …`; the order of keys does not count. */
export function differences(expected: unknown, actual: unknown, path = ''): string[] {
  if (Object.is(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) return listDifferences(expected, actual, path);
  if (isMap(expected) && isMap(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => differences(expected[key], actual[key], `${path}.${key}`));
  }
  return [`${path}: expected ${show(expected)} got ${show(actual)}`];
}

function listDifferences(expected: readonly unknown[], actual: readonly unknown[], path: string): string[] {
  const lengths =
    expected.length === actual.length
      ? []
      : [`${path}: expected ${expected.length} items got ${actual.length}`];
  const common = Math.min(expected.length, actual.length);
  return [
    ...lengths,
    ...expected
      .slice(0, common)
      .flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`)),
  ];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 120);
}
