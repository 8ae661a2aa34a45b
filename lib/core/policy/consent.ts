import * as v from 'valibot';
import { FieldAlias } from './aliases/field-alias.ts';
import { MauticId } from './mautic-id.ts';

const META = 'meta.';

/** The key of order meta that a field of consent names; `undefined`: it is an additional checkout field. */
export function metaOf(field: string): string | undefined {
  return field.startsWith(META) ? field.slice(META.length) : undefined;
}

/**
 * An additional checkout field as the shop registered it: `lab/marketing-opt-in`. Orders carry its answer as
 * `_wc_other/lab/marketing-opt-in`, "1" or "0" (recording 0243). Or `meta.<key>`: where another plugin notes yes or no.
 */
const CheckoutField = v.pipe(
  v.string(),
  v.regex(
    /^(?:meta\..+|(?!meta\.)[^\s/]+\/[^\s/]+)$/,
    'must be the id of a checkout field as the shop registered it, like lab/marketing-opt-in, or meta.<key> for a checkbox of another plugin',
  ),
  v.check(
    (field) => !field.startsWith('_wc_other/'),
    'must be the id of the field without the _wc_other/ that orders carry before it',
  ),
);

/** Who wants to hear of the shop, by what they answered at its checkout. A purchase is never an answer. */
export const Consent = v.pipe(
  v.strictObject({
    /** Fields whose newest answer counts, whichever of them it was. */
    fields: v.pipe(v.array(CheckoutField), v.minLength(1, 'must name at least one checkout field')),
    /** E-mails that are not transactional go only to people who said yes. */
    require: v.optional(v.boolean(), false),
    /** Who said yes is in this segment. */
    segment: v.exactOptional(MauticId),
    /** Field of the contact that says yes or no; blank while nothing was answered. */
    alias: v.exactOptional(FieldAlias),
  }),
  v.check(
    ({ require, segment, alias }) => require || segment !== undefined || alias !== undefined,
    'must say what follows from the answer: require: true, a segment, an alias, or several of them',
  ),
);
export type Consent = v.InferOutput<typeof Consent>;

/** Who becomes a contact besides those who bought. */
export const ContactRules = v.strictObject({
  /** People with a customer record and no order. */
  registered: v.optional(v.boolean(), true),
  /** People with nothing but orders that nobody has paid or promised to pay: pending, failed, cancelled. */
  unpaid: v.optional(v.boolean(), false),
  /** People whose newest answer to `consent.fields` is no. */
  declined: v.optional(v.boolean(), true),
});
export type ContactRules = v.InferOutput<typeof ContactRules>;
