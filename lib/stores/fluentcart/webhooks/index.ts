import type { Source } from '../../../core/stores/source.ts';
import { CATALOG } from '../../catalog.ts';
import { FIELDS, read } from './read.ts';
import { tell } from './request.ts';
import { isGenuine, sign } from './secret.ts';
import { accepts, translate } from './translate.ts';

export const fluentcart: Source = {
  kind: 'fluentcart',
  topics: CATALOG.fluentcart.topics,
  headers: CATALOG.fluentcart.headers,
  fields: FIELDS,
  tell,
  sign,
  isGenuine,
  isPing: () => false,
  accepts,
  translate,
  read,
};
