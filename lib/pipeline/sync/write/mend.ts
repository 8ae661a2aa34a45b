import type { Written } from '../../../core/contact/contact.ts';
import { identityAliases, neededFields } from '../../../core/contact/desired.ts';
import { withRefusal } from '../../../core/contact/plan.ts';
import {
  type Failure,
  failed,
  type Outcome,
  type Rejection,
  sharedBy,
  succeeded,
} from '../../../core/ledger/failure.ts';
import type { Draft, FieldInfos, SyncParts } from '../parts.ts';

interface Mending {
  readonly draft: Draft;
  readonly fields: FieldInfos;
  readonly failure: Failure & { readonly kind: 'repair' };
}

/**
 * Mends what an answer names: a value that is too long is cut to the limit from now on, for every contact; a value
 * that is not allowed is left out for this contact. Planning again does the rest.
 */
export async function mend(
  parts: SyncParts,
  { draft, fields, failure }: Mending,
): Promise<Outcome<Omit<Mending, 'failure'>>> {
  const limits = new Map(fields);
  let { written } = draft;
  for (const [alias, rejection] of Object.entries(failure.rejected)) {
    if (alias === 'email') return failed(refusedAddress(rejection));
    const sent = draft.change?.fields[alias];
    if (sent === undefined) return failed(await unsent(parts, alias, failure));
    if (rejection.why === 'too-long' && shortens(limits.get(alias)?.limit, rejection.limit)) {
      limits.set(alias, { type: limits.get(alias)?.type ?? 'text', limit: rejection.limit });
      await parts.fields.learnLimit(alias, rejection.limit);
    } else {
      written = refuse(parts, { draft, written, alias, sent, rejection });
    }
  }
  return succeeded({ draft: { ...draft, written }, fields: limits });
}

/**
 * A field that is none of ours is required in Mautic (5.2.1: 129): that is nobody's own fault, and the list of fields
 * says what to do. A required field of ours is blank for this contact alone.
 */
async function unsent(parts: SyncParts, alias: string, failure: Mending['failure']): Promise<Failure> {
  const { policy, fields } = parts;
  const { message } = failure;
  if (neededFields(policy).some((field) => field.alias === alias) || identityAliases(policy).includes(alias))
    return { kind: 'park', code: failure.code, message };
  await fields.recheck();
  return sharedBy({ kind: 'retry', code: 'field-required', message });
}

function shortens(known: number | undefined, limit: number): boolean {
  return limit > 0 && (known === undefined || limit < known);
}

function refuse(
  parts: SyncParts,
  refusal: { draft: Draft; written: Written; alias: string; sent: string | null; rejection: Rejection },
): Written {
  const { draft, written, alias, sent, rejection } = refusal;
  parts.log.warn('Mautic refused a value; the rest is written', {
    contact: draft.lane.ring.contact,
    field: alias,
    reason: rejection.why,
  });
  return withRefusal(written, alias, { value: sent, reason: rejection.why });
}

function refusedAddress(rejection: Rejection): Failure {
  const remedy =
    rejection.why === 'too-long'
      ? `raise the length limit of the e-mail field in Mautic above ${String(rejection.limit)}`
      : 'correct the address in the store';
  return {
    kind: 'park',
    code: 'address-refused',
    message: `Mautic refuses this contact's address: ${remedy}, then replay`,
  };
}
