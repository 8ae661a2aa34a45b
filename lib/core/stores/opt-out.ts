import * as v from 'valibot';
import type { ContactKey } from '../ledger/email.ts';
import type { Outcome } from '../ledger/failure.ts';
import type { Register } from '../ledger/register.ts';

/** Who asked a plugin in the shop for no more e-mails, newest first, page by page. */
export interface OptOutList {
  optOuts(question: { readonly page: number }): Promise<
    Outcome<{
      readonly items: readonly { readonly email: string; readonly at: number | undefined }[];
      /** No page follows. */
      readonly last: boolean;
    }>
  >;
}

const OptOut = v.object({
  /** Epoch ms: when it was read first. */
  at: v.number(),
  /** Its contact knows, if there was one. */
  told: v.optional(v.boolean(), false),
});
export type OptOut = v.InferOutput<typeof OptOut>;

/** Where it is kept that an address asked for no more; it is never withdrawn. */
export function optOutOf(store: string, contact: ContactKey): Register {
  return { of: { store }, name: `OPTOUT#${contact}` };
}

/**
 * Where it is kept that Mautic was not to mail somebody who was erased: with the contact Mautic forgets it, and whoever
 * comes back has taken nothing back. Holds no more than a moment.
 */
export function silencedOf(contact: ContactKey): Register {
  return { of: 'mautic', name: `SILENCED#${contact}` };
}

/** What a register's text says; one that cannot be read is one all the same. */
export function readOptOut(text: string | undefined): OptOut | undefined {
  if (text === undefined) return undefined;
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), OptOut), text);
  return found.success ? found.output : { at: 0, told: false };
}
