import { describe, expect, it } from 'vitest';
import { failed, succeeded } from '../../../lib/core/ledger/failure.ts';
import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';
import type { MauticTemplates } from '../../../lib/core/ports/mautic.ts';
import { planTakeover } from '../../../lib/pipeline/takeover/reading.ts';
import { makeTemplates, type TemplateParts } from '../../../lib/pipeline/takeover/templates.ts';
import { openFue } from '../../support/follow-up-emails.ts';

const zero = { productId: '0', categoryId: '0', alwaysSend: '1' };

/** A shop with two e-mails of a campaign and one of none, and a Mautic that notes what is made. */
async function open(hasCategories = true) {
  const { site, api } = await openFue();
  const email = { trigger: 'completed', interval: '3', duration: 'days', ...zero };
  site.addEmail({ name: 'One', campaigns: ['spring'], ...email });
  site.addEmail({ name: 'Two', campaigns: ['spring', 'summer'], ...email });
  site.addEmail({ name: 'Three', ...email });
  const made: Parameters<MauticTemplates['create']>[0][] = [];
  const refused = { kind: 'park', code: 'forbidden', message: 'Mautic forbids it.' } as const;
  const templates: MauticTemplates = {
    names: async () => succeeded(new Map(made.map(({ name }, index) => [name, index + 1]))),
    create: async (template) => succeeded(made.push(template)),
    category: async (title) => (hasCategories ? succeeded(title === 'spring' ? 7 : 8) : failed(refused)),
  };
  const shop = { name: 'Tea', url: 'https://tea.test' };
  const parts: TemplateParts = { store: { id: 'demo' }, shop, policy: DEFAULT_POLICY, templates };
  const plan = await planTakeover({ store: { id: 'demo' }, old: api, categories: new Map() });
  return { parts, plan, made };
}

describe('the templates of a takeover', () => {
  it('are in the category of their campaign, the first of several, and carry it in their name', async () => {
    const { parts, plan, made } = await open();

    await makeTemplates(parts, plan, { dryRun: false });

    expect(made.map(({ name, category }) => [name.split(' (')[0], category])).toEqual([
      ['spring: One', 7],
      ['spring, summer: Two', 7],
      ['Three', undefined],
    ]);
  });

  it('are made without one that Mautic does not make, and it is said', async () => {
    const { parts, plan, made } = await open(false);

    const told = await makeTemplates(parts, plan, { dryRun: false });

    expect(made).toHaveLength(3);
    expect(told.map(({ uncategorised }) => uncategorised)).toEqual(['spring', 'spring', undefined]);
  });

  it('are made once, and in a dry run not at all', async () => {
    const { parts, plan, made } = await open();
    await makeTemplates(parts, plan, { dryRun: true });
    expect(made).toEqual([]);
    await makeTemplates(parts, plan, { dryRun: false });
    await makeTemplates(parts, plan, { dryRun: false });

    expect(made).toHaveLength(3);
  });

  it('are found again whatever they are called by now, there or in Mautic', async () => {
    const { parts, plan, made } = await open();
    const [first] = await makeTemplates(parts, plan, { dryRun: false });
    const renamed = plan.emails.map((one) => ({
      ...one,
      email: { ...one.email, name: 'Another name', campaigns: [] },
    }));

    const [again] = await makeTemplates(parts, { ...plan, emails: renamed }, { dryRun: false });

    expect(again?.template).toBe(first?.template);
    expect(made).toHaveLength(3);
  });
});
