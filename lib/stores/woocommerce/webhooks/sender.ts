import type { Sender } from '../../../core/stores/source.ts';
import { HEADERS } from './headers.ts';
import { isGenuine, isPing } from './signature.ts';
import { accepts } from './topics.ts';

export const sender: Sender = { kind: 'woocommerce', headers: HEADERS, isGenuine, isPing, accepts };
