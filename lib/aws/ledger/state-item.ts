import * as v from 'valibot';
import type { State } from '../../core/ledger/order.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import { TABLE } from '../../environment.ts';
import { effectsOf } from './effects.ts';
import type { Change, Item } from './table.ts';

const StateItem = v.object({ state: v.string(), revision: v.number(), savedAt: v.exactOptional(v.number()) });

/**
 * Puts the state as one JSON string: attribute by attribute it would cost more write units. Status, contact and SKU
 * stand beside it for people who look into the table; nothing reads them. What else the item holds stays.
 */
export function stateChange(
  state: State,
  { revision, now }: { readonly revision: number | undefined; readonly now: number },
): Change {
  const attributes = {
    state: JSON.stringify(state),
    revision: (revision ?? 0) + 1,
    savedAt: now,
    ...labels(state),
  };
  const sets = Object.keys(attributes).map((name) => `#${name} = :${name}`);
  const removes = [
    ...LABELS.filter((name) => !(name in attributes)),
    // It was touched again, so it is kept for longer.
    ...(state.type === 'cart' ? [TABLE.expires] : []),
  ].map((name) => `#${name}`);
  return {
    ConditionExpression: revision === undefined ? 'attribute_not_exists(pk)' : '#revision = :read',
    UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
    ExpressionAttributeNames: Object.fromEntries(
      [...Object.keys(attributes), ...removes.map((name) => name.slice(1))].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
      ...(revision !== undefined && { ':read': revision }),
    },
  };
}

const LABELS = ['status', 'contact', 'sku'] as const;

/** The cast holds because only `stateAttributes` writes there. */
export function entryOf(item: Item): Entry {
  const { state, ...rest } = v.parse(StateItem, item);
  return { state: JSON.parse(state) as State, ...rest, effects: effectsOf(item) };
}

function labels(state: State): Item {
  if (state.type === 'product') return { sku: state.data.sku };
  return {
    ...(state.type === 'order' && state.data && { status: state.data.status }),
    ...(state.contact !== undefined && { contact: state.contact }),
  };
}
