import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGone, type OrderState } from '../../lib/core/ledger/fold/order.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import { runsOf } from '../support/depth.ts';
import type { RawDelivery } from '../support/oracle.ts';
import type { World } from '../support/world.ts';
import { history } from './histories.ts';
import { live } from './live.ts';

const RUNS = runsOf(300);
const POLICY: Policy = {
  ...DEFAULT_POLICY,
  notes: ['pending', 'processing', 'completed'],
  emails: {
    completed: { template: 7, transactional: true },
    cancelled: { template: 8, transactional: true },
  },
  segments: [{ segment: 3, minOrders: 2 }],
};
const TEMPLATES = new Map([
  ['completed', 7],
  ['cancelled', 8],
]);

interface Ordered {
  readonly id: string;
  readonly state: OrderState;
}

function ordersOf(world: World): readonly Ordered[] {
  return Object.entries(world.ledger.contents().things).flatMap(([name, state]) =>
    state.type === 'order' ? [{ id: name.split('/')[2] ?? '', state }] : [],
  );
}

function countNotes(world: World, id: string, status: string): number {
  return world.mautic.notes.filter(({ text }) => text.includes(`[demo/${id}/${status}]`)).length;
}

const ATTEMPTS = ['pending', 'failed', 'cancelled', 'trash'];

/** Whether the order has a contact that is in Mautic, because some order of it was more than an attempt to buy. */
function hasBuyer(world: World, { contact }: OrderState): boolean {
  return ordersOf(world).some(
    ({ state: { contact: other, sights, data } }) =>
      contact !== undefined &&
      other === contact &&
      (data?.paidAt !== undefined || Object.keys(sights).some((status) => !ATTEMPTS.includes(status))),
  );
}

/** The parent an order names, as the ledger knows it at the end. */
function parentOf(world: World, { data }: OrderState): OrderState | undefined {
  return ordersOf(world).find(({ id, state }) => id === data?.parentId && state.data !== undefined)?.state;
}

/** An order that names a parent has notes and e-mails only if that is known never to have been its buyer's. */
function isOwn(world: World, { id, state }: Ordered): boolean {
  const parent = parentOf(world, state);
  const { parentId = id } = state.data ?? {};
  return parentId === id || (parent !== undefined && !Object.hasOwn(parent.contacts, state.contact ?? ''));
}

type Typed = ReadonlyMap<string, ReadonlySet<string>>;

/** Every address that each order ever had, as typed. */
function typedIn(deliveries: readonly RawDelivery[]): Typed {
  const typed = new Map<string, Set<string>>();
  for (const { body } of deliveries) {
    const { id, billing } = JSON.parse(body) as { id: number; billing?: { email: string } };
    const known = typed.get(String(id)) ?? new Set();
    typed.set(String(id), billing ? known.add(billing.email) : known);
  }
  return typed;
}

/** It and its parent never were anybody else's: not for a moment may it have passed for an order of its own. */
function wasAlwaysPart({ id, state: { data } }: Ordered, typed: Typed): boolean {
  const whole = typed.get(data?.parentId ?? '');
  if (!whole || data?.parentId === id) return false;
  return new Set([...whole, ...(typed.get(id) ?? [])]).size === 1;
}

/** How often something may have been done, and must have been where it is due. */
function isRight({ world, typed }: Lived, order: Ordered, { count, due }: Found): boolean {
  if (wasAlwaysPart(order, typed)) return count === 0;
  return due && isOwn(world, order) ? count === 1 : count <= 1;
}

interface Lived {
  readonly world: World;
  readonly typed: Typed;
}

interface Found {
  readonly count: number;
  readonly due: boolean;
}

/** Notes: once for every status an order that has a contact was seen in; never twice for any. */
function wrongNotes(lived: Lived): readonly string[] {
  const { world } = lived;
  return ordersOf(world).flatMap(({ id, state }) =>
    POLICY.notes.flatMap((status) => {
      const count = countNotes(world, id, status);
      const due = hasBuyer(world, state) && !isGone(state) && status in state.sights;
      return isRight(lived, { id, state }, { count, due }) ? [] : [`${id}/${status}: ${String(count)}`];
    }),
  );
}

/** E-mails: never twice; missing only where a process died while sending, which leaves it parked. */
async function wrongEmails(lived: Lived, mayBeParked: boolean): Promise<readonly string[]> {
  const { world } = lived;
  const orders = ordersOf(world);
  const refs = orders.map(({ id }) => ({ kind: 'order', store: 'demo', id }) as const);
  const entries = await world.ledger.load(refs);
  return orders.flatMap(({ id, state }) =>
    [...TEMPLATES].flatMap(([status, template]) => {
      const count = world.mautic.sent.filter(
        ({ emailId, order }) => emailId === template && order === id,
      ).length;
      const parked = entries.get(`order/demo/${id}`)?.effects[`email:${status}`]?.state === 'parked';
      const due = hasBuyer(world, state) && !isGone(state) && state.data?.status === status;
      const mayBeDue = due && !(mayBeParked && parked && count === 0);
      return isRight(lived, { id, state }, { count, due: mayBeDue })
        ? []
        : [`${id}/${status}: ${String(count)}`];
    }),
  );
}

function wrongMembers(world: World): readonly string[] {
  const members = world.mautic.members.get(3) ?? new Set<number>();
  return [...world.mautic.rows.values()]
    .filter(({ id, fields }) => members.has(id) !== Number(fields.get('mautic_woo_order_count') ?? 0) >= 2)
    .map(({ email }) => email);
}

function endsRight(crashes: boolean) {
  return fc.asyncProperty(history, fc.nat(), async ({ deliveries }, seed) => {
    const world = await live({ deliveries, seed, crashes, policy: POLICY });
    const lived = { world, typed: typedIn(deliveries) };
    expect({
      notes: wrongNotes(lived),
      emails: await wrongEmails(lived, crashes),
      members: wrongMembers(world),
    }).toEqual({ notes: [], emails: [], members: [] });
  });
}

async function expectAlways(property: ReturnType<typeof endsRight>): Promise<void> {
  const outcome = await fc.check(property, { numRuns: RUNS });
  expect(outcome.errorInstance, fc.defaultReportMessage(outcome)).toBeNull();
}

describe('notes, e-mails and segments of any history of orders', () => {
  it('happen once, in whatever order the deliveries arrive and however often', async () => {
    await expectAlways(endsRight(false));
  }, 600_000);

  it('happen once when processes are killed at any step; an e-mail in doubt is parked, never sent twice', async () => {
    await expectAlways(endsRight(true));
  }, 600_000);
});
