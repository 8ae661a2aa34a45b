import type { Store } from '../core/policy/configuration/store.ts';
import type { Sender } from '../core/stores/source.ts';
import { sender as fluentcart } from './fluentcart/webhooks/sender.ts';
import { sender as woocommerce } from './woocommerce/webhooks/sender.ts';

/** A new kind in the configuration does not compile until it has its line here. */
const SENDERS: Readonly<Record<Store['kind'], Sender>> = { woocommerce, fluentcart };

/** How requests of stores of this kind are told apart. */
export function senderOf(kind: Store['kind']): Sender {
  return SENDERS[kind];
}
