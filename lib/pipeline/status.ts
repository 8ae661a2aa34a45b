import { FIELD_REGISTER, readFieldStanding } from '../core/contact/field-standing.ts';
import { readTarget, remedyOf, targetRegister, targetsOf } from '../core/effects/target.ts';
import type { EffectState } from '../core/ledger/effect-state.ts';
import { FORMAT_REGISTER, isPacking, LEDGER_FORMAT, readFormat, WAY_BACK_MS } from '../core/ledger/format.ts';
import { readPace } from '../core/pace/pace.ts';
import { policyHash, readPolicyMark } from '../core/policy/configuration/policy-mark.ts';
import type { Store } from '../core/policy/configuration/store.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Registers, Survey, SurveyPage } from '../core/ports/ledger.ts';
import type { Clock } from '../core/ports/telemetry.ts';
import { lastDeliveryOf, readLastDelivery } from '../core/stores/store-progress.ts';
import { readBackfill } from './backfill/control.ts';
import { backfillStanding } from './status/backfill-line.ts';
import type { PolicyStanding, Standing, Wait } from './status/standing.ts';
import { callingOf } from './status/standing-lines.ts';
import { add, type Tally } from './tally.ts';

export interface StatusParts {
  readonly survey: Survey;
  readonly registers: Pick<Registers, 'read'>;
  readonly policy: Policy;
  readonly stores: readonly Store[];
  readonly clock: Pick<Clock, 'now'>;
}

/** How the bridge stands. Reads the whole ledger. */
export function createStatus(parts: StatusParts): () => Promise<Standing> {
  return async function status() {
    const stores = await Promise.all(parts.stores.map((store) => deliveriesOf(parts, store)));
    return {
      contacts: await contactsOf(parts),
      effects: await effectsOf(parts),
      policy: await policyOf(parts),
      ledger: await ledgerOf(parts),
      mautic: await mauticOf(parts),
      targets: await targetsIn(parts),
      fields: await fieldsOf(parts),
      backfills: await backfillsOf(parts),
      stores,
    };
  };
}

async function contactsOf({ survey }: StatusParts): Promise<Standing['contacts']> {
  let [known, behind, later] = [0, 0, 0];
  const parked: Tally = new Map();
  const waits = new Map<string, Wait>();
  for await (const { profile } of everything((after) => survey.profiles(after))) {
    known += 1;
    if (profile.parked) add(parked, profile.parked.code);
    if (profile.wanted === profile.synced) continue;
    if (profile.work === 'live') behind += 1;
    if (profile.work === 'later') later += 1;
    if (profile.waiting) wait(waits, { ...profile.waiting, count: 1, nextTryAt: profile.due });
  }
  return { known, behind, later, parked: Object.fromEntries(parked), waiting: [...waits.values()] };
}

/** Of one reason: how many, what one of them was told, and when the first is tried again. */
function wait(waits: Map<string, Wait>, { code, message, nextTryAt }: Wait): void {
  const known = waits.get(code);
  const first = Math.min(known?.nextTryAt ?? Number.POSITIVE_INFINITY, nextTryAt ?? Number.POSITIVE_INFINITY);
  waits.set(code, {
    code,
    count: (known?.count ?? 0) + 1,
    message: known?.message ?? message,
    ...(Number.isFinite(first) && { nextTryAt: first }),
  });
}

/** What was claimed is being done, or was when a process died: then it is looked up after four minutes. */
async function effectsOf({ survey }: StatusParts): Promise<Standing['effects']> {
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
  const [inDoubt, again, kept] = [doubt, refused, parked].map((tally) => Object.fromEntries(tally));
  return { claimed, inDoubt: inDoubt ?? {}, toBeTriedAgain: again ?? {}, parked: kept ?? {} };
}

async function policyOf({ registers, policy, stores }: StatusParts): Promise<PolicyStanding> {
  const text = (await registers.read({ of: 'mautic', name: 'POLICY' }))?.text;
  const mark = text === undefined ? undefined : readPolicyMark(text);
  if (mark?.policy !== policyHash(policy, stores)) return { state: 'not-noted' };
  return mark.done ? { state: 'marked' } : { state: 'marking', contacts: mark.contacts };
}

async function mauticOf({ registers, clock }: StatusParts): Promise<Standing['mautic']> {
  const pace = readPace((await registers.read({ of: 'mautic', name: 'PACE' }))?.text);
  return { calling: callingOf(pace, clock.now()) };
}

/** What the policy names and Mautic does not have, or does not send. */
async function targetsIn({ registers, policy }: StatusParts): Promise<Standing['targets']> {
  const targets = targetsOf(policy).map(async (target) => {
    const found = readTarget((await registers.read(targetRegister(target)))?.text);
    if (!found || found.state === 'usable') return [];
    return [{ ...target, state: found.state, since: found.since, remedy: remedyOf(target, found.state) }];
  });
  return (await Promise.all(targets)).flat();
}

/** Fields of Mautic with which something is wrong. */
async function fieldsOf({ registers }: StatusParts): Promise<Standing['fields']> {
  const text = (await registers.read(FIELD_REGISTER))?.text;
  const { troubles = {} } = (text === undefined ? undefined : readFieldStanding(text)) ?? {};
  return Object.entries(troubles).map(([alias, { code, message }]) => ({ alias, code, message }));
}

/** Of the stores that have, or had, one. */
async function backfillsOf({ registers, stores }: StatusParts): Promise<Standing['backfills']> {
  const found = stores.map(async ({ id }) => {
    const backfill = await readBackfill({ registers }, id);
    return backfill ? [backfillStanding(id, backfill)] : [];
  });
  return (await Promise.all(found)).flat();
}

async function deliveriesOf({ registers }: StatusParts, { id }: Store): Promise<Standing['stores'][number]> {
  const text = (await registers.read(lastDeliveryOf(id)))?.text;
  const last = text === undefined ? undefined : readLastDelivery(text);
  return { id, ...(last && { lastDeliveryAt: last.at }) };
}

async function* everything<Item>(page: (after?: string) => Promise<SurveyPage<Item>>): AsyncIterable<Item> {
  let next: string | undefined;
  do {
    const answer = await page(next);
    yield* answer.items;
    next = answer.next;
  } while (next !== undefined);
}

/** Of the ledger itself: which version may work on it, and whether there is a way back to the one before. */
async function ledgerOf({ registers, clock }: StatusParts): Promise<Standing['ledger']> {
  const standing = readFormat((await registers.read(FORMAT_REGISTER))?.text);
  if (standing === undefined) return { form: 1, reads: LEDGER_FORMAT };
  const { format: form, since } = standing;
  const wayBack = isPacking(standing, clock.now()) ? {} : { wayBackUntil: since + WAY_BACK_MS };
  return { form, reads: LEDGER_FORMAT, since, ...wayBack };
}
