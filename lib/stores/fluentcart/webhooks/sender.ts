import type { Sender } from '../../../core/stores/source.ts';
import { HEADERS } from './headers.ts';
import { tell } from './request.ts';
import { isGenuine } from './secret.ts';

export const sender: Sender = {
  kind: 'fluentcart',
  headers: HEADERS,
  tell,
  isGenuine,
  isPing: () => false,
  // An event the bridge does not know tells of an order all the same: the body is what the shop holds now.
  accepts: () => 'take',
};
