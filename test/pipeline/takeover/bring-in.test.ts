import { describe, expect, it } from 'vitest';
import { failed, succeeded } from '../../../lib/core/ledger/failure.ts';
import { createFolding } from '../../../lib/pipeline/record/folding.ts';
import { createBringIn } from '../../../lib/pipeline/takeover/bring-in.ts';
import { sourceOf } from '../../support/sources.ts';
import { openWorkshop } from '../../support/workshop.ts';
import { orderBody } from '../sync/support.ts';

const FAILURE = { kind: 'retry', code: 'server-error', message: 'The store fails at it.' } as const;

/** A store whose orders are read; those named make it fail, and order 9 it does not have. */
function open(failing: readonly string[]) {
  const shop = openWorkshop();
  const asked: string[] = [];
  const bringIn = createBringIn({
    store: { id: 'demo' },
    api: {
      order: async (id) => {
        asked.push(id);
        if (failing.includes(id)) return failed(FAILURE);
        if (id === '9') return succeeded(undefined);
        const now = shop.clock.now();
        const item = orderBody(
          { id: Number(id), email: `buyer${id}@example.test`, createdAt: now - 60_000 },
          now - 60_000,
        );
        return succeeded({ item, now });
      },
    },
    source: sourceOf('woocommerce'),
    fold: createFolding({ ...shop.ports, later: true }),
  });
  return { shop, asked, bringIn };
}

describe('orders that a queue names', () => {
  it('come into the ledger behind live work, and nobody rings for them', async () => {
    const { shop, bringIn } = open([]);

    expect(await bringIn(['1', '9'])).toEqual({ unread: new Set() });

    expect(shop.profile('buyer1@example.test').work).toBe('later');
    expect(shop.doorbell.take()).toEqual([]);
  });

  it('that make the store fail keep no others from being read', async () => {
    const { shop, bringIn } = open(['1']);

    expect(await bringIn(['1', '2'])).toEqual({ unread: new Set(['1']), failure: FAILURE });

    expect(shop.profile('buyer2@example.test').work).toBe('later');
  });

  it('are asked for no more once three in a row could not be read', async () => {
    const { asked, bringIn } = open(['1', '2', '3']);

    const { unread } = await bringIn(['1', '2', '3', '4', '5']);

    expect([...unread]).toEqual(['1', '2', '3', '4', '5']);
    expect(asked).toEqual(['1', '2', '3']);
  });
});
