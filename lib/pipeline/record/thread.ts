import type { State } from '../../core/ledger/fold/order.ts';
import { refName } from '../../core/ledger/snapshot.ts';
import { shortVersion } from '../../core/ledger/version.ts';
import type { Log } from '../../core/ports/telemetry.ts';
import type { Group } from './parts.ts';

/**
 * Says what became of what was seen of an order or a customer: which version of it `won` over what the ledger held,
 * `lost` to it, or is the `same`. With the contact's key in it, whoever looks for an order goes on from here to what
 * `sync` wrote.
 */
export function tellFolded(log: Log, { ref, snapshots }: Group, { now, before }: Folding): void {
  if (now.type === 'product') return;
  const versions = snapshots.flatMap((seen) => ('version' in seen ? seen.version : [])).sort();
  const marks = snapshots.flatMap((seen) => ('mark' in seen ? seen.mark : []));
  const newest = versions.at(-1);
  log.info('Recorded', {
    ref: refName(ref),
    contact: now.contact,
    ...(newest !== undefined && {
      version: shortVersion(newest),
      outcome: outcomeOf(newest, { now, before }),
    }),
    ...(marks.length > 0 && { marks: [...new Set(marks)].join(' ') }),
  });
}

interface Folding {
  readonly now: State;
  readonly before: State | undefined;
}

function outcomeOf(seen: string, { now, before }: Folding): 'won' | 'lost' | 'same' {
  if (now.version !== seen) return 'lost';
  return before?.version === seen ? 'same' : 'won';
}
