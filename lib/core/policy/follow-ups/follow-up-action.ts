import * as v from 'valibot';
import { PlainTag } from '../carts.ts';
import { MauticId } from '../mautic-id.ts';

const Membership = v.union(
  [v.strictObject({ add: MauticId }), v.strictObject({ remove: MauticId })],
  'must be { add: 3 } or { remove: 3 }',
);

/** What a follow-up does: one of these. */
export const ACTIONS = {
  send: v.exactOptional(
    v.strictObject({
      /** The e-mail's id in Mautic. */
      template: MauticId,
      /** `true` sends it to people who asked not to be contacted, too. */
      transactional: v.optional(v.boolean(), false),
    }),
  ),
  /** Into a segment, for as long as the rule is there and its thing is; or out of one, once. */
  segment: v.exactOptional(Membership),
  /** Into a campaign or out of one, once. */
  campaign: v.exactOptional(Membership),
  /** For as long as the rule is there and its thing is. */
  tag: v.exactOptional(PlainTag),
  /** Added once, with the tokens of e-mails in it. */
  note: v.exactOptional(v.pipe(v.string(), v.nonEmpty('must not be empty'), v.maxLength(2000))),
};

const NAMES = Object.keys(ACTIONS) as readonly (keyof typeof ACTIONS)[];

/** Whether a rule says one thing to do, and no more. */
export function hasOneAction(rule: Partial<Record<keyof typeof ACTIONS, unknown>>): boolean {
  return NAMES.filter((name) => rule[name] !== undefined).length === 1;
}

export const ONE_ACTION = `must do one thing: ${NAMES.join(', ')}`;
