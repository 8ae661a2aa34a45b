import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { feedArrivalWith, feedBodies } from '../support/fluentcart.ts';
import { shuffled } from '../support/random.ts';
import { World } from '../support/world.ts';

const ON = v.parse(Policy, { subscriptions: {} });
const OFF = v.parse(Policy, {});

/** Every recorded event of the one subscription there is, its first order and its renewal. */
const EVENTS = feedBodies()
  .filter(({ event, body }) => event.startsWith('subscription_') || body.includes('"type":"subscription"'))
  .filter(({ name }) => !name.includes('stripe'));

function deliver(world: World, { event, body }: { event: string; body: string }): void {
  const { store, receivedAt } = feedArrivalWith(event, body);
  world.deliver({ topic: event, webhookId: '', deliveryId: '', receivedAt, body, store });
}

async function lived(events: typeof EVENTS, policy: Policy): Promise<World> {
  const world = new World(policy);
  for (const event of events) deliver(world, event);
  await world.settle();
  return world;
}

function held(world: World) {
  const [row] = [...world.mautic.rows.values()].filter(({ email }) => email === 'cara@example.com');
  return row && { fields: Object.fromEntries(row.fields), tags: [...row.tags].sort() };
}

function only(event: string): typeof EVENTS {
  return EVENTS.filter((one) => one.event === event);
}

describe('a subscription that webhooks of FluentCart tell of', () => {
  it('stands in Mautic as a status, a date and a tag', async () => {
    const { fields, tags } = held(await lived(only('subscription_activated'), ON)) ?? {};

    expect(fields).toMatchObject({ subscription_status: 'active', next_billing_date: '2026-12-21' });
    expect(tags).toContain('subscription:active');
  });

  it('that was cancelled has another tag instead, and no next payment', async () => {
    const events = [...only('subscription_activated'), ...only('subscription_canceled')];
    const { fields, tags } = held(await lived(events, ON)) ?? {};

    expect(fields).toMatchObject({ subscription_status: 'cancelled' });
    expect(fields?.['next_billing_date'] ?? null).toBeNull();
    expect(tags?.filter((tag) => tag.startsWith('subscription:'))).toEqual(['subscription:cancelled']);
  });

  it('ends the same in any order and however often its events come', async () => {
    expect(EVENTS.length).toBeGreaterThan(5);
    const wanted = held(await lived(EVENTS, ON));

    for (const seed of [1, 2, 3])
      expect(held(await lived(shuffled([...EVENTS, ...EVENTS], seed), ON))).toEqual(wanted);
  });

  it('adds nothing to Mautic, and no read of the ledger, where the policy has none', async () => {
    const world = await lived(EVENTS, OFF);
    const { fields, tags } = held(world) ?? {};

    expect(Object.keys(fields ?? {}).filter((alias) => /subscription|billing/.test(alias))).toEqual([]);
    expect(tags?.filter((tag) => tag.startsWith('subscription:'))).toEqual([]);
    expect(Object.keys(world.ledger.contents().things)).toContain('subscription/fluent/1');
  });

  it('makes nobody a contact by itself', async () => {
    const [activated] = only('subscription_activated');
    const body = JSON.parse(activated?.body ?? '') as { order: object };
    const unpaid = { ...body, order: { ...body.order, payment_status: 'pending', total_paid: '0' } };
    const world = await lived(
      [{ name: '', event: 'subscription_activated', body: JSON.stringify(unpaid) }],
      ON,
    );

    expect(held(world)).toBeUndefined();
  });
});
