import * as v from 'valibot';

const PLACEHOLDERS = [
  'status',
  'sku',
  'slug',
  'product',
  'product_id',
  'coupon',
  'currency',
  'country',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number] | 'attribute';

const ATTRIBUTE = /^attribute\.(.+)$/;

/** A tag, fixed or with one placeholder. */
export const TagTemplate = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.check((text) => !text.startsWith('-'), 'must not start with "-": Mautic would take that tag away'),
  v.check(
    (text) => [...text.matchAll(/\{([^}]*)\}/g)].length <= 1 && placeholderOf(text) !== 'unknown',
    `may hold one of ${PLACEHOLDERS.map((name) => `{${name}}`).join(', ')}, {attribute.<name>}`,
  ),
);

/** Which placeholder a tag template holds, if any. */
export function placeholderOf(template: string): Placeholder | 'unknown' | undefined {
  const name = nameIn(template);
  if (name === undefined) return undefined;
  if (ATTRIBUTE.test(name)) return 'attribute';
  return PLACEHOLDERS.find((known) => known === name) ?? 'unknown';
}

/** The attribute of order lines whose value a tag template holds. */
export function attributeOf(template: string): string | undefined {
  return ATTRIBUTE.exec(nameIn(template) ?? '')?.[1];
}

function nameIn(template: string): string | undefined {
  return /\{([^}]*)\}/.exec(template)?.[1];
}
