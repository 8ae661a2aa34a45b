import type { Failure, Outcome } from '../ledger/failure.ts';
import type { Call, Evidence } from './pace.ts';

/** What the answer of one call, or the results of one batch, say about Mautic. */
export type Testimony = Pick<Call, 'evidence' | 'waitMs' | 'weight'>;

/** Of a call that was not made because Mautic is to be left alone: the contact is left to the sweep as it is. */
export const HELD_BACK: Failure & { readonly kind: 'retry' } = {
  kind: 'retry',
  code: 'held-back',
  message: 'Mautic is not called for now; the sweep rings when it may be',
};

/** 5xx, a bare 429, time-outs and whatever keeps an answer from coming: another call would fare no better. */
const AWAY: ReadonlySet<string> = new Set([
  'rate-limited',
  'unavailable',
  'timeout',
  'gateway',
  'connection-lost',
  'unreachable',
  'dns',
  'tls',
  'redirected',
]);

/** Our own: what was asked for never got to Mautic. */
const OURS: ReadonlySet<string> = new Set([
  HELD_BACK.code,
  'creation-held',
  'token-busy',
  'token-store',
  'credentials-changed',
  'stopped',
  'not-sent',
  'missing-answer',
]);

/**
 * An opaque 500, or an answer that cannot be read, may be the fault of the note, e-mail, tag or segment it is about, and
 * says little of Mautic; nor does a limit on calls with notes hold contacts.
 */
export type Regarding = 'mautic' | 'thing';

/** What an outcome says about Mautic. */
export function testimonyOf(outcome: Outcome<unknown>, regarding: Regarding): Testimony {
  if (outcome.ok) return { evidence: 'answered' };
  const { failure } = outcome;
  const waitMs = failure.kind === 'retry' ? failure.retryAfterMs : undefined;
  const evidence = evidenceOf(failure, regarding);
  const holds = (evidence === 'away' || evidence === 'limited') && regarding === 'mautic';
  return { evidence, ...(holds && waitMs !== undefined && { waitMs }) };
}

/**
 * What the results of a batch say together: Mautic was away only if it was for all of them. After a 500 the adapter has
 * asked about its parts, one by one in the end.
 */
export function testimonyOfAll(outcomes: readonly Outcome<unknown>[], regarding: Regarding): Testimony {
  const all = outcomes.map((outcome) => testimonyOf(outcome, regarding));
  const waits = all.flatMap(({ waitMs }) => waitMs ?? []);
  const has = (evidence: Evidence) => all.some((one) => one.evidence === evidence);
  const evidence = (['limited', 'answered', 'away'] as const).find(has) ?? 'nothing';
  const halved = outcomes.every((outcome) => !outcome.ok && isServerError(outcome.failure));
  return {
    evidence,
    ...(evidence === 'away' && halved && { weight: outcomes.length }),
    ...(waits.length > 0 && { waitMs: Math.max(...waits) }),
  };
}

/** Whether this failure says nothing about what was asked for: Mautic was away, or not asked at all. */
export function saysNothing(failure: Failure): boolean {
  return evidenceOf(failure, 'thing') !== 'answered' && !isOpaque(failure);
}

/** An answer without words may be the fault of what was asked for, or of Mautic: only asking something else tells. */
export function isOpaque(failure: Failure): boolean {
  return isServerError(failure) || isNotMautic(failure);
}

function isServerError({ code }: Failure): boolean {
  return code === 'server-error';
}

/** A page, nothing, or half an answer in the place of Mautic's. */
export function isNotMautic({ code }: Failure): boolean {
  return code === 'not-mautic';
}

/** Of something before Mautic that refuses this one request: a firewall, a limit on sizes. */
export function isRefusedOnTheWay(failure: Failure): boolean {
  return isNotMautic(failure) && 'status' in failure && (failure.status ?? 0) >= 400;
}

function evidenceOf(failure: Failure, regarding: Regarding): Evidence {
  const { code } = failure;
  if (OURS.has(code)) return 'nothing';
  // It is well, and says when it goes on.
  if (isLimited(failure)) return 'limited';
  if (isRefusedOnTheWay(failure)) return 'answered';
  if (isOpaque(failure)) return regarding === 'mautic' ? 'away' : 'nothing';
  return AWAY.has(code) ? 'away' : 'answered';
}

/** A limit on calls that names its end. */
export function isLimited(failure: Failure): failure is Failure & { retryAfterMs: number } {
  return failure.code === 'rate-limited' && failure.kind === 'retry' && failure.retryAfterMs !== undefined;
}
