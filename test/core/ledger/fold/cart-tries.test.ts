import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContactKey } from '../../../../lib/core/ledger/email.ts';
import { type CartTry, isLaterTry, newestTryBut } from '../../../../lib/core/ledger/fold/cart-tries.ts';
import { type Erasures, forget, withoutErased } from '../../../../lib/core/ledger/fold/erasure.ts';
import { type CartState, fold, type State } from '../../../../lib/core/ledger/fold/order.ts';
import type { Snapshot } from '../../../../lib/core/ledger/snapshot.ts';
import type { Version } from '../../../../lib/core/ledger/version.ts';
import { cartRef, cartState, contact, emailOf } from '../../../contracts/samples.ts';

type Tried = Extract<Snapshot, { type: 'cart-try' }>;

const ref = cartRef('c1');
const [ADA, BOB] = [contact('ada'), contact('bob')];
/** When the cart was, epoch ms. */
const BEGUN = cartState().data?.createdAt ?? 0;

/** An order of one of a few people, or of nobody, of a few moments. */
const someTry = fc
  .record({
    name: fc.constantFrom('ada', 'bob', ''),
    at: fc.integer({ min: BEGUN + 1, max: BEGUN + 4 }),
    id: fc.constantFrom('9', '10', 'x'),
    version: fc.constantFrom('1', '2', '3'),
  })
  .map(({ name, at, id, version }) => tryOf(name, at, { id, version }));

function tryOf(name: string, at: number, { id = '1', version = '1' } = {}): Tried {
  const address: Tried['address'] =
    name === ''
      ? { usable: false, reason: 'no-email' }
      : { usable: true, email: emailOf(name), key: contact(name) };
  return { type: 'cart-try', ref, address, at, order: { id, version: version as Version } };
}

const word: Snapshot = {
  type: 'cart',
  ref,
  version: cartState().version as Version,
  address: { usable: true, email: emailOf('ada'), key: ADA },
  data: cartState().data as NonNullable<CartState['data']>,
};

function folded(snapshots: readonly Snapshot[]): CartState {
  return snapshots.reduce<State | undefined>(fold, undefined) as CartState;
}

function newestBut(state: CartState, key: ContactKey) {
  return newestTryBut(state.tries, key);
}

/** By which order and when. */
function whenOf(tried: CartTry | undefined) {
  return tried && [tried.order, tried.at];
}

/** As the version before folded a try: it knew whom to tell, and kept what else it found. */
function foldTryBefore(state: CartState, { address }: Tried): CartState {
  if (!address.usable) return state;
  return { ...state, contacts: { ...state.contacts, [address.key]: address.email } };
}

describe('who tried to buy a cart when', () => {
  it('is the same whatever was heard first, and however often', () => {
    fc.assert(
      fc.property(
        fc.array(someTry, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 7 }),
        (tries, order) => {
          const said = [...tries, word];
          const mixed = said
            .map((one, index) => [order[index] ?? 0, one] as const)
            .toSorted(([a], [b]) => a - b)
            .map(([, one]) => one);

          expect(folded([...mixed, ...said])).toEqual(folded(said));
        },
      ),
    );
  });

  it('is told apart at any moment: of two tries one is the later', () => {
    fc.assert(
      fc.property(someTry, someTry, (one, other) => {
        const [a, b] = [one, other].map(({ at, order }) => ({
          at,
          order: order?.id ?? '',
          since: order?.version as Version,
        }));
        if (!a || !b) return;
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(isLaterTry(a, b)).toBe(isSame ? false : !isLaterTry(b, a));
      }),
    );
  });

  it('is of each contact the newest order, by its first version under that address', () => {
    const { tries } = folded([
      tryOf('ada', 1, { id: '7', version: '5' }),
      tryOf('ada', 2, { id: '8', version: '9' }),
      tryOf('ada', 2, { id: '8', version: '4' }),
      tryOf('bob', 2, { id: '8', version: '6' }),
    ]);

    expect(tries).toEqual({
      [ADA]: { at: 2, order: '8', since: '4' },
      [BOB]: { at: 2, order: '8', since: '6' },
    });
  });

  it('is not kept where nobody asks for it: then an attempt changes what it changed before', () => {
    const { order: _order, ...told } = tryOf('bob', 1);

    expect(folded([told])).toEqual({
      type: 'cart',
      contacts: { [BOB]: emailOf('bob') },
      ordered: false,
      gone: false,
    });
  });

  it('stays known without a name when its person is erased, whether it was told before or after', () => {
    fc.assert(
      fc.property(
        fc.array(someTry, { maxLength: 6 }),
        fc.integer({ min: BEGUN, max: BEGUN + 3 }),
        (tries, erasedAt) => {
          const erasures: Erasures = new Map([[BOB, erasedAt]]);
          const forgotten = (state: CartState) =>
            forget(state, { contact: BOB, erasedAt, hasReturned: false });
          const old = tries.map((one) => ({ ...one, at: Math.min(one.at, erasedAt) }));
          const before = forgotten(folded([word, ...old]));
          const after = folded([word, ...old].map((one) => withoutErased(one, erasures)));

          expect(before).toEqual(after);
          expect(forgotten(before)).toBe(before);
          expect(JSON.stringify(before)).not.toContain(BOB);
          expect(whenOf(newestBut(before, ADA))).toEqual(whenOf(newestBut(folded([word, ...old]), ADA)));
        },
      ),
    );
  });

  it('is of somebody who came back what they tried since', () => {
    const erasing = { contact: BOB, erasedAt: BEGUN + 1 };
    const state = forget(folded([tryOf('bob', BEGUN + 1), word]), { ...erasing, hasReturned: false });
    const back = fold(state, tryOf('bob', BEGUN + 2)) as CartState;
    const again = forget(back, { ...erasing, hasReturned: true });

    expect(again.tries?.[BOB]).toMatchObject({ at: BEGUN + 2 });
    expect(newestBut(again, ADA)).toMatchObject({ at: BEGUN + 2 });
  });

  it('is kept by the version before, and what that one did not note is not missed', () => {
    const known = folded([word, tryOf('bob', BEGUN + 1)]);
    const stored = JSON.parse(JSON.stringify(known)) as CartState;

    expect(foldTryBefore(stored, tryOf('bob', BEGUN + 2))).toEqual(known);
    const unknown = foldTryBefore(folded([word]), tryOf('bob', BEGUN + 1));
    expect(unknown.tries).toBeUndefined();
    expect(fold(unknown, tryOf('bob', BEGUN + 1))).toEqual(known);
  });
});
