import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as v from 'valibot';
import type { State } from '../../../core/ledger/fold/order.ts';
import type { Item } from '../table/table.ts';

const Stored = v.union([v.object({ packed: v.instance(Uint8Array) }), v.object({ state: v.string() })]);

/** The attributes that hold a state: one of them is there. */
export const STATE_ATTRIBUTES = ['state', 'packed'] as const;

/**
 * A state as one attribute, because attribute by attribute it would cost more write units: JSON as text (form 1), or
 * packed (form 2, raw DEFLATE), with which most orders take one unit where the text takes two.
 */
export function storedState(state: State, packing: boolean): Item {
  const text = JSON.stringify(state);
  return packing ? { packed: deflateRawSync(text) } : { state: text };
}

/**
 * The state of an item of either form. The cast holds because only `storedState` writes there.
 * @throws when it holds neither.
 */
export function stateOf(item: Item): State {
  const stored = v.parse(Stored, item);
  const text = 'packed' in stored ? inflateRawSync(stored.packed).toString() : stored.state;
  return JSON.parse(text) as State;
}
