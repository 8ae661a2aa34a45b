import type { Source } from '../../../core/stores/source.ts';
import { CATALOG } from '../../catalog.ts';
import { FIELDS, read } from './read.ts';
import { sign } from './secret.ts';
import { sender } from './sender.ts';
import { translate } from './translate.ts';

export const fluentcart: Source = {
  ...sender,
  topics: CATALOG.fluentcart.topics,
  hasSubscriptions: true,
  fields: FIELDS,
  sign,
  translate,
  read,
};
