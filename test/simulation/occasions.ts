import { type ActRule, CLOCK } from './act-rules.ts';
import { firstDeployed, ruleStart } from './judge-follow-ups.ts';
import { isParked, type Rest } from './rest.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** What every look has found, the nightly ones too. */
export const KNOWN_WITHIN_MS = 2 * DAY;
/** Everything is known so long after all went wrong. */
export const AT_REST_MS = 150 * MINUTE;
/** An instance of the version before may be at work this long after a deployment. */
const CHANGING_MS = 15 * MINUTE;

/** Something that was done, and whom it reached. */
export interface Done {
  readonly email: string;
  readonly strayedMs: number | undefined;
  /** Epoch ms. */
  readonly askedAt: number;
}

/** Something for which a rule may do its work, by what truly happened, whoever heard of it. */
export interface Occasion {
  /** As notes name it, with the day of a renewal. */
  readonly name: string;
  /** Not before the first, and long before the end surely by the last; epoch ms. */
  readonly due: { readonly first: number; readonly last: number };
  /** It ever was of this address. */
  isOf(email: string): boolean;
  /** Everything of it was known at once. */
  readonly isSure: boolean;
  /** It always was of one address. */
  readonly isSteady: boolean;
  /** Whose contact must have it by now; `undefined`: perhaps nobody's. */
  owedTo(): string | undefined;
  /** Whether what it gave for as long as it stands may be there now. */
  mayStand(): boolean;
  /** What speaks against its having been done then, but for the rule and its time. */
  complaintAbout(done: Done): string | undefined;
}

/** The next moment at which the clock of the shop shows the rule's time. */
export function nextAt(due: number, { at }: ActRule, store: string): number {
  if (at === undefined) return due;
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const ahead = store === 'demo' ? CLOCK.aheadMs : 0;
  const midnight = Math.floor((due + ahead) / DAY) * DAY - ahead;
  const today = midnight + (hours * 60 + minutes) * MINUTE;
  return today >= due ? today : today + DAY;
}

/** Whatever becomes of such a contact is told elsewhere. */
export function isTroubled({ people, profiles, erased }: Rest, email: string): boolean {
  return (
    people.taken.has(email) || people.given.has(email) || isParked(profiles, email) || erased.at.has(email)
  );
}

/** Whether what began then (epoch ms) is from before the connection, or from before any policy with the rule. */
export function isOlder(rest: Rest, rule: ActRule, began: number): boolean {
  const start = firstDeployed(rest, rule);
  return began <= rest.since || (start > 0 && began <= start);
}

/** Whether what began then (epoch ms) is surely not older than the rule. */
export function isSurelyNew(rest: Rest, rule: ActRule, began: number): boolean {
  const start = ruleStart(rest, rule);
  return began > rest.since && (start === rest.deployed[0]?.at || began > start + CHANGING_MS);
}

/** The name under which what is done is noted on its thing. */
export function effectOf({ id, does }: ActRule): string {
  return 'note' in does ? `note:followup:${id}` : `followup:${id}`;
}
