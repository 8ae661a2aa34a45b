import * as v from 'valibot';
import { isOwnField } from './own-fields.ts';
import { isReservedAlias } from './reserved-alias.ts';

/** Mautic cuts longer aliases and folds other characters, silently (recordings 199, 201). */
export const FieldName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9_]{0,23}[a-z0-9]$/, 'must be 2 to 25 of a-z, 0-9 and _, not ending in _'),
  v.check((alias) => !(alias in {}), 'is a name that JavaScript keeps for itself'),
  v.check(
    (alias) => isOwnField(alias) || !isReservedAlias(alias),
    'is a name that Mautic keeps for itself: choose another one, with a prefix for example',
  ),
);

/** A field that is not one of those that every Mautic has. */
export const FieldAlias = v.pipe(
  FieldName,
  v.check(
    (alias) => !isOwnField(alias),
    "is one of Mautic's own fields, in which people keep something else: choose a name of your own, like mautic_woo_total_spent",
  ),
);
