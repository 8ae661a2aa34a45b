import { isSpent } from '../../core/pace/budget.ts';
import type { Pace } from '../../core/pace/pace.ts';
import { listOf, sumOf } from '../tally.ts';
import { backfillLine } from './backfill-line.ts';
import type { Counts, Standing, Wait } from './standing.ts';

/** How the bridge stands, a line for each subject. */
export function standingLines(standing: Standing): readonly string[] {
  const { contacts, effects, targets, fields, backfills, stores } = standing;
  const behind = `${String(contacts.behind)} behind, ${String(contacts.later)} to be looked at later`;
  return [
    `contacts: ${String(contacts.known)} known, ${behind}, ${counted('parked', contacts.parked)}`,
    ...waitLines(contacts.waiting),
    `notes and e-mails: ${String(effects.claimed)} claimed and not decided yet, ${counted('in doubt', effects.inDoubt)}, ${counted('to be tried again', effects.toBeTriedAgain)}, ${counted('parked', effects.parked)}`,
    policyLine(standing),
    ledgerLine(standing),
    `Mautic: ${standing.mautic.calling}`,
    ...targets.map(({ since, remedy }) => `Mautic, since ${momentOf(since)}: ${remedy}`),
    ...fields.map(({ alias, code, message }) => `field ${alias}: not written (${code}). ${message}`),
    ...backfills.map(backfillLine),
    ...stores.map(
      ({ id, lastDeliveryAt: at }) =>
        `store ${id}: ${at === undefined ? 'no delivery taken yet' : `last delivery at ${momentOf(at)}`}`,
    ),
  ];
}

function waitLines(waits: readonly Wait[]): readonly string[] {
  const reasons = [...waits].sort(
    (one, other) => other.count - one.count || (one.code < other.code ? -1 : 1),
  );
  return reasons.map(({ code, count, message, nextTryAt }) => {
    const next = nextTryAt === undefined ? '' : `, next try at ${momentOf(nextTryAt)}`;
    return `  waiting: ${code} ${String(count)}${next}: ${message}`;
  });
}

function policyLine({ policy }: Standing): string {
  switch (policy.state) {
    case 'not-noted':
      return 'policy: the one of bridge.config.ts is not noted yet; that is done within a quarter of an hour after it was deployed';
    case 'marked':
      return 'policy: all contacts are marked for it';
    case 'marking':
      return `policy: ${String(policy.contacts)} contacts are marked for it so far`;
  }
}

function ledgerLine({ ledger: { form, reads, since, wayBackUntil } }: Standing): string {
  if (since === undefined) return 'ledger: form 1; no function of this version has run yet';
  const newer = form > reads ? `; this version reads form ${String(reads)} alone` : '';
  const wayBack =
    wayBackUntil === undefined
      ? 'a version before it can no longer read what is written'
      : `the version before it can be deployed again until ${momentOf(wayBackUntil)}`;
  return `ledger: form ${String(form)} since ${momentOf(since)}; ${wayBack}${newer}`;
}

/** At what pace Mautic is called, and why. */
export function callingOf({ open, ...pace }: Pace, now: number): string {
  if (pace.heldUntil > now && isSpent(pace.budget, now))
    return `left alone until ${momentOf(pace.heldUntil)}, because its rate limit is used up`;
  if (pace.heldUntil > now) return `left alone until ${momentOf(pace.heldUntil)}, because it asked for it`;
  if (open && open.until > now)
    return `left alone until ${momentOf(open.until)}, because most calls failed; then one contact tries it`;
  if (open) return 'left alone but for one contact that tries it, because most calls failed';
  return pace.level === 0 ? 'called at full speed' : 'called slowly, because it is slow';
}

/** How many in all, and of each kind. */
function counted(what: string, counts: Counts): string {
  const tally = new Map(Object.entries(counts));
  const total = sumOf(tally);
  return `${String(total)} ${what}${total === 0 ? '' : ` (${listOf(tally)})`}`;
}

function momentOf(at: number): string {
  return new Date(at).toISOString();
}
