import * as v from 'valibot';
import type { Register } from '../ledger/register.ts';

/** Why a field of Mautic is not written, and what to do about it. */
const Trouble = v.object({
  code: v.string(),
  /** With the remedy; holds nothing personal. */
  message: v.string(),
  /** When Mautic was asked to make the field last, epoch ms; absent when it was not. */
  triedAt: v.exactOptional(v.number()),
});
export type Trouble = v.InferOutput<typeof Trouble>;

const StoredStanding = v.object({
  /** When Mautic's list of fields was read last, epoch ms. */
  readAt: v.number(),
  /** Alias → what is wrong with it. */
  troubles: v.record(v.string(), Trouble),
});
/** What is known of the fields of Mautic, as the ledger keeps it for all instances. */
export type FieldStanding = v.InferOutput<typeof StoredStanding>;

/** Where it is kept. */
export const FIELD_REGISTER: Register = { of: 'mautic', name: 'FIELDS' };

/** The standing in a register's text; `undefined` when there is none that this version knows. */
export function readFieldStanding(text: string): FieldStanding | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), StoredStanding), text);
  return result.success ? result.output : undefined;
}

/** As it is kept in a register. */
export function fieldStandingText(standing: FieldStanding): string {
  return JSON.stringify(standing);
}
