import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { runsOf } from '../support/depth.ts';
import { expectedContacts, type RawDelivery } from '../support/oracle.ts';
import { keyOf } from '../support/workshop.ts';
import type { World } from '../support/world.ts';
import { history } from './histories.ts';
import { live } from './live.ts';

const ADA = 'ada@example.test';
/** Orders are placed within two seconds: the first two before the one, all before the other. */
const ERASED_AT = [Date.parse('2026-11-20T10:00:50Z'), Date.parse('2026-11-20T10:00:51Z')];
const RUNS = runsOf(300);

interface Order {
  readonly billing?: { readonly email?: string };
  readonly date_created_gmt?: string;
}

function createdAt({ date_created_gmt: date = '' }: Order): number {
  return Date.parse(`${date}Z`);
}

/** As if the shop had never known whose these orders were. */
function withoutAda(deliveries: readonly RawDelivery[], erasedAt: number): readonly RawDelivery[] {
  return deliveries.map((delivery) => {
    const order = JSON.parse(delivery.body) as Order;
    if (order.billing?.email?.toLowerCase() !== ADA || createdAt(order) > erasedAt) return delivery;
    return { ...delivery, body: JSON.stringify({ ...order, billing: { ...order.billing, email: '' } }) };
  });
}

function held({ mautic }: World) {
  return [...mautic.rows.values()].map((row) => ({
    ...row,
    fields: Object.fromEntries(row.fields),
    tags: [...row.tags],
  }));
}

/** What the ledger still says of orders of that time. */
function keptOf({ ledger }: World, erasedAt: number): string {
  const { things } = ledger.contents();
  const old = Object.values(things).filter(
    (state) => state.type === 'order' && state.data !== undefined && state.data.createdAt <= erasedAt,
  );
  return JSON.stringify(old);
}

function forgets(crashes: boolean) {
  return fc.asyncProperty(
    history,
    fc.nat(),
    fc.nat(40),
    fc.constantFrom(...ERASED_AT),
    async (...[{ deliveries }, seed, from, erasedAt]) => {
      let isErased = false;
      const meanwhile = async ({ ledger }: World, arrived: number) => {
        // Whom nobody knows yet cannot be erased: it is asked for again.
        if (!isErased && arrived >= from) isErased = await ledger.erase(keyOf(ADA), erasedAt);
      };

      const world = await live({ deliveries, seed, crashes, meanwhile });

      const told = isErased ? withoutAda(deliveries, erasedAt) : deliveries;
      const expected = expectedContacts(told);
      expectHeld(held(world), expected);
      const { profiles } = world.ledger.contents();
      expect(Object.values(profiles).filter(({ parked }) => parked)).toEqual([]);
      if (!isErased) return;
      expect(keptOf(world, erasedAt)).not.toMatch(/ada@|"Name 0"/);
      const isBack = expected.has(ADA) || profiles[keyOf(ADA)]?.email === ADA;
      expect(isBack || world.mautic.byEmail(ADA) === undefined).toBe(true);
    },
  );
}

async function expectAlways(property: ReturnType<typeof forgets>): Promise<void> {
  const outcome = await fc.check(property, { numRuns: RUNS });
  expect(outcome.errorInstance, fc.defaultReportMessage(outcome)).toBeNull();
}

it('a person who is erased among live orders stays forgotten, and nobody else notices', async () => {
  await expectAlways(forgets(false));
}, 600_000);

it('a person stays forgotten when processes are killed at any step and rings are lost', async () => {
  await expectAlways(forgets(true));
}, 600_000);
