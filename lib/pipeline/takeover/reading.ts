import type { OldEmail, OldItem } from '../../core/takeover/old-follow-ups.ts';
import { type NewRule, ruleIdOf, verdictOn } from '../../core/takeover/rule.ts';
import { answered, type TakeoverParts } from './parts.ts';

/** What becomes of one e-mail. */
interface PlannedEmail {
  readonly email: OldEmail;
  /** Absent: it stays where it is. */
  readonly rule?: NewRule;
  readonly stays?: string;
}

/** Everything there is, and what would become of it. */
export interface Plan {
  readonly emails: readonly PlannedEmail[];
  /** Unsent items of e-mails that become rules, and sent ones. */
  readonly unsent: readonly OldItem[];
  readonly sent: readonly OldItem[];
  /** Unsent items that no order carries: they are not sent by either side once their e-mail is archived. */
  readonly orphans: readonly OldItem[];
  /** E-mails that an earlier run has archived, or was about to. */
  readonly taken: ReadonlySet<string>;
}

/** Reads all of it and changes nothing; `taken`: e-mails that an earlier run has begun to move. @throws TakeoverStopped when the shop does not answer. */
export async function planTakeover(
  parts: Pick<TakeoverParts, 'old' | 'store' | 'categories'>,
  taken: ReadonlySet<string> = new Set(),
): Promise<Plan> {
  const emails = await all((page) => parts.old.emails({ page }));
  const planned = emails.map((email): PlannedEmail => {
    // What an earlier run has archived is as good as active.
    const status = taken.has(email.id) ? 'active' : email.status;
    const verdict = verdictOn({ ...email, status }, { store: parts.store.id, categories: parts.categories });
    return { email, ...verdict };
  });
  const moving = planned.filter(({ rule }) => rule !== undefined).map(({ email }) => email.id);
  const items: OldItem[] = [];
  for (const emailId of moving) items.push(...(await queueOf(parts, { emailId })));
  const follow = items.filter(({ isDailySummary }) => !isDailySummary);
  const carried = follow.filter(({ orderId }) => orderId !== undefined);
  return {
    emails: planned,
    taken,
    unsent: carried.filter(({ isSent }) => !isSent),
    sent: carried.filter(({ isSent }) => isSent),
    orphans: follow.filter(({ orderId, isSent }) => orderId === undefined && !isSent),
  };
}

/** All items of an e-mail, or those that are held. */
export function queueOf(
  { old }: Pick<TakeoverParts, 'old'>,
  question: { readonly emailId: string; readonly held?: true },
): Promise<readonly OldItem[]> {
  return wholeOf(
    (page) => old.queue({ page, ...question }),
    ({ id }) => id,
  );
}

/** As often as a list may be read until nothing new is found in it. */
const MOST_READS = 5;

/**
 * A list whose rows may be deleted while it is read: each moves another one to the page that was read already. So one of
 * several pages is read until it has nothing that was not found before. `nameOf`: what tells rows apart.
 */
export async function wholeOf<Item>(
  ask: Ask<Item>,
  nameOf: (item: Item) => string,
): Promise<readonly Item[]> {
  const found = new Map<string, Item>();
  for (let reads = 0; reads < MOST_READS; reads += 1) {
    const known = found.size;
    let pages = 0;
    const items = await all((page) => {
      pages = page;
      return ask(page);
    });
    for (const item of items) found.set(nameOf(item), item);
    if (pages === 1 || found.size === known) break;
  }
  return [...found.values()];
}

/** `followUps` as they stand in bridge.config.ts; the templates are Mautic's ids by e-mail. */
export function configOf({ emails }: Plan, templates: ReadonlyMap<string, number>): string {
  const rules = emails.flatMap(({ email, rule }) =>
    rule ? [{ ...rule, send: { template: templates.get(email.id) ?? 0 } }] : [],
  );
  return `followUps: ${JSON.stringify(rules, undefined, 2)
    .replace(/"(\w+)":/g, '$1:')
    .replaceAll('"', "'")},`;
}

/** Rules of the plan that the policy lacks. */
export function missingRules({ emails }: Plan, { policy }: Pick<TakeoverParts, 'policy'>): readonly string[] {
  const known = new Set((policy.followUps ?? []).map(({ id }) => id));
  return emails.flatMap(({ email, rule }) => (rule && !known.has(ruleIdOf(email)) ? [rule.id] : []));
}

type Ask<Item> = (page: number) => ReturnType<
  () => Promise<
    import('../../core/ledger/failure.ts').Outcome<{
      readonly items: readonly Item[];
      readonly last: boolean;
    }>
  >
>;

/** Every page of a list, to the first short one. */
export async function all<Item>(ask: Ask<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (let page = 1; ; page += 1) {
    const { items, last } = answered(await ask(page));
    found.push(...items);
    if (last) return found;
  }
}
