import { expect, it } from 'vitest';
import type { OrderState } from '../../../lib/core/ledger/fold/order.ts';
import { orderPassages } from '../../../lib/pipeline/explain/order-story.ts';
import { inOrder } from '../../../lib/pipeline/explain/story.ts';
import { orderRef } from '../../contracts/samples.ts';
import { NOON, openWorkshop } from '../../support/workshop.ts';

it('of one second tells that an order was placed, then its statuses, the one it has last', async () => {
  const shop = openWorkshop();
  await shop.order({ id: 1, email: 'anna@example.test', status: 'completed', createdAt: NOON });
  const ref = orderRef('1');
  const entry = (await shop.ledger.load([ref])).get('order/demo/1');
  if (entry?.state.type !== 'order') throw new Error('there is no order');
  const sights = { completed: NOON, processing: NOON };
  const state: OrderState = { ...entry.state, sights };

  const passages = inOrder(orderPassages({ ref, state, entry: { ...entry, savedAt: NOON } }));

  expect(passages.map(({ says }) => says).slice(0, 3)).toEqual([
    'the order was placed',
    'it was seen as processing',
    'it was seen as completed',
  ]);
});
