import { ruleIds } from '../../core/effects/effect.ts';
import {
  type RuleStarts,
  readRuleStarts,
  ruleStartsText,
  type Starts,
  startsOf,
} from '../../core/effects/rule-starts.ts';
import type { Register } from '../../core/ledger/register.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Registers, Things } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import { backfillOf } from '../../core/stores/backfill.ts';
import { connectionAt } from '../../core/stores/connection.ts';

export interface SinceParts {
  readonly stores: readonly { readonly id: string }[];
  readonly policy: Policy;
  readonly things: Pick<Things, 'connectedSince'>;
  readonly registers: Registers;
  readonly clock: Pick<Clock, 'now'>;
}

const RULES: Register = { of: 'mautic', name: 'RULES' };
/** How long (ms) an instance may go on believing that no backfill has begun, where the policy names an earlier moment. */
export const SINCE_REMEMBERED_MS = 60_000;
/** Instances that start at once write the same; one of them wins. */
const MAX_TRIES = 5;

/** Store id → when its orders begin to have effects; and when each rule began. */
export type KnownStarts = ReadonlyMap<string, number> & Required<Pick<Starts, 'rules'>>;

/**
 * The moments (epoch ms) from which orders have notes and e-mails: the policy's; else when the store was first seen,
 * and for a rule that came later, when it came. Once a store's past is being read, or was, the policy's moment reaches no
 * further back than the connection: nothing of that past is mailed. Read once per process, but where that may change.
 */
export function createSince(parts: SinceParts): () => Promise<KnownStarts> {
  const { stores, policy, clock } = parts;
  let known: Promise<KnownStarts> | undefined;
  let readAt = 0;

  async function read(): Promise<KnownStarts> {
    readAt = clock.now();
    const rules = await noteRules(parts);
    const starts = stores.map(async ({ id }): Promise<[string, number]> => [id, await startOf(parts, id)]);
    // Whoever names a moment in the policy means it, also for a rule that is new.
    const young: RuleStarts = policy.since === undefined ? rules : new Map();
    return Object.assign(new Map(await Promise.all(starts)), { rules: young });
  }

  return async function since() {
    const mayChange = policy.since !== undefined && clock.now() - readAt >= SINCE_REMEMBERED_MS;
    if (mayChange) known = undefined;
    known ??= read();
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}

async function startOf({ policy, things, registers, clock }: SinceParts, store: string): Promise<number> {
  const connected = () => things.connectedSince(store, connectionAt(clock.now()));
  if (policy.since === undefined) return connected();
  const hasBackfill = (await registers.read(backfillOf(store))) !== undefined;
  return hasBackfill ? Math.max(policy.since, await connected()) : policy.since;
}

/**
 * As `createSince`, for whoever only looks: nothing is written down. A rule that no function has seen yet begins now;
 * before anything was deployed no store is connected.
 */
export async function startsSoFar(parts: SinceParts): Promise<Starts> {
  const { stores, policy, things, registers, clock } = parts;
  const noted = await registers.read(RULES);
  if (noted === undefined) return new Map<string, number>();
  const rules = startsOf(ruleIds(policy), readRuleStarts(noted.text), clock.now());
  const starts = stores.map(async ({ id }): Promise<[string, number]> => {
    return [id, policy.since ?? (await things.connectedSince(id, connectionAt(clock.now())))];
  });
  const young: RuleStarts = policy.since === undefined ? rules : new Map();
  return Object.assign(new Map(await Promise.all(starts)), { rules: young });
}

/** Effects of rules that a deployed bridge has noted; nothing before the first deployment. Reads only. */
export async function notedRules(registers: Pick<Registers, 'read'>): Promise<ReadonlySet<string>> {
  return new Set(readRuleStarts((await registers.read(RULES))?.text).keys());
}

/**
 * Writes down which rules there are, so that one that is new mails no history, and answers when each began.
 * @throws Error when others keep changing them.
 */
export async function noteRules({
  registers,
  policy,
  clock,
}: Pick<SinceParts, 'registers' | 'policy' | 'clock'>): Promise<RuleStarts> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const known = await registers.read(RULES);
    // The rules of the first deployment are as old as the connection: its first order may come before this is asked.
    const now = known ? connectionAt(clock.now()) : 0;
    const starts = startsOf(ruleIds(policy), readRuleStarts(known?.text), now);
    const text = ruleStartsText(starts);
    if (text === known?.text || (await registers.write(RULES, text, known?.revision))) return starts;
  }
  throw new Error(`The register ${RULES.name} was changed by others ${String(MAX_TRIES)} times in a row`);
}
