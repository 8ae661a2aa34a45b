import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { Snapshot } from '../../../lib/core/ledger/snapshot.ts';
import type { Source } from '../../../lib/core/stores/source.ts';
import { CONSENT } from '../policies.ts';
import type { Variant } from '../variant.ts';

/** Mistakes about who wants to hear of the shop. */
export const OF_CONSENT: readonly Variant[] = [
  { name: 'takes-a-purchase-for-a-yes', source: (source) => hearing(source, silenceAsYes) },
  {
    name: 'mails-who-asked-not-to-be-contacted',
    syncParts: (parts) => ({
      ...parts,
      emails: { ...parts.emails, mayBeMailed: async () => succeeded(true) },
    }),
  },
  { name: 'does-not-hear-a-no', source: (source) => hearing(source, withoutNo) },
];

type Answers = Readonly<Record<string, boolean>>;

/** What was answered with no is taken for not answered. */
function withoutNo(answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([, yes]) => yes));
}

function silenceAsYes(answers: Answers): Answers {
  return Object.keys(answers).length === 0 ? { [CONSENT.fields[0]]: true } : answers;
}

/** Hears something else than what was answered at the checkout. */
function hearing(source: Source, hear: (answers: Answers) => Answers): Source {
  const heard = (snapshot: Snapshot): Snapshot => {
    if (snapshot.type !== 'order') return snapshot;
    return { ...snapshot, data: { ...snapshot.data, consent: hear(snapshot.data.consent) } };
  };
  return {
    ...source,
    translate: (arrival) => {
      const said = source.translate(arrival);
      return 'snapshots' in said ? { ...said, snapshots: said.snapshots.map(heard) } : said;
    },
    read: (reading) => {
      const said = source.read(reading);
      return { ...said, snapshots: said.snapshots.map(heard) };
    },
  };
}
