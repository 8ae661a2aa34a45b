import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { TAKEOVER } from '../../../lib/core/ledger/effect-state.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { keyOf, MINUTE, openWorkshop } from '../../support/workshop.ts';

/** How the version before there were follow-ups read an effect and a profile; it took no other keys. */
const EffectBefore = v.object({
  state: v.picklist(['claimed', 'doubt', 'refused', 'done', 'skipped', 'parked']),
  at: v.number(),
  reason: v.exactOptional(v.string()),
  doubts: v.exactOptional(v.number()),
  contactId: v.exactOptional(v.number()),
});
const ProfileBefore = v.object({
  email: v.string(),
  mauticId: v.exactOptional(v.number()),
  wanted: v.number(),
  synced: v.optional(v.number(), 0),
  work: v.exactOptional(v.picklist(['live', 'later'])),
  due: v.exactOptional(v.number()),
  attempts: v.optional(v.number(), 0),
  doubt: v.optional(v.boolean(), false),
});
/** What it acted on: notes and e-mails of statuses; of all else it brought only open e-mails to their end. */
const ACTED_ON = /^(note|email):/;

const ANNA = 'anna@example.test';
const RULE = { id: 'thanks', on: { status: 'completed' }, after: '1 hour', send: { template: 7 } };

/** A ledger in which follow-ups have left every trace that they leave. */
async function openLedger() {
  const policy = v.parse(Policy, { followUps: [RULE], perContact: '1 per 24 hours' });
  const shop = openWorkshop(policy);
  await shop.policyChange();
  await shop.order({ id: 9, email: 'nobody@example.test', status: 'pending', createdAt: shop.clock.now() });
  await shop.sync();
  shop.forward(2 * MINUTE);
  await shop.order({ id: 1, email: ANNA, status: 'completed', createdAt: shop.clock.now() });
  await shop.sync();
  for (let round = 0; round < 8; round += 1) {
    shop.forward(10 * MINUTE);
    await shop.sweep();
    await shop.sync();
  }
  const ref = { kind: 'order', store: 'demo', id: '1' } as const;
  for (const reason of Object.values(TAKEOVER))
    await shop.ledger.markEffect(ref, `followup:fue-${reason}`, {
      state: 'refused',
      at: 5,
      reason,
      plannedAt: 7,
    });
  return { shop, effects: await shop.effects(1), profile: shop.profile(ANNA) };
}

describe('a ledger with follow-ups', () => {
  it('is read by the version before', async () => {
    const { effects, profile } = await openLedger();

    expect(profile.mailedAt).toBeDefined();
    expect(Object.keys(effects)).toHaveLength(4);
    for (const [id, state] of Object.entries(effects))
      expect(v.safeParse(EffectBefore, state).issues, id).toBeUndefined();
    expect(v.safeParse(ProfileBefore, profile).issues).toBeUndefined();
  });

  it('has nothing that the version before would do', async () => {
    const { effects } = await openLedger();

    expect(Object.keys(effects).filter((id) => ACTED_ON.test(id))).toEqual([]);
  });

  it('is read by this version as that one left it, and nothing is sent because of it', async () => {
    const { shop } = await openLedger();
    const sent = shop.mautic.sent.length;
    shop.deploy({});
    await shop.policyChange();
    shop.forward(20 * MINUTE);
    shop.deploy(v.parse(Policy, { followUps: [RULE], perContact: '1 per 24 hours' }));
    await shop.policyChange();
    await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now());
    await shop.settle();

    expect(sent).toBe(1);
    expect(shop.mautic.sent).toHaveLength(1);
  });
});
