import { neededProducts } from '../../core/contact/desired.ts';
import { type Facts, factsOf, type OwnEntry } from '../../core/contact/facts/facts.ts';
import { aboutOrder } from '../../core/effects/follow-up/about.ts';
import type { Considered } from '../../core/effects/follow-up/considered.ts';
import { considerFollowUps } from '../../core/effects/follow-up/follow-ups.ts';
import { followUpSentence } from '../../core/effects/follow-up/sentences.ts';
import { linkedProducts, markupOf } from '../../core/effects/item-markup.ts';
import type { Starts } from '../../core/effects/rule-starts.ts';
import { tokensOf } from '../../core/effects/tokens.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import { countsPast } from '../../core/policy/follow-ups/follow-ups.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Contacts, Survey, Things } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import type { PastKnowledge } from '../registers/history.ts';
import { readProducts } from '../sync/load-facts.ts';

export interface FollowUpListParts {
  readonly survey: Pick<Survey, 'profiles'>;
  readonly contacts: Pick<Contacts, 'profile' | 'dossier'>;
  readonly things: Pick<Things, 'load'>;
  readonly policy: Policy;
  readonly since: () => Promise<Starts>;
  readonly history: Pick<PastKnowledge, 'missing'>;
  readonly zones: ReadonlyMap<string, string>;
  readonly clock: Pick<Clock, 'now'>;
}

/** One rule, for one thing of one contact; no address. */
export interface FollowUpLine {
  readonly contact: ContactKey;
  /** An order, say: `order/demo/23`. */
  readonly thing: string;
  readonly rule: string;
  /** Epoch ms; absent where nothing will be sent. */
  readonly dueAt?: number;
  readonly sentence: string;
}

/** Of one rule. */
export interface RuleSummary {
  readonly due: number;
  readonly ahead: number;
  /** Reason → orders. */
  readonly not: Readonly<Record<string, number>>;
}

/**
 * What follow-ups are due to whom and why, and why not: of one contact, or of all. Reads only. What the rule of
 * `last-purchase` would reach if it reached everybody is the number of its orders that are due or ahead.
 */
export async function listFollowUps(
  parts: FollowUpListParts,
  contact: ContactKey | undefined,
  report: (line: FollowUpLine) => void,
): Promise<ReadonlyMap<string, RuleSummary>> {
  const context = await contextOf(parts);
  const summary = new Map<string, RuleSummary>();
  for await (const key of contact === undefined ? everybody(parts.survey) : [contact]) {
    const { mailedAt } = (await parts.contacts.profile(key)) ?? {};
    const facts = await readFacts(parts, key);
    const { since, moment } = context;
    const found = considerFollowUps(facts, { policy: parts.policy, since, moment: { ...moment, mailedAt } });
    for (const one of found) {
      summary.set(one.rule.id, counted(summary.get(one.rule.id), one, moment.now));
      report(lineOf(key, one, moment.now));
    }
  }
  return summary;
}

/** Token → what it stands for in an e-mail about this order; `undefined`: the ledger has no such order. */
export async function previewTokens(
  { things }: Pick<FollowUpListParts, 'things'>,
  ref: Ref,
): Promise<Readonly<Record<string, string>> | undefined> {
  const entry = (await things.load([ref])).get(refName(ref));
  if (entry?.state.type !== 'order') return undefined;
  const { state, effects } = entry;
  const { orders, goneOrders } = factsOf([{ ref, state, effects }], new Map());
  const [order] = [...orders, ...goneOrders];
  if (!order) return undefined;
  const about = aboutOrder(order);
  const products = await readProducts({ things }, linkedProducts(about));
  return { ...tokensOf(about), ...markupOf(about, products) };
}

async function contextOf({ policy, since, history, zones, clock }: FollowUpListParts) {
  const asks = policy.history !== 'none' && (policy.followUps ?? []).some(countsPast);
  const unknownPasts = asks ? await history.missing() : new Set<string>();
  return { since: await since(), moment: { now: clock.now(), zones, unknownPasts } };
}

async function* everybody(survey: FollowUpListParts['survey']): AsyncGenerator<ContactKey> {
  let after: string | undefined;
  do {
    const page = await survey.profiles(after);
    for (const { contact } of page.items) yield contact;
    after = page.next;
  } while (after !== undefined);
}

/** As sync reads them, but nobody is put on a waiting list. */
async function readFacts({ contacts, things, policy }: FollowUpListParts, key: ContactKey): Promise<Facts> {
  const { refs } = await contacts.dossier(key);
  const entries = await things.load(refs);
  const own = refs.flatMap((ref): OwnEntry[] => {
    const entry = entries.get(refName(ref));
    if (!entry || entry.state.type === 'product' || entry.state.contact !== key) return [];
    return [{ ref, state: entry.state, effects: entry.effects, savedAt: entry.savedAt }];
  });
  const needed = neededProducts(factsOf(own, new Map()), policy);
  return factsOf(own, await readProducts({ things }, needed), { policy });
}

function lineOf(contact: ContactKey, one: Considered, now: number): FollowUpLine {
  const isCalledFor = one.not === undefined && !one.tooLate && one.dueAt !== undefined;
  return {
    contact,
    thing: refName(one.about.ref),
    rule: one.rule.id,
    ...(isCalledFor && { dueAt: one.dueAt }),
    sentence: followUpSentence(one, now),
  };
}

function counted(
  { due, ahead, not }: RuleSummary = { due: 0, ahead: 0, not: {} },
  one: Considered,
  now: number,
): RuleSummary {
  const why = one.tooLate ? 'seven-days-late' : one.not;
  if (why !== undefined) return { due, ahead, not: { ...not, [why]: (not[why] ?? 0) + 1 } };
  return (one.dueAt ?? 0) > now ? { due, ahead: ahead + 1, not } : { due: due + 1, ahead, not };
}
