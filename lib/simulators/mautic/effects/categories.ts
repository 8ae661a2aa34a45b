import { payloadOf } from '../contacts/contact-form.ts';
import { page } from '../contacts/contact-list.ts';
import { asText, keyedById } from '../database/php-value.ts';
import type { Category } from '../database/rows.ts';
import { cleanText } from '../database/text-cleaning.ts';
import { type Answer, accessDenied, created, formRefusal, ok } from '../http/answer.ts';
import { authorshipOf, type Call, createdBy, type World } from '../world.ts';

/** `GET /api/categories`: of all kinds (as Mautic's documentation shows it; not recorded). */
export function listCategories(world: World, { query, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const all = world.db.categories.all();
  const shown = page(all, query).map((one) => [one.id, categoryJson(one)] as const);
  return ok({ total: all.length, categories: shown.length === 0 ? [] : keyedById(shown) });
}

/** `POST /api/categories/new`: a title, and what it is for. */
export function newCategory(world: World, { body, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const payload = payloadOf(body);
  const title = cleanText(asText(payload.title) ?? '');
  const bundle = asText(payload.bundle) ?? '';
  if (title === '') return formRefusal([{ field: 'title', message: 'A title is required.', status: 400 }]);
  if (bundle === '') return formRefusal([{ field: 'bundle', message: 'A value is required.', status: 400 }]);
  const category = world.db.categories.insert((id) => ({
    id,
    ...createdBy(world, identity),
    title,
    bundle,
  }));
  return created(`/api/categories/${category.id}`, { category: categoryJson(category) });
}

export function categoryJson(category: Category): Record<string, unknown> {
  const { id, title, bundle } = category;
  return {
    ...authorshipOf(category),
    id,
    title,
    alias: title.toLowerCase(),
    description: null,
    color: null,
    bundle,
  };
}
