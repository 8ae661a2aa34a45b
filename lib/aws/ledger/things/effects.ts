import * as v from 'valibot';
import { type EffectState, type EffectStates, nothingToMark } from '../../../core/ledger/effect-state.ts';
import { refName } from '../../../core/ledger/snapshot.ts';
import type { Things } from '../../../core/ports/ledger.ts';
import { thingKey } from '../table/keys.ts';
import { type Change, type Item, type Table, update } from '../table/table.ts';

/** Effects stand beside the thing's state, each in an attribute of its own: `record` never touches them. */
const PREFIX = 'once:';

const StoredEffect = v.object({
  state: v.picklist(['claimed', 'doubt', 'refused', 'done', 'skipped', 'parked']),
  at: v.number(),
  reason: v.exactOptional(v.string()),
  doubts: v.exactOptional(v.number()),
  contactId: v.exactOptional(v.number()),
  plannedAt: v.exactOptional(v.number()),
  code: v.exactOptional(v.string()),
  expiresAt: v.exactOptional(v.number()),
});

/** What happens once for a thing, claimed by conditional writes on the thing itself. */
export function createEffects(table: Table): Pick<Things, 'claimEffect' | 'markEffect'> {
  return {
    claimEffect: async (thing, effect, { at, contactId, coupon, taken }) => {
      const claimed = { state: 'claimed', at, contactId, ...coupon } satisfies EffectState;
      const change = taken ? takeOver(effect, claimed, taken) : take(effect, claimed);
      return (await update(table, thingKey(thing), change)) !== undefined;
    },
    markEffect: async (thing, effect, state) => {
      const change = state ? set(effect, state) : forget(effect);
      if ((await update(table, thingKey(thing), change)) === undefined)
        throw nothingToMark(refName(thing), effect);
    },
  };
}

/** The effects of a thing's item. */
export function effectsOf(item: Item): EffectStates {
  const stored = Object.entries(item).filter(([name]) => name.startsWith(PREFIX));
  return Object.fromEntries(
    stored.map(([name, value]) => [name.slice(PREFIX.length), v.parse(StoredEffect, value)]),
  );
}

function take(effect: string, claimed: EffectState): Change {
  return {
    ...set(effect, claimed),
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#effect)',
  };
}

function takeOver(effect: string, claimed: EffectState, taken: EffectState): Change {
  return {
    ConditionExpression: '#effect.#at = :at AND #effect.#state = :state',
    UpdateExpression: 'SET #effect = :effect',
    ExpressionAttributeNames: { '#effect': PREFIX + effect, '#at': 'at', '#state': 'state' },
    ExpressionAttributeValues: { ':effect': claimed, ':at': taken.at, ':state': taken.state },
  };
}

function set(effect: string, state: EffectState): Change {
  return {
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: 'SET #effect = :effect',
    ExpressionAttributeNames: { '#effect': PREFIX + effect },
    ExpressionAttributeValues: { ':effect': { ...state } },
  };
}

function forget(effect: string): Change {
  return {
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: 'REMOVE #effect',
    ExpressionAttributeNames: { '#effect': PREFIX + effect },
  };
}
