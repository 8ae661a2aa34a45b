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

interface Synthesised {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;
}

/** Names that are no part of a larger thing's name, and so there may be only one of in an account. */
const NAMES = /^(?:Alarm|Alias|Api|Bucket|Dashboard|Function|LogGroup|Queue|Role|Table|Topic|)Name$/;

/** Type and name of what a template names by itself, where CloudFormation would not make up one that is free. */
export function physicalNames(template: { toJSON(): unknown }): readonly string[] {
  // What the CDK synthesises is a CloudFormation template.
  const { Resources } = template.toJSON() as Synthesised;
  return Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
    Object.entries(Properties)
      .filter(([key, value]) => NAMES.test(key) && typeof value === 'string')
      .map(([, value]) => `${Type} ${String(value)}`),
  );
}
