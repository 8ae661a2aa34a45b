import type { Ring } from '../core/contact/contact.ts';
import { identityAliases, neededFields } from '../core/contact/desired.ts';
import type { ContactKey } from '../core/ledger/email.ts';
import { type Failure, sharedBy } from '../core/ledger/failure.ts';
import { createPolicyNote } from './policy/policy-change.ts';
import { createCatalogue } from './sync/catalogue.ts';
import { type Drafting, draftLane } from './sync/draft/draft-lane.ts';
import { settleOptOuts } from './sync/draft/opt-outs.ts';
import { type EffectTarget, performEffects } from './sync/effects/effects.ts';
import { finish, leaveToSweep } from './sync/finish.ts';
import { settleItems } from './sync/items/settle-items.ts';
import { Gate } from './sync/pace/gate.ts';
import { type Crashed, type Guard, guarded, isUnsettled } from './sync/pace/guard.ts';
import type { Pacing } from './sync/pace/one-go.ts';
import { paced } from './sync/pace/paced.ts';
import type { Draft, Ending, Lane, SyncParts, WorkParts } from './sync/parts.ts';
import { createRemarks } from './sync/remarks.ts';
import { type Sightings, withSightings } from './sync/sightings.ts';
import { createTargets } from './sync/targets.ts';
import { settleSegments } from './sync/write/segments.ts';
import { writeDrafts } from './sync/write/write.ts';

/** A ring from the queue and how often it was received. */
export interface ReceivedRing {
  readonly ring: Ring;
  readonly receives: number;
}

/** A change that comes in while a contact is written is taken along, this often. */
const MAX_ROUNDS = 3;

type Sync = (
  batch: readonly ReceivedRing[],
  remainingMs: () => number,
  letRest?: (position: number) => void,
) => Promise<ReadonlySet<number>>;

/**
 * Brings contacts in Mautic to what the ledger says. A message says nothing but "look here"; it is done with once
 * the ledger says what comes next, be it "in step", "later" or "parked".
 * Resolves to the positions of messages the ledger could not be read or written for: they must come again. `letRest`
 * is told of those among them that must not come again soon: Mautic may go on with a request whose answer never came,
 * and the ledger could not be told to wait for it.
 */
export function createSync(parts: SyncParts): Sync {
  const stores = [...parts.currencies].map(([id, currency]) => ({ id, currency }));
  const notePolicy = createPolicyNote({ ...parts, stores });

  const targets = createTargets(parts);
  const remarks = createRemarks(parts);

  return async function sync(batch, remainingMs, letRest) {
    try {
      await notePolicy();
    } catch (error) {
      parts.log.error('The ledger could not be told which policy is at work; all will come again', {}, error);
      return new Set(batch.keys());
    }
    const gate = new Gate(parts, remainingMs);
    await gate.open();
    try {
      const seen: Sightings = new Map();
      const catalogue = createCatalogue(parts.things);
      const own = { ...parts, targets, remarks, catalogue, openShops: parts.shops?.open() };
      const through = (pacing: Pacing): WorkParts => {
        const slow = paced(own, pacing);
        const inOneGo: WorkParts['inOneGo'] = async (work, otherwise) =>
          (await pacing.inOneGo((near) => work(through(near)))) ?? otherwise(pacing.heldBack());
        return { ...slow, mautic: withSightings(slow.mautic, parts.clock, seen), inOneGo };
      };
      const crashed = await work(through(gate), lanesOf(batch), gate);
      const again = [...batch.keys()].filter((position) => crashed.has(contactAt(batch, position)));
      for (const position of again) if (crashed.get(contactAt(batch, position))) letRest?.(position);
      return new Set(again);
    } finally {
      await gate.close();
    }
  };
}

/** Resolves to the contacts whose message must come again. */
async function work(parts: WorkParts, lanes: readonly Lane[], gate: Gate): Promise<Crashed> {
  const crashed: Crashed = new Map();
  const left: Lane[] = [];
  const run = async (some: readonly Lane[]) => {
    // As they are: nothing about them is written, and the sweep rings when Mautic may be called.
    if (gate.isShut()) left.push(...some);
    else
      for (const [contact, unsettled] of await runLanes(parts, some, gate)) crashed.set(contact, unsettled);
  };
  const fresh = lanes.filter(({ receives }) => receives === 1);
  // One of these made a batch crash: whichever it is, it shall take no other along.
  const suspect = lanes.filter(({ receives }) => receives > 1);
  // A probe is one contact: the first that Mautic is called for.
  while (gate.isProbing() && fresh.length > 0) await run(fresh.splice(0, 1));
  if (fresh.length > 0) await run(fresh);
  for (const lane of suspect) await run([lane]);
  tellLeft(parts, left);
  return crashed;
}

function tellLeft({ log, metrics }: SyncParts, { length }: readonly Lane[]): void {
  if (length === 0) return;
  metrics.count('ContactLeft', length);
  log.info('Mautic is left alone for now; contacts wait for the sweep', { contacts: length });
}

function contactAt(batch: readonly ReceivedRing[], position: number): ContactKey {
  return (batch[position] as ReceivedRing).ring.contact;
}

/** One lane a contact, however many messages ring for it. */
function lanesOf(batch: readonly ReceivedRing[]): readonly Lane[] {
  const lanes = new Map<ContactKey, Lane>();
  for (const { ring, receives } of batch) {
    const known = lanes.get(ring.contact);
    const doubt = ring.doubt === true || known?.ring.doubt === true;
    lanes.set(ring.contact, { ring: { ...ring, doubt }, receives: Math.max(receives, known?.receives ?? 0) });
  }
  return [...lanes.values()];
}

/** Resolves to the contacts whose message must come again. */
async function runLanes(parts: WorkParts, lanes: readonly Lane[], gate: Gate): Promise<Crashed> {
  const crashed: Crashed = new Map();
  const guard = guarded(parts, crashed);
  const ready = gate.hasTime() ? await fieldsOf(parts) : undefined;
  if (ready?.ok === false) {
    await Promise.all(lanes.map((lane) => guard(lane, () => failLane(parts, lane, sharedBy(ready.failure)))));
    return crashed;
  }
  let behind = lanes;
  const unfinished: (() => Promise<void>)[] = [];
  for (let round = 0; ready && round < MAX_ROUNDS && behind.length > 0 && gate.goesOn(); round += 1) {
    behind = await runRound({ parts, guard, fields: ready.value, gate, unfinished }, behind);
  }
  // Left to the sweep: due at once, so that nobody takes it for settled.
  await Promise.all(behind.map((lane) => guard(lane, () => leaveToSweep(parts, lane))));
  for (const goOn of unfinished) await goOn();
  return crashed;
}

function fieldsOf({ fields, policy }: SyncParts): ReturnType<SyncParts['fields']['ready']> {
  return fields.ready(neededFields(policy), identityAliases(policy));
}

interface Round extends Drafting {
  readonly guard: Guard;
  /** What goes on once all contacts are in step. */
  readonly unfinished: (() => Promise<void>)[];
}

/** Resolves to the lanes that fell behind again meanwhile. */
async function runRound(
  { parts, guard, fields, gate, unfinished }: Round,
  lanes: readonly Lane[],
): Promise<readonly Lane[]> {
  const drafted = await Promise.all(
    lanes.map((lane) => guard(lane, () => draftLane({ parts, fields, gate }, lane))),
  );
  const drafts = drafted.filter((draft) => draft !== undefined);
  if (drafts.length === 0) return [];
  const written = await writeDrafts(parts, drafts, fields);
  // Before anything else is done or sent.
  const optedOut = await settleOptOuts(parts, drafts, written);
  const { endings, dues: again } = await settleSegments(parts, drafts, optedOut.endings);
  const targets = targetsOf(drafts, endings);
  const performing = performEffects(parts, targets, () => gate.goesOn());
  // What is left of a rate limit is for live work.
  const settling = settleItems(parts, targets, () => gate.goesOn() && gate.scarceUntil() === undefined);
  const states = await Promise.all(
    drafts.map((draft, index) => {
      const ending = endings[index] as Ending;
      const ended = async () => {
        const [{ dues, errors }, items] = await Promise.all([performing, settling]);
        for (const failed of [errors, items.errors]) if (failed.has(draft)) throw failed.get(draft);
        const nextDue = earlier(
          earlier(earlier(dues.get(draft), again.get(draft)), optedOut.dues.get(draft)),
          draft.lookAgainAt,
        );
        const { itemsDue, lost } = items.of(draft);
        const forgotten = await forgetLater(parts, draft, lost ?? ending);
        return finish(parts, { ...draft, ...forgotten, nextDue, itemsDue }, lost ?? ending);
      };
      return guard(draft.lane, ended, isUnsettled(ending));
    }),
  );
  const inStep = drafts.filter((_draft, index) => states[index] === 'done');
  unfinished.push(async () => (await settling).goOn(inStep));
  return drafts.filter((_draft, index) => states[index] === 'behind').map(({ lane }) => afresh(lane));
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** Effects need the contact in Mautic, and an order whose contact could not be written waits with them. */
function targetsOf(drafts: readonly Draft[], endings: readonly Ending[]): readonly EffectTarget[] {
  return drafts.flatMap((draft, index) => {
    const ending = endings[index];
    const isSettled = ending?.end === 'written' || ending?.end === 'unchanged';
    if (isSettled && ending.contactId !== undefined) return [{ draft, contactId: ending.contactId }];
    return isAway(draft, ending) ? [{ draft, contactId: NOBODY }] : [];
  });
}

/** Stands for the contact of those who have none: what has lapsed says itself for whom it may have been done. */
const NOBODY = 0;

/** Not in Mautic, nor to come there: nothing is done for it, but what may have been done is found out. */
function isAway({ effects }: Draft, ending: Ending | undefined): boolean {
  const isGone = ending?.end === 'unchanged' || ending?.end === 'absent' || ending?.end === 'removed';
  return isGone && effects.length > 0 && effects.every(({ kind }) => kind === 'lapsed');
}

/** Before it is settled: whoever died in between would leave somebody whom nobody looks at any more. */
async function forgetLater(
  { contacts }: WorkParts,
  draft: Draft,
  { end }: Ending,
): Promise<{ readonly keepsExpiry?: true }> {
  const isNobody = (end === 'unchanged' || end === 'absent') && isStranger(draft);
  if (!draft.expiry || !isNobody) return {};
  await contacts.expire(draft.lane.ring.contact, draft.expiry);
  return { keepsExpiry: true };
}

/** Nothing of it is in Mautic, or is to come there. */
function isStranger({ withdrawn, lookAgainAt }: Draft): boolean {
  return withdrawn && lookAgainAt === undefined;
}

/** What it wrote is known now, so the next round is no continuation of a try that died. */
function afresh({ ring: { doubt: _doubt, ...ring } }: Lane): Lane {
  return { ring, receives: 1 };
}

/** What every contact needs is missing: each says so for itself and comes back later. */
async function failLane(parts: SyncParts, lane: Lane, failure: Failure): Promise<void> {
  const profile = await parts.contacts.profile(lane.ring.contact);
  const waits = (profile?.notBefore ?? 0) > parts.clock.now();
  if (profile?.work !== undefined && !waits)
    await finish(parts, { lane, profile }, { end: 'failed', failure });
}
