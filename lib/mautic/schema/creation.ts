import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { ClaimKind, Claims } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

/** What is needed to create a thing once among all instances. */
export interface CreationOptions {
  readonly claims: Claims;
  readonly clock: Clock;
  /** Names this instance in claims; no two may share it. */
  readonly holder: string;
}

export interface Creation<Value> {
  readonly kind: Extract<ClaimKind, 'TAG' | 'FIELD'>;
  readonly name: string;
  create(): Promise<Outcome<Value>>;
  /** What others need to know of it. */
  describe(value: Value): string;
}

/**
 * Far longer than such a call takes (a tag 36 ms, a field up to 0.5 s on a small table, measured), because PHP goes on
 * working after its caller died; short enough that whoever waits for a dead one still gets its turn within one run.
 */
const CLAIM_MS = { TAG: 30_000, FIELD: 60_000 } as const;
const POLL_MS = 500;

/**
 * Creates under a claim, or waits for whoever is at it until that claim lapses; `undefined` when somebody else has done it. Mautic has no
 * unique key on tags (two at once made duplicates of 11 in 15), and a field is created by ALTER TABLE.
 */
export async function createOnce<Value>(
  options: CreationOptions,
  creation: Creation<Value>,
): Promise<Outcome<Value | undefined>> {
  const { claims, clock, holder } = options;
  const claimMs = CLAIM_MS[creation.kind];
  const giveUpAt = clock.now() + claimMs + 2 * POLL_MS;
  for (;;) {
    const lease = { holder, now: clock.now(), until: clock.now() + claimMs };
    const state = await claims.claim(creation.kind, creation.name, lease);
    if (state === 'finished') return succeeded(undefined);
    if (state === 'claimed') return createClaimed(options, creation);
    if (clock.now() >= giveUpAt) return failed(held(creation));
    await clock.sleep(POLL_MS);
  }
}

async function createClaimed<Value>(
  { claims, holder }: CreationOptions,
  creation: Creation<Value>,
): Promise<Outcome<Value>> {
  const created = await creation.create();
  if (created.ok) {
    await claims.finish(creation.kind, creation.name, creation.describe(created.value));
    return created;
  }
  // In doubt the claim is left to lapse: Mautic may still be creating it.
  if (created.failure.kind !== 'unknown') await claims.release(creation.kind, creation.name, holder);
  return created;
}

function held({ kind, name }: Pick<Creation<unknown>, 'kind' | 'name'>): Failure {
  const message = `Another instance is creating ${kind} ${name}. The next attempt finds it.`;
  return { kind: 'retry', code: 'creation-held', message };
}

/** Runs one at a time what would otherwise claim against itself within one process. */
export function createTurns(): <Value>(action: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const turn = last.then(action);
    last = turn.catch(() => undefined);
    return turn;
  };
}
