import { POLICY_REGISTER, readPolicyMark } from '../../core/policy/configuration/policy-mark.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

/** Others write the register too: the deployment of a policy, a run that marks contacts. */
const TRIES = 5;

/**
 * Has every contact written in full once more, `later`, because Mautic has lost what it held or can hold more: the mark
 * of the policy begins anew, and the next run of `reconcile` follows it.
 * @throws Error when the ledger cannot be written.
 */
export function createLookAgain({
  registers,
  clock,
}: {
  readonly registers: Registers;
  readonly clock: Pick<Clock, 'now'>;
}): () => Promise<void> {
  return async function lookAgain() {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const known = await registers.read(POLICY_REGISTER);
      const { policy = '' } = (known && readPolicyMark(known.text)) ?? {};
      const mark = { policy, seenAt: clock.now(), contacts: 0, done: false, inFull: true };
      if (await registers.write(POLICY_REGISTER, JSON.stringify(mark), known?.revision)) return;
    }
    throw new Error('The mark of the policy was changed each time it was written; try again');
  };
}
