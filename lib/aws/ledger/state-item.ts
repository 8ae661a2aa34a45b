import * as v from 'valibot';
import type { State } from '../../core/order.ts';
import type { Entry } from '../../core/ports.ts';
import type { Item } from './table.ts';

const StateItem = v.object({ state: v.string(), revision: v.number() });

/**
 * The state as one JSON string: attribute by attribute it would cost more write units. Status and contact stand
 * beside it for people who look into the table; nothing reads them.
 */
export function stateAttributes(state: State): Item {
  return { state: JSON.stringify(state), ...labels(state) };
}

/** The cast holds because only `stateAttributes` writes there. */
export function entryOf(item: Item): Entry {
  const { state, revision } = v.parse(StateItem, item);
  return { state: JSON.parse(state) as State, revision };
}

function labels(state: State): Item {
  if (state.type === 'product') return { sku: state.data.sku };
  return {
    ...(state.type === 'order' && state.data && { status: state.data.status }),
    ...(state.contact !== undefined && { contact: state.contact }),
  };
}
