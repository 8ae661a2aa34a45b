import { describe, expect, test } from 'vitest';
import { echoOf } from '../../../../lib/core/ledger/fold/echo.ts';
import { fold, type OrderState, type State } from '../../../../lib/core/ledger/fold/order.ts';
import { type Ref, refName } from '../../../../lib/core/ledger/snapshot.ts';
import { orderRef, productRef, productState } from '../../../contracts/samples.ts';
import { snapshotsOf } from '../../../support/translation.ts';
import { recordedDeliveries } from '../../../support/woocommerce.ts';

/** What all recorded deliveries leave behind. */
function recordedStates(): ReadonlyMap<string, { readonly ref: Ref; readonly state: State }> {
  const states = new Map<string, { ref: Ref; state: State }>();
  for (const { number } of recordedDeliveries()) {
    for (const snapshot of snapshotsSaid(number)) {
      const name = refName(snapshot.ref);
      states.set(name, { ref: snapshot.ref, state: fold(states.get(name)?.state, snapshot) });
    }
  }
  return states;
}

function snapshotsSaid(number: string) {
  try {
    return snapshotsOf(number);
  } catch {
    return [];
  }
}

describe('an echo', () => {
  test('of anything that was ever recorded changes nothing', () => {
    const states = recordedStates();

    expect(states.size).toBeGreaterThan(20);
    for (const [name, { ref, state }] of states) {
      const echo = echoOf(ref, state);
      expect(echo && fold(state, echo), name).toEqual(state);
    }
  });

  test('of a product, and of an order of which only marks are known, changes nothing', () => {
    const marked: OrderState = { type: 'order', contacts: {}, sights: {}, deleted: [], restored: ['4/a'] };

    for (const [ref, state] of [
      [orderRef(1), marked],
      [orderRef(1), { ...marked, deleted: ['3/a'] }],
      [productRef(1), productState('Engine')],
    ] as const) {
      const echo = echoOf(ref, state);
      expect(echo && fold(state, echo)).toEqual(state);
    }
  });

  test('of nothing is nothing', () => {
    expect(
      echoOf(orderRef(1), { type: 'order', contacts: {}, sights: {}, deleted: [], restored: [] }),
    ).toBeUndefined();
  });
});
