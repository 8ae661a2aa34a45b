import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Arrival } from '../../lib/core/ledger/delivery.ts';
import { fold, type State } from '../../lib/core/ledger/fold/order.ts';
import { runsOf } from '../support/depth.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import { feedArrivalWith, orderIn } from '../support/fluentcart.ts';
import { type FeedSending, feedHistory } from './feeds.ts';

interface Told extends FeedSending {
  readonly id: number;
  readonly status: string;
}

/** Those of orders that anybody is to know of. */
function toldIn(sendings: readonly FeedSending[]): readonly Told[] {
  return sendings.flatMap((sending) => {
    const [said] = sending.said;
    if (!said) return [];
    const { id, status } = JSON.parse(said.body) as { readonly id: number; readonly status: string };
    return [{ ...sending, id, status }];
  });
}

/** Id of an order → status → when it truly was so for the first time, epoch ms. */
function truthOf(told: readonly Told[]): ReadonlyMap<number, ReadonlyMap<string, number>> {
  const truth = new Map<number, Map<string, number>>();
  for (const { id, status, builtAt } of told) {
    const known = truth.get(id) ?? new Map<string, number>();
    truth.set(id, known.set(status, Math.min(known.get(status) ?? builtAt, builtAt)));
  }
  return truth;
}

/** Id of an order → status → when the bridge takes it to have begun, epoch ms. */
function sightsOf(told: readonly Told[]): ReadonlyMap<number, Readonly<Record<string, number>>> {
  const states = new Map<number, State>();
  for (const { delivery } of told) {
    const snapshot = orderIn(arrivalOf(delivery));
    const id = FEED_IDS + Number(snapshot.ref.id);
    states.set(id, fold(states.get(id), snapshot));
  }
  return new Map([...states].map(([id, state]) => [id, state.type === 'order' ? state.sights : {}]));
}

function arrivalOf({ topic, body, receivedAt = '' }: FeedSending['delivery']): Arrival {
  const contentType = body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
  return { ...feedArrivalWith(topic, body), receivedAt, contentType };
}

const some = feedHistory.chain((sendings) => {
  const told = toldIn(sendings);
  return fc.record({ told: fc.constant(told), heard: fc.shuffledSubarray([...told]) });
});

it('no order of FluentCart is taken to have been in a status before it was, whichever bodies came', () => {
  fc.assert(
    fc.property(some, ({ told, heard }) => {
      const truth = truthOf(told);
      for (const [id, sights] of sightsOf(heard))
        for (const [status, began] of truth.get(id) ?? [])
          expect(sights[status] ?? Number.POSITIVE_INFINITY, status).toBeGreaterThanOrEqual(began);
    }),
    { numRuns: runsOf(2000) },
  );
});
