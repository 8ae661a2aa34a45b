import type { Waiting } from '../core/contact/contact.ts';
import { FIELD_REGISTER, readFieldStanding } from '../core/contact/field-standing.ts';
import { readTarget, remedyOf, targetRegister, targetsOf } from '../core/effects/target.ts';
import type { EffectState } from '../core/ledger/effect-state.ts';
import { FORMAT_REGISTER, isPacking, LEDGER_FORMAT, readFormat, WAY_BACK_MS } from '../core/ledger/format.ts';
import { isSpent } from '../core/pace/budget.ts';
import { type Pace, readPace } from '../core/pace/pace.ts';
import type { Policy } from '../core/policy/policy.ts';
import { policyHash, readPolicyMark } from '../core/policy/policy-mark.ts';
import type { Store } from '../core/policy/store.ts';
import type { Registers, Survey, SurveyPage } from '../core/ports/ledger.ts';
import type { Clock } from '../core/ports/telemetry.ts';
import { lastDeliveryOf, readLastDelivery } from '../core/stores/store-progress.ts';
import { add, listOf, sumOf, type Tally } from './tally.ts';

export interface StatusParts {
  readonly survey: Survey;
  readonly registers: Pick<Registers, 'read'>;
  readonly policy: Policy;
  readonly stores: readonly Store[];
  readonly clock: Pick<Clock, 'now'>;
}

/** How the bridge stands, a line for each subject. Reads the whole ledger. */
export function createStatus(parts: StatusParts): () => Promise<readonly string[]> {
  return async function status() {
    const deliveries = await Promise.all(parts.stores.map((store) => deliveriesOf(parts, store)));
    return [
      ...(await contactsOf(parts)),
      await effectsOf(parts),
      await policyOf(parts),
      await formatOf(parts),
      await paceOf(parts),
      ...(await targetsIn(parts)),
      ...(await fieldsOf(parts)),
      ...deliveries,
    ];
  };
}

async function contactsOf({ survey }: StatusParts): Promise<readonly string[]> {
  let [known, live, later] = [0, 0, 0];
  const parked: Tally = new Map();
  const waits: Waits = new Map();
  for await (const { profile } of everything((after) => survey.profiles(after))) {
    known += 1;
    if (profile.parked) add(parked, profile.parked.code);
    if (profile.wanted === profile.synced) continue;
    if (profile.work === 'live') live += 1;
    if (profile.work === 'later') later += 1;
    if (profile.waiting) wait(waits, profile.waiting, profile.due);
  }
  const behind = `${String(live)} behind, ${String(later)} to be looked at later`;
  return [`contacts: ${String(known)} known, ${behind}, ${counted('parked', parked)}`, ...linesOf(waits)];
}

/** By code: how many wait for it, what one of them was told, and when the first is tried again (epoch ms). */
type Waits = Map<string, { readonly count: number; readonly message: string; readonly due: number }>;

function wait(waits: Waits, { code, message }: Waiting, due = Number.POSITIVE_INFINITY): void {
  const known = waits.get(code);
  waits.set(code, {
    count: (known?.count ?? 0) + 1,
    message: known?.message ?? message,
    due: Math.min(known?.due ?? due, due),
  });
}

function linesOf(waits: Waits): readonly string[] {
  const reasons = [...waits].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
  return reasons.map(([code, { count, message, due }]) => {
    const next = Number.isFinite(due) ? `, next try at ${momentOf(due)}` : '';
    return `  waiting: ${code} ${String(count)}${next}: ${message}`;
  });
}

/** What was claimed is being done, or was when a process died: then it is looked up after four minutes. */
async function effectsOf({ survey }: StatusParts): Promise<string> {
  let claimed = 0;
  const [doubt, refused, parked]: readonly [Tally, Tally, Tally] = [new Map(), new Map(), new Map()];
  const tallies: Partial<Record<EffectState['state'], Tally>> = { doubt, refused, parked };
  for await (const { entry } of everything((after) => survey.carriers(after))) {
    for (const { state, reason = 'unknown' } of Object.values(entry.effects)) {
      if (state === 'claimed') claimed += 1;
      const tally = tallies[state];
      if (tally) add(tally, reason);
    }
  }
  return `notes and e-mails: ${String(claimed)} claimed and not decided yet, ${counted('in doubt', doubt)}, ${counted('to be tried again', refused)}, ${counted('parked', parked)}`;
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
  return `Mautic: ${callingOf(pace, clock.now())}`;
}

function callingOf({ open, ...pace }: Pace, now: number): string {
  if (pace.heldUntil > now && isSpent(pace.budget, now))
    return `left alone until ${momentOf(pace.heldUntil)}, because its rate limit is used up`;
  if (pace.heldUntil > now) return `left alone until ${momentOf(pace.heldUntil)}, because it asked for it`;
  if (open && open.until > now)
    return `left alone until ${momentOf(open.until)}, because most calls failed; then one contact tries it`;
  if (open) return 'left alone but for one contact that tries it, because most calls failed';
  return pace.level === 0 ? 'called at full speed' : 'called slowly, because it is slow';
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

/** A line for each field of Mautic with which something is wrong. */
async function fieldsOf({ registers }: StatusParts): Promise<readonly string[]> {
  const text = (await registers.read(FIELD_REGISTER))?.text;
  const { troubles = {} } = (text === undefined ? undefined : readFieldStanding(text)) ?? {};
  return Object.entries(troubles).map(
    ([alias, { code, message }]) => `field ${alias}: not written (${code}). ${message}`,
  );
}

async function deliveriesOf({ registers }: StatusParts, { id }: Store): Promise<string> {
  const text = (await registers.read(lastDeliveryOf(id)))?.text;
  const last = text === undefined ? undefined : readLastDelivery(text);
  return `store ${id}: ${last ? `last delivery at ${momentOf(last.at)}` : 'no delivery yet'}`;
}

async function* everything<Item>(page: (after?: string) => Promise<SurveyPage<Item>>): AsyncIterable<Item> {
  let next: string | undefined;
  do {
    const answer = await page(next);
    yield* answer.items;
    next = answer.next;
  } while (next !== undefined);
}

/** How many in all, and of each kind. */
function counted(what: string, tally: Tally): string {
  const total = sumOf(tally);
  return `${String(total)} ${what}${total === 0 ? '' : ` (${listOf(tally)})`}`;
}

function momentOf(at: number): string {
  return new Date(at).toISOString();
}

/** Of the ledger itself: which version may work on it, and whether there is a way back to the one before. */
async function formatOf({ registers, clock }: StatusParts): Promise<string> {
  const standing = readFormat((await registers.read(FORMAT_REGISTER))?.text);
  if (standing === undefined) return 'ledger: form 1; no function of this version has run yet';
  const { format, since } = standing;
  const known = format > LEDGER_FORMAT ? `; this version reads form ${String(LEDGER_FORMAT)} alone` : '';
  const packed = isPacking(standing, clock.now())
    ? 'a version before it can no longer read what is written'
    : `the version before it can be deployed again until ${momentOf(since + WAY_BACK_MS)}`;
  return `ledger: form ${String(format)} since ${momentOf(since)}; ${packed}${known}`;
}
