import type { Source } from '../../../core/stores/source.ts';
import { CATALOG } from '../../catalog.ts';
import { FIELDS, read } from './read.ts';
import { sender } from './sender.ts';
import { sign } from './signature.ts';
import { translate } from './translate.ts';

export const woocommerce: Source = {
  ...sender,
  topics: CATALOG.woocommerce.topics,
  sign,
  translate,
  fields: FIELDS,
  read,
};
