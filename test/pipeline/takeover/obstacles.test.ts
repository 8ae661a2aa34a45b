import { runInNewContext } from 'node:vm';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { optOutOf } from '../../../lib/core/stores/opt-out.ts';
import { obstaclesTo } from '../../../lib/pipeline/takeover/obstacles.ts';
import { configOf, planTakeover } from '../../../lib/pipeline/takeover/reading.ts';
import { takenEmails, takeOver } from '../../../lib/pipeline/takeover/take-over.ts';
import { keyOf } from '../../support/workshop.ts';
import { ended, openShop, PEOPLE } from './support.ts';

describe('a dry run', () => {
  it('says what becomes of each e-mail, and changes nothing', async () => {
    const opened = await openShop();
    const before = structuredClone(await ended(opened));
    const plan = await planTakeover(opened.parts);

    expect(plan.emails.map(({ rule, stays }) => rule?.id ?? stays)).toEqual([
      `fue-${opened.review}`,
      `fue-${opened.back}`,
      'e-mails of type manual follow no order',
    ]);
    expect([plan.unsent.length, plan.sent.length, plan.orphans.length]).toEqual([9, 1, 0]);
    expect(configOf(plan, new Map([[opened.review, 7]]))).toContain("on: 'last-purchase'");
    expect(await ended(opened)).toEqual(before);
  });

  it('prints rules that the configuration takes', async () => {
    const { parts, review, back } = await openShop();
    const printed = configOf(
      await planTakeover(parts),
      new Map([
        [review, 7],
        [back, 8],
      ]),
    );
    const followUps: unknown = runInNewContext(`({${printed}}).followUps`);

    expect(v.safeParse(Policy, { followUps: structuredClone(followUps) }).issues).toBeUndefined();
  });

  it('says what must be done before', async () => {
    const { parts } = await openShop();
    const plan = await planTakeover(parts);
    const bare = { ...parts, store: { id: 'demo' }, policy: v.parse(Policy, {}) };

    expect(await obstaclesTo(bare, plan)).toEqual([
      'Say the time zone of the store demo in bridge.config.ts: its queue is in local time.',
      expect.stringMatching(/^Put these rules into bridge.config.ts and deploy: fue-1, fue-2\.$/),
    ]);
    const published = { ...parts, templateState: async () => succeeded('usable' as const) };
    expect(await obstaclesTo(published, plan)).toEqual([
      'Unpublish these e-mails in Mautic until everything is moved: 7, 8.',
    ]);
    await expect(takeOver(published)).rejects.toThrow('Unpublish');
    expect(await obstaclesTo(parts, plan)).toEqual([]);
  });

  it('asks for rules that are written down but not deployed: what is bought meanwhile would be older than they are', async () => {
    const { parts, shop } = await openShop();
    const plan = await planTakeover(parts);
    shop.deploy(v.parse(Policy, {}));
    await shop.policyChange();

    expect(await obstaclesTo(parts, plan)).toEqual([
      'Deploy these rules of bridge.config.ts first: fue-1, fue-2.',
    ]);
  });
});

describe('who opted out there', () => {
  it('must be known here before anything is moved', async () => {
    const { parts, site, shop } = await openShop();
    const [first = ''] = PEOPLE;
    site.optOut(first);
    site.optOut('nobody-writes-to-this');
    const plan = await planTakeover(parts);

    expect(await obstaclesTo(parts, plan)).toEqual([
      expect.stringMatching(/^1 people opted out there .* say followUpEmails: true at the store demo/),
    ]);
    await expect(takeOver(parts)).rejects.toThrow('opted out');
    await shop.ledger.write(optOutOf('demo', keyOf(first)), JSON.stringify({ at: 1 }), undefined);

    expect(await obstaclesTo(parts, plan)).toEqual([]);
  });
});

describe('a run after another', () => {
  it('does not go on without an e-mail that an earlier run has archived', async () => {
    const { parts, site, review, back } = await openShop();
    await takeOver(parts);
    const email = site.records.emails.get(Number(back));
    if (email) email.categoryId = '16';
    const plan = await planTakeover(parts, await takenEmails(parts));

    expect(plan.emails.map(({ rule, stays }) => rule?.id ?? stays).slice(0, 2)).toEqual([
      `fue-${review}`,
      'its category 16 is not known by its slug',
    ]);
    expect(await obstaclesTo(parts, plan)).toEqual([
      `E-mail ${back} is archived there by an earlier run, and cannot be moved: its category 16 is not known by its slug. Give the flags of that run again, or set it active there.`,
    ]);
  });
});
