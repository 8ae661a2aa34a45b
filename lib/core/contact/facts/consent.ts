import type { OrderData } from '../../ledger/snapshot.ts';
import { metaOf } from '../../policy/consent.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Written } from '../contact.ts';
import { answerIn } from './answer-word.ts';
import type { Facts } from './facts.ts';
import { ordersAndParts } from './order-parts.ts';

/** What a person answered, to whichever questions, on one occasion. */
interface Answers {
  /** When a no was given at the latest, and a yes at the earliest; epoch ms. */
  readonly noAt: number;
  readonly yesAt: number;
  /** By the name that the policy has for a question; `undefined`: it was not answered. */
  readonly to: (field: string) => boolean | undefined;
}

/** The newest answer to the policy's question. */
export interface Answer {
  readonly at: number;
  readonly yes: boolean;
}

type ConsentPolicy = Pick<Policy, 'consent'>;

/**
 * Everything that a person has answered: at the checkout of any order, a gone or unpaid one too, and in a cart. A cart
 * keeps its answer however often it is touched, by whatever opens a link in a mail, too: that makes no yes a newer one.
 */
function answersIn(facts: Facts): readonly Answers[] {
  const all = [...ordersAndParts(facts), ...facts.goneOrders];
  return [
    ...all.map(({ data }) => answersOf(data, data.createdAt)),
    ...facts.carts.map(({ data }) => answersOf(data, data.updatedAt)),
  ];
}

type Asked = Pick<OrderData, 'consent' | 'meta' | 'createdAt'>;

function answersOf(data: Asked, noAt: number): Answers {
  return { noAt, yesAt: data.createdAt, to: (field) => answerTo(field, data) };
}

/** What an order, or a cart, says to one question. */
function answerTo(
  field: string,
  { consent, meta = {} }: Pick<Asked, 'consent' | 'meta'>,
): boolean | undefined {
  const key = metaOf(field);
  if (key !== undefined) return Object.hasOwn(meta, key) ? answerIn(meta[key] ?? '') : undefined;
  return Object.hasOwn(consent, field) ? consent[field] : undefined;
}

/**
 * The newest explicit answer to one of the policy's fields, by when the order was placed and not by when it was heard
 * of; `undefined`: none was given, or nobody asks. A purchase is no answer. Of two of one moment the no counts.
 */
export function newestAnswer(facts: Facts, { consent }: ConsentPolicy): Answer | undefined {
  if (!consent) return undefined;
  const given = answersIn(facts).flatMap(({ noAt, yesAt, to }) =>
    consent.fields.flatMap((field) => {
      const yes = to(field);
      return yes === undefined ? [] : [{ at: yes ? yesAt : noAt, yes }];
    }),
  );
  return given.reduce<Answer | undefined>(
    (newest, answer) => (newest && !outweighs(answer, newest) ? newest : answer),
    undefined,
  );
}

function outweighs(answer: Answer, other: Answer): boolean {
  return answer.at === other.at ? !answer.yes : answer.at > other.at;
}

/** Whether this person may be reminded of a cart: never after a no, and without an answer only where none is asked for. */
export function mayBeReminded(facts: Facts, policy: Pick<Policy, 'consent' | 'carts'>): boolean {
  return newestAnswer(facts, policy)?.yes ?? policy.carts?.consent === 'not-required';
}

/** Whether the policy forbids to mail this person anything that is not transactional. */
export function lacksConsent(facts: Facts, policy: ConsentPolicy): boolean {
  return policy.consent?.require === true && newestAnswer(facts, policy)?.yes !== true;
}

/** `written` of a contact of which nobody knows whether it is in the segment of consent. */
export function unconsented({ consentedAt: _consentedAt, ...written }: Written): Written {
  return written;
}
