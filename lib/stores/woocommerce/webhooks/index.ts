import type { Source } from '../../../core/stores/source.ts';
import { CATALOG } from '../../catalog.ts';
import { FIELDS, read } from './read.ts';
import { isGenuine, isPing, sign } from './signature.ts';
import { accepts, translate } from './translate.ts';

export const woocommerce: Source = {
  kind: 'woocommerce',
  topics: CATALOG.woocommerce.topics,
  headers: CATALOG.woocommerce.headers,
  sign,
  isGenuine,
  isPing,
  accepts,
  translate,
  fields: FIELDS,
  read,
};
