import type { Carts } from '../policy/carts.ts';
import type { Facts } from './facts.ts';

interface Answer {
  /** Epoch ms. */
  readonly at: number;
  readonly yes: boolean;
}

/** Whether this person may be reminded of a cart: the newest explicit answer was yes, or the policy asks for none. */
export function mayBeReminded(facts: Facts, { consent }: Pick<Carts, 'consent'>): boolean {
  if (consent === 'not-required') return true;
  const newest = answersIn(facts).reduce<Answer | undefined>(
    (best, answer) => (best && !outweighs(answer, best) ? best : answer),
    undefined,
  );
  return newest?.yes === true;
}

/** Of two of one moment the no counts. */
function outweighs(answer: Answer, other: Answer): boolean {
  return answer.at === other.at ? !answer.yes : answer.at > other.at;
}

function answersIn({ orders, parts, goneOrders, carts }: Facts): readonly Answer[] {
  const placed = [...orders, ...parts.map(({ order }) => order), ...goneOrders];
  const asked = [
    ...placed.map(({ data: { createdAt, consent } }) => ({ at: createdAt, consent })),
    ...carts.map(({ data: { updatedAt, consent } }) => ({ at: updatedAt, consent })),
  ];
  return asked.flatMap(({ at, consent }) => Object.values(consent).map((yes) => ({ at, yes })));
}
