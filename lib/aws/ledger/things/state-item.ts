import * as v from 'valibot';
import type { State } from '../../../core/ledger/fold/order.ts';
import type { Entry } from '../../../core/ports/ledger.ts';
import { TABLE } from '../../../environment.ts';
import type { Change, Item } from '../table/table.ts';
import { effectsOf } from './effects.ts';
import { STATE_ATTRIBUTES, stateOf, storedState } from './state-codec.ts';

const StateItem = v.object({ revision: v.number(), savedAt: v.exactOptional(v.number()) });

interface Writing {
  readonly revision: number | undefined;
  readonly now: number;
  /** In form 2 of the ledger. */
  readonly packing: boolean;
}

/**
 * Puts the state into its item. Status, contact and SKU stand beside it for people who look into the table; nothing
 * reads them. What else the item holds stays.
 */
export function stateChange(state: State, { revision, now, packing }: Writing): Change {
  const attributes = {
    ...storedState(state, packing),
    revision: (revision ?? 0) + 1,
    savedAt: now,
    ...labels(state),
  };
  const sets = Object.keys(attributes).map((name) => `#${name} = :${name}`);
  const removes = [
    ...[...STATE_ATTRIBUTES, ...LABELS].filter((name) => !(name in attributes)),
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

/** What an item says of a thing. @throws when it holds no state. */
export function entryOf(item: Item): Entry {
  return { state: stateOf(item), ...v.parse(StateItem, item), effects: effectsOf(item) };
}

function labels(state: State): Item {
  if (state.type === 'product') return { sku: state.data.sku };
  return {
    ...(state.type === 'order' && state.data && { status: state.data.status }),
    ...(state.contact !== undefined && { contact: state.contact }),
  };
}
