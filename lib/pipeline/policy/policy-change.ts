import {
  POLICY_REGISTER,
  type PolicyMark,
  policyHash,
  readPolicyMark,
} from '../../core/policy/configuration/policy-mark.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Contacts, Registers, Survey } from '../../core/ports/ledger.ts';
import type { Clock, Log } from '../../core/ports/telemetry.ts';
import { noteRules } from '../registers/since.ts';
import { markLater } from '../wants/mark-later.ts';

export interface PolicyChangeParts {
  readonly registers: Registers;
  readonly survey: Pick<Survey, 'profiles'>;
  readonly contacts: Pick<Contacts, 'wantLater'>;
  readonly policy: Policy;
  readonly stores: readonly Pick<Store, 'id' | 'currency'>[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * `waiting`: another policy was deployed a moment ago. `overtaken`: another run is at it. `unfinished`: the next run
 * goes on. `marked`: this run marked the last contact.
 */
export type PolicyStanding = 'in-step' | 'waiting' | 'overtaken' | 'unfinished' | 'marked';

/**
 * A deployment replaces function by function, and a batch that began before it ends within three minutes: a contact
 * marked sooner could be brought into step by the policy that is going.
 */
const PATIENCE_MS = 300_000;
/** A page takes seconds; whoever is stopped in it marks it again. */
const RESERVED_MS = 30_000;

/**
 * Marks every contact to be looked at again once another policy is deployed: `later`, so that live work goes first.
 * Where it is stands in the ledger after each page, so a run that ends half-way is continued by the next, and another
 * deployment starts anew. Two at once do no harm.
 */
export function createPolicyChange(
  parts: PolicyChangeParts,
): (remainingMs: () => number) => Promise<PolicyStanding> {
  const policy = policyHash(parts.policy, parts.stores);

  return async function followPolicy(remainingMs) {
    // A new rule begins now, not when the first contact happens to be looked at.
    await noteRules(parts);
    const known = await parts.registers.read(POLICY_REGISTER);
    const mark = known && readPolicyMark(known.text);
    if (mark?.policy !== policy) return begin(parts, { policy, mark, revision: known?.revision });
    if (mark.done) return 'in-step';
    if (parts.clock.now() - mark.seenAt < PATIENCE_MS) return 'waiting';
    return markFrom(parts, { mark, revision: known?.revision }, remainingMs);
  };
}

/**
 * For whoever writes contacts: says, once per process and before the first of them, which policy it works with. One that
 * was deployed and taken back between two runs of `reconcile` is seen so, and what it wrote is looked at again.
 * @throws when the ledger cannot be read or written; it is tried again next time.
 */
export function createPolicyNote({
  registers,
  clock,
  ...parts
}: Pick<PolicyChangeParts, 'registers' | 'policy' | 'stores' | 'clock'>): () => Promise<void> {
  const policy = policyHash(parts.policy, parts.stores);
  let noted = false;

  return async function notePolicy() {
    if (noted) return;
    const known = await registers.read(POLICY_REGISTER);
    const mark = known && readPolicyMark(known.text);
    // Without a mark the first run of `reconcile` marks whatever it finds.
    const isNews = mark !== undefined && mark.policy !== policy;
    const news = { policy, seenAt: clock.now(), contacts: 0, done: false, ...stillInFull(mark) };
    noted = !isNews || (await save({ registers }, { mark: news, revision: known?.revision }));
    // Somebody was faster: what it says now is looked at again.
    if (!noted) await notePolicy();
  };
}

interface Beginning {
  readonly policy: string;
  /** Of another policy; some of its contacts may still have to be written in full. */
  readonly mark: PolicyMark | undefined;
  readonly revision: number | undefined;
}

async function begin(
  parts: PolicyChangeParts,
  { policy, mark: before, revision }: Beginning,
): Promise<PolicyStanding> {
  const isFirst = revision === undefined && (await isEmpty(parts));
  const mark = { policy, seenAt: parts.clock.now(), contacts: 0, done: isFirst, ...stillInFull(before) };
  if (!(await save(parts, { mark, revision }))) return 'overtaken';
  if (isFirst) return 'in-step';
  parts.log.info('Another policy is deployed; its contacts will be marked', { policy });
  return 'waiting';
}

/** Contacts that had to be written in full and were not all marked yet. */
function stillInFull(before: PolicyMark | undefined): Pick<PolicyMark, 'inFull'> {
  return before?.inFull && !before.done ? { inFull: true } : {};
}

async function isEmpty({ survey }: PolicyChangeParts): Promise<boolean> {
  const { items, next } = await survey.profiles();
  return items.length === 0 && next === undefined;
}

/** A mark and the revision that it replaces. */
interface Place {
  readonly mark: PolicyMark;
  readonly revision: number | undefined;
}

async function markFrom(
  parts: PolicyChangeParts,
  from: Place,
  remainingMs: () => number,
): Promise<PolicyStanding> {
  const { log } = parts;
  let { mark, revision } = from;
  const progress = () => ({ policy: mark.policy, contacts: mark.contacts });
  log.info('Contacts are being marked for another policy', progress());
  while (!mark.done) {
    if (remainingMs() <= RESERVED_MS) {
      log.info('Some contacts are not marked for the policy yet; the next run goes on', progress());
      return 'unfinished';
    }
    mark = await markPage(parts, mark);
    if (!(await save(parts, { mark, revision }))) return 'overtaken';
    revision = (revision ?? 0) + 1;
  }
  log.info('All contacts are marked for the policy', progress());
  return 'marked';
}

/** The mark after one more page. */
async function markPage(parts: PolicyChangeParts, { after: from, ...mark }: PolicyMark): Promise<PolicyMark> {
  const { items, next: after } = await parts.survey.profiles(from);
  await markLater(parts, items, mark.inFull);
  const contacts = mark.contacts + items.length;
  return { ...mark, contacts, ...(after === undefined ? { done: true } : { after }) };
}

function save(
  { registers }: Pick<PolicyChangeParts, 'registers'>,
  { mark, revision }: Place,
): Promise<boolean> {
  return registers.write(POLICY_REGISTER, JSON.stringify(mark), revision);
}
