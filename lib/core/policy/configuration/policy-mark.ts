import * as v from 'valibot';
import type { Register } from '../../ledger/register.ts';
import { contentHash } from '../../ledger/version.ts';
import type { Policy } from '../policy.ts';
import type { Store } from './store.ts';

/** Raise it when the same policy comes to mean something else in Mautic: every contact is then looked at again. */
const MEANING = 2;

/** How far the contacts are marked for a policy; as the ledger keeps it. */
export const PolicyMark = v.object({
  /** Hash of that policy. */
  policy: v.string(),
  /** When it was first seen deployed, epoch ms. */
  seenAt: v.number(),
  /** Contacts marked so far. */
  contacts: v.number(),
  /** Where the survey of the contacts goes on. */
  after: v.exactOptional(v.string()),
  /** All of them are marked. */
  done: v.boolean(),
  /** They are written in full, not only where something differs: Mautic may hold less than was written. */
  inFull: v.exactOptional(v.boolean()),
});
export type PolicyMark = v.InferOutput<typeof PolicyMark>;

/** Where it is kept. */
export const POLICY_REGISTER: Register = { of: 'mautic', name: 'POLICY' };

/** Names all that decides what Mautic should hold, besides the ledger. */
export function policyHash(policy: Policy, stores: readonly Pick<Store, 'id' | 'currency'>[]): string {
  const currencies = Object.fromEntries(stores.map(({ id, currency }) => [id, currency]));
  return contentHash({ meaning: MEANING, policy, currencies });
}

/** The mark in a register's text; `undefined` when there is none that this version knows. */
export function readPolicyMark(text: string): PolicyMark | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), PolicyMark), text);
  return result.success ? result.output : undefined;
}
