import type { Policy } from '../../core/policy/policy.ts';
import type { MauticTemplates } from '../../core/ports/mautic.ts';
import type { OldEmail } from '../../core/takeover/old-follow-ups.ts';
import { type Shop, translated } from '../../core/takeover/tokens.ts';
import { answered } from './parts.ts';
import type { Plan } from './reading.ts';

export interface TemplateParts {
  readonly store: { readonly id: string };
  readonly shop: Shop;
  readonly policy: Policy;
  readonly templates: MauticTemplates;
}

/** A template in Mautic for one e-mail. */
export interface MadeTemplate {
  readonly emailId: string;
  /** Mautic's id; absent in a dry run while there is none. */
  readonly template?: number;
  /** Variables for which there is nothing: they stand in it as they were. */
  readonly unknown: readonly string[];
  /** The campaign it was of there, where Mautic has made no category of it: it stands in the name all the same. */
  readonly uncategorised?: string;
}

/**
 * The templates of all e-mails that become rules, and of single e-mails; one that is there already stays as it is.
 * Made unpublished: whoever publishes them looks at them first.
 * @throws TakeoverStopped when Mautic does not answer; what was made is found by its name the next time.
 */
export async function makeTemplates(
  parts: TemplateParts,
  { emails }: Plan,
  { dryRun }: { readonly dryRun: boolean },
): Promise<readonly MadeTemplate[]> {
  const known = answered(await parts.templates.names());
  const made: MadeTemplate[] = [];
  for (const { email, rule } of emails) {
    if (rule === undefined && email.type !== 'manual') continue;
    const subject = translated(email.subject, parts.shop, parts.policy);
    const message = translated(email.message, parts.shop, parts.policy);
    const name = nameOf(email, parts.store.id);
    const template = { name, subject: subject.text || name, html: message.text };
    const unknown = [...new Set([...subject.unknown, ...message.unknown])];
    const mark = markOf(email, parts.store.id);
    const [, id] = [...known].find(([other]) => other.endsWith(mark)) ?? [];
    const now = id === undefined && !dryRun ? await make(parts, template, email) : {};
    made.push({ emailId: email.id, unknown, ...(id !== undefined && { template: id }), ...now });
  }
  return made;
}

type Template = Parameters<MauticTemplates['create']>[0];

/** One e-mail has one category there: the first of its campaigns. It may be missing; the e-mail may not. */
async function make(
  { templates }: TemplateParts,
  template: Template,
  { campaigns: [campaign] }: OldEmail,
): Promise<Pick<MadeTemplate, 'template' | 'uncategorised'>> {
  const category = campaign === undefined ? undefined : await templates.category(campaign);
  const sorted = category?.ok ? { category: category.value } : {};
  const id = answered(await templates.create({ ...template, ...sorted }));
  return {
    template: id,
    ...(category?.ok === false && campaign !== undefined && { uncategorised: campaign }),
  };
}

/** By this it is found again, whatever stands before it. */
function markOf({ id }: Pick<OldEmail, 'id'>, store: string): string {
  return `(fue:${store}:${id})`;
}

/** Campaigns stand before it. */
function nameOf({ id, name, campaigns }: OldEmail, store: string): string {
  const campaign = campaigns.length === 0 ? '' : `${campaigns.join(', ')}: `;
  return `${campaign}${name} ${markOf({ id }, store)}`;
}
