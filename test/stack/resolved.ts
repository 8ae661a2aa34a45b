/**
 * Reads a value of a template as it would look deployed: `Ref` and `Fn::GetAtt` become names, joins are joined.
 * Names are logical ids without the hash at their end.
 */
export function resolved(value: unknown): string {
  if (typeof value === 'string') return value;
  const [kind, detail] = Object.entries(value ?? {})[0] ?? [];
  if (kind === 'Ref' && typeof detail === 'string') return withoutHash(detail);
  if (kind === 'Fn::GetAtt' && Array.isArray(detail))
    return `${withoutHash(String(detail[0]))}.${String(detail[1])}`;
  if (kind === 'Fn::Join' && Array.isArray(detail) && Array.isArray(detail[1])) {
    return detail[1].map(resolved).join(String(detail[0]));
  }
  throw new Error(`Cannot read ${JSON.stringify(value)}`);
}

/** A logical id as the source names it. */
export function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
