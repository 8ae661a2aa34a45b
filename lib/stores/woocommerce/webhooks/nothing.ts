import { type Body, isObject } from '../../../core/stores/fields.ts';
import type { DropReason } from '../../../core/stores/source.ts';

/** Why a genuine body without an id says nothing about the thing its topic names. */
export function whyNothing(body: Body, topic: string): DropReason {
  const [kind = ''] = topic.split('.');
  if (isObject(body.errors) || Array.isArray(body.errors))
    return isForbiddenLegacy(body) ? 'error-document-forbidden' : 'legacy-api';
  if (Object.hasOwn(body, kind) && isObject(body[kind])) return 'legacy-api';
  if (typeof body.code !== 'string') return 'malformed';
  return isForbidden(body) ? 'error-document-forbidden' : 'error-document';
}

/** The owner of the webhook may no longer see the thing; every further delivery will look like this. */
function isForbidden(body: Body): boolean {
  if (body.code === 'woocommerce_rest_cannot_view') return true;
  return isObject(body.data) && body.data.status === 403;
}

/** The API before the REST API (versions 1 to 3 of `/wc-api/`) says the same in other words. */
function isForbiddenLegacy({ errors, error_data: data }: Body): boolean {
  const codes = Array.isArray(errors)
    ? errors.map((error: unknown) => (isObject(error) ? error.code : undefined))
    : Object.keys(isObject(errors) ? errors : {});
  if (codes.some((code) => typeof code === 'string' && /_cannot_(?:read|view)/.test(code))) return true;
  const details = isObject(data) ? Object.values(data) : [];
  return details.some((detail) => isObject(detail) && (detail.status === 401 || detail.status === 403));
}
