import {
  type FoundTarget,
  foundTarget,
  isFresh,
  lookAgainAt,
  readTarget,
  reasonOf,
  remedyOf,
  type Target,
  type TargetState,
  targetRegister,
} from '../../core/effects/target.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import type { MauticEmails } from '../../core/ports/mautic.ts';
import type { Clock, Log, Metrics } from '../../core/ports/telemetry.ts';

interface TargetParts {
  readonly registers: Registers;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What is known of the e-mails and segments that the policy names, in this process and, by registers, in all. */
export interface Targets {
  /** Why this e-mail is not to be sent now, and for how long; `undefined`: it can be. Looked up in Mautic now and then. */
  email(emails: Pick<MauticEmails, 'stateOf'>, id: number): Promise<Failure | undefined>;
  /** Until when a segment that was missing is not asked for again, epoch ms; `undefined`: nothing speaks against it. */
  missingUntil(segment: number): number | undefined;
  /** Whether a segment was missing when somebody looked last, however long ago. */
  isMissing(segment: number): boolean;
  /** What a call has shown; for an unusable one why, as `email` says it. */
  note(target: Target, state: TargetState): Promise<Failure | undefined>;
}

/** Nobody tells of a target twice: whoever finds it in another state than the register says does. */
export function createTargets(parts: TargetParts): Targets {
  const { clock } = parts;
  const known = new Map<string, FoundTarget>();
  const asking = new Map<number, Promise<Failure | undefined>>();

  async function look(emails: Pick<MauticEmails, 'stateOf'>, id: number): Promise<Failure | undefined> {
    const target = { kind: 'email', id } as const;
    const found = fresh(known.get(nameOf(target))) ?? fresh((await recall(parts, target))?.found);
    if (found) {
      known.set(nameOf(target), found);
      return failureOf(target, found, clock.now());
    }
    const looked = await emails.stateOf(id);
    return looked.ok ? note(target, looked.value) : looked.failure;
  }

  /** One look for all contacts that wait for it. */
  function email(emails: Pick<MauticEmails, 'stateOf'>, id: number): Promise<Failure | undefined> {
    const answer = asking.get(id) ?? look(emails, id).finally(() => asking.delete(id));
    asking.set(id, answer);
    return answer;
  }

  async function note(target: Target, state: TargetState): Promise<Failure | undefined> {
    const recalled = await recall(parts, target);
    const before = recalled?.found;
    const found = foundTarget(before, state, clock.now());
    known.set(nameOf(target), found);
    if (state !== 'usable') parts.metrics.count('EffectTargetMissing');
    if (state !== (before?.state ?? 'usable')) tell(parts, target, state);
    if (recalled) await write(parts, target, { found, revision: recalled.revision });
    return failureOf(target, found, clock.now());
  }

  function fresh(found: FoundTarget | undefined): FoundTarget | undefined {
    return found && isFresh(found, clock.now()) ? found : undefined;
  }

  function missingUntil(segment: number): number | undefined {
    const found = fresh(known.get(nameOf({ kind: 'segment', id: segment })));
    return found && found.state !== 'usable' ? lookAgainAt(found, clock.now()) : undefined;
  }

  function isMissing(segment: number): boolean {
    return known.get(nameOf({ kind: 'segment', id: segment }))?.state === 'missing';
  }

  return { email, missingUntil, isMissing, note };
}

interface Recalled {
  readonly found: FoundTarget | undefined;
  readonly revision: number | undefined;
}

/** `undefined`: the ledger cannot be read, and everybody looks for themselves. */
async function recall({ registers, log }: TargetParts, target: Target): Promise<Recalled | undefined> {
  try {
    const stored = await registers.read(targetRegister(target));
    return { found: readTarget(stored?.text), revision: stored?.revision };
  } catch (error) {
    log.warn('What is known of a target in Mautic could not be read', { target: nameOf(target) }, error);
    return undefined;
  }
}

async function write(
  { registers, log }: TargetParts,
  target: Target,
  { found, revision }: Recalled,
): Promise<void> {
  try {
    await registers.write(targetRegister(target), JSON.stringify(found), revision);
  } catch (error) {
    log.warn('What is known of a target in Mautic could not be written', { target: nameOf(target) }, error);
  }
}

function tell({ log }: TargetParts, target: Target, state: TargetState): void {
  const fields = { target: nameOf(target) };
  if (state === 'usable') {
    log.info('What the policy names can be used in Mautic again', fields);
    return;
  }
  const told = { ...fields, code: reasonOf(target, state), remedy: remedyOf(target, state) };
  log.error('What the policy names cannot be used in Mautic; who needs it waits', told);
}

function nameOf({ kind, id }: Target): string {
  return `${kind} ${String(id)}`;
}

function failureOf(target: Target, found: FoundTarget, now: number): Failure | undefined {
  const { state } = found;
  if (state === 'usable') return undefined;
  const [code, message] = [reasonOf(target, state), remedyOf(target, state)];
  return { kind: 'retry', code, message, retryAfterMs: lookAgainAt(found, now) - now };
}
