import { expectedAnswers } from '../support/answers-oracle.ts';
import { leftCarts } from './left-carts.ts';
import type { Row } from './mautic-contacts.ts';
import { CONSENT } from './policies.ts';
import type { Rest, Verdict } from './rest.ts';
import { groundsOf, hadAddress } from './truth.ts';

/** The newest answer decides the segment and the field; who never answered has neither. */
export function judgeConsent(rest: Rest, verdict: Verdict, row: Row): void {
  if (isUncertain(rest, row)) return;
  const answer = answerOf(rest, row.email);
  const held = row.fields.get(CONSENT.alias) ?? null;
  const right = answer === undefined ? null : answer ? 'yes' : 'no';
  if (held !== right)
    verdict.wrong.push(`contact ${row.email} holds the answer ${String(held)} instead of ${String(right)}`);
  const isMember = rest.mautic.segments.isIn(CONSENT.segment, row);
  if (isMember !== (answer === true))
    verdict.wrong.push(`contact ${row.email} is ${isMember ? '' : 'not '}among those who said yes`);
}

/** Given at the checkout of an order, or in a cart. */
function answerOf(rest: Rest, email: string): boolean | undefined {
  const inCarts = [...leftCarts(rest).answers].map(([address, answer]) => ({ email: address, ...answer }));
  return expectedAnswers(groundsOf(rest), CONSENT.fields[0], inCarts).get(email);
}

/** An order that is erased keeps its answer, and the shop no longer shows it; a merge keeps whosever value it likes. */
function isUncertain({ histories, people, told }: Rest, { id, email }: Row): boolean {
  if (people.winners.has(id)) return true;
  const own = [...histories.values()].filter((history) => hadAddress(history, email));
  return told === undefined && own.some(({ erased }) => erased);
}
