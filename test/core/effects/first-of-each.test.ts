import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { firstOfEach } from '../../../lib/core/effects/first-of-each.ts';
import type { Once } from '../../../lib/core/effects/once.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { orderRef } from '../../contracts/samples.ts';

const HOUR = 3_600_000;
const POLICY = v.parse(Policy, {
  followUps: [
    { id: 'again', on: 'repeat-purchase', send: { template: 1 } },
    { id: 'thanks', on: { status: 'completed' }, send: { template: 2 } },
    { id: 'noted', on: { totalOrders: { above: 1 } }, note: 'Again' },
  ],
});

function of(order: number, id: string, more: Partial<Once> = {}): Once {
  return { id, thing: orderRef(order), dueAt: HOUR, ...more };
}

/** Orders of which something is left to be called for. */
function left(...called: readonly Once[]): readonly string[] {
  return firstOfEach(called, POLICY).map(({ thing }) => thing.id);
}

describe('of several things of a contact that call for the same at once', () => {
  it.each(['followup:again', 'note:followup:noted', 'coupon:thanks'])(
    'the one that is due first has it: %s',
    (id) => {
      expect(left(of(1, id), of(2, id, { dueAt: HOUR - 1 }), of(3, id))).toEqual(['2']);
    },
  );

  it('the oldest has it where all are due at the same moment', () => {
    expect(left(of(10, 'followup:again'), of(9, 'followup:again'))).toEqual(['9']);
  });

  it('each has what is done for each', () => {
    expect(left(of(1, 'followup:thanks'), of(2, 'followup:thanks'))).toEqual(['1', '2']);
  });

  it('those of which it may have been done are brought to their end all the same', () => {
    const claimed = { state: 'claimed', at: 0 } as const;

    expect(
      left(of(1, 'coupon:thanks', { known: claimed }), of(2, 'coupon:thanks', { known: claimed })),
    ).toEqual(['1', '2']);
  });

  it('one that is refused until later leaves it to the next', () => {
    const refused = { state: 'refused', at: 3 * HOUR, reason: 'no-keys' } as const;

    expect(left(of(1, 'coupon:thanks', { known: refused }), of(2, 'coupon:thanks'))).toEqual(['2']);
  });
});
