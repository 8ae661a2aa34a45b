import { readTarget, remedyOf, targetRegister, targetsOf } from '../core/effects/target.ts';
import { isSpent } from '../core/pace/budget.ts';
import { admission, readPace } from '../core/pace/pace.ts';
import type { Policy, Store } from '../core/policy/policy.ts';
import { policyHash, readPolicyMark } from '../core/policy/policy-mark.ts';
import type { Registers, Survey, SurveyPage } from '../core/ports/ledger.ts';
import type { Clock } from '../core/ports/telemetry.ts';
import { lastDeliveryOf, readLastDelivery } from '../core/stores/store-progress.ts';

export interface StatusParts {
  readonly survey: Survey;
  readonly registers: Pick<Registers, 'read'>;
  readonly policy: Policy;
  readonly stores: readonly Store[];
  readonly clock: Pick<Clock, 'now'>;
}

/** How many of each kind. */
type Tally = Map<string, number>;

/** How the bridge stands, a line for each subject. Reads the whole ledger. */
export function createStatus(parts: StatusParts): () => Promise<readonly string[]> {
  return async function status() {
    const deliveries = await Promise.all(parts.stores.map((store) => deliveriesOf(parts, store)));
    return [
      await contactsOf(parts),
      await effectsOf(parts),
      await policyOf(parts),
      await paceOf(parts),
      ...(await targetsIn(parts)),
      ...deliveries,
    ];
  };
}

async function contactsOf({ survey }: StatusParts): Promise<string> {
  let [known, live, later] = [0, 0, 0];
  const parked: Tally = new Map();
  for await (const { profile } of everything((after) => survey.profiles(after))) {
    known += 1;
    if (profile.parked) add(parked, profile.parked.code);
    if (profile.wanted !== profile.synced && profile.work === 'live') live += 1;
    if (profile.wanted !== profile.synced && profile.work === 'later') later += 1;
  }
  return `contacts: ${String(known)} known, ${String(live)} behind, ${String(later)} to be looked at later, ${textOf(parked)}`;
}

async function effectsOf({ survey }: StatusParts): Promise<string> {
  const parked: Tally = new Map();
  for await (const { entry } of everything((after) => survey.orders(after))) {
    for (const { state, reason } of Object.values(entry.effects))
      if (state === 'parked') add(parked, reason ?? 'unknown');
  }
  return `notes and e-mails: ${textOf(parked)}`;
}

async function policyOf({ registers, policy, stores }: StatusParts): Promise<string> {
  const text = (await registers.read({ of: 'mautic', name: 'POLICY' }))?.text;
  const mark = text === undefined ? undefined : readPolicyMark(text);
  if (mark?.policy !== policyHash(policy, stores)) return 'policy: the one of this folder is not noted yet';
  if (mark.done) return 'policy: all contacts are marked for it';
  return `policy: ${String(mark.contacts)} contacts are marked for it so far`;
}

async function paceOf({ registers, clock }: StatusParts): Promise<string> {
  const pace = readPace((await registers.read({ of: 'mautic', name: 'PACE' }))?.text);
  const now = clock.now();
  const isCalled = admission(pace, now) === 'go';
  if (isCalled) return pace.level === 0 ? 'Mautic: called at full speed' : 'Mautic: called slowly';
  if (isSpent(pace.budget, now))
    return `Mautic: its rate limit is used up until ${new Date(pace.budget.resetAt).toISOString()}`;
  return 'Mautic: left alone for a while';
}

/** What the policy names and Mautic does not have, or does not send: a line each, with what to do. */
async function targetsIn({ registers, policy }: StatusParts): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const target of targetsOf(policy)) {
    const found = readTarget((await registers.read(targetRegister(target)))?.text);
    if (!found || found.state === 'usable') continue;
    lines.push(`Mautic, since ${new Date(found.since).toISOString()}: ${remedyOf(target, found.state)}`);
  }
  return lines;
}

async function deliveriesOf({ registers }: StatusParts, { id }: Store): Promise<string> {
  const text = (await registers.read(lastDeliveryOf(id)))?.text;
  const last = text === undefined ? undefined : readLastDelivery(text);
  return `store ${id}: ${last ? `last delivery at ${new Date(last.at).toISOString()}` : 'no delivery yet'}`;
}

async function* everything<Item>(page: (after?: string) => Promise<SurveyPage<Item>>): AsyncIterable<Item> {
  let next: string | undefined;
  do {
    const answer = await page(next);
    yield* answer.items;
    next = answer.next;
  } while (next !== undefined);
}

function add(tally: Tally, kind: string): void {
  tally.set(kind, (tally.get(kind) ?? 0) + 1);
}

function textOf(parked: Tally): string {
  const total = [...parked.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...parked]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, count]) => `${code} ${String(count)}`);
  return `${String(total)} parked${total === 0 ? '' : ` (${kinds.join(', ')})`}`;
}
