import { followUpId } from '../../core/policy/follow-ups/follow-ups.ts';
import { notedRules } from '../registers/since.ts';
import { obstacleOf, optedOut } from './opt-outs.ts';
import { answered, type TakeoverParts } from './parts.ts';
import { missingRules, type Plan } from './reading.ts';

/** Why nothing is moved yet; the remedy is in it. */
export async function obstaclesTo(parts: TakeoverParts, plan: Plan): Promise<readonly string[]> {
  const { store, policy } = parts;
  const missing = missingRules(plan, parts);
  const used = new Set(plan.emails.flatMap(({ rule }) => rule?.id ?? []));
  const rules = (policy.followUps ?? []).filter(({ id }) => used.has(id));
  const noted = await notedRules(parts.registers);
  const young = rules.filter((rule) => !noted.has(followUpId(rule))).map(({ id }) => id);
  const published: number[] = [];
  for (const { send } of rules) {
    if (send === undefined) continue;
    const isHere = answered(await parts.templateState(send.template)) === 'usable';
    if (isHere) published.push(send.template);
  }
  return [
    ...obstacleOf(await optedOut(parts), store.id),
    ...leftBehind(plan),
    ...(store.timezone === undefined
      ? [`Say the time zone of the store ${store.id} in bridge.config.ts: its queue is in local time.`]
      : []),
    ...(missing.length > 0
      ? [`Put these rules into bridge.config.ts and deploy: ${missing.join(', ')}.`]
      : []),
    // What is bought between an archived e-mail and the rule's first day would be told of by neither.
    ...(young.length > 0 ? [`Deploy these rules of bridge.config.ts first: ${young.join(', ')}.`] : []),
    ...(published.length > 0
      ? [`Unpublish these e-mails in Mautic until everything is moved: ${published.join(', ')}.`]
      : []),
  ];
}

/** What is archived there and not moved would be sent by neither. */
function leftBehind({ emails, taken }: Plan): readonly string[] {
  return emails.flatMap(({ email, stays }) =>
    stays !== undefined && taken.has(email.id)
      ? [
          `E-mail ${email.id} is archived there by an earlier run, and cannot be moved: ${stays}. Give the flags of that run again, or set it active there.`,
        ]
      : [],
  );
}
