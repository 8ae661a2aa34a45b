import { commandLine } from '../../../core/ledger/command.ts';
import { counted } from '../../../core/ledger/counted.ts';
import { type Ref, refName } from '../../../core/ledger/snapshot.ts';
import type { Thread } from '../../../core/ledger/telemetry/logged.ts';
import { historyLines, type LoggedHistory, readHistory } from '../../../pipeline/explain/history.ts';
import { readRefusals } from '../../../pipeline/explain/refusals.ts';
import { type Story, storyLines } from '../../../pipeline/explain/story.ts';
import { createExplain, type Subject } from '../../../pipeline/explain.ts';
import { sumOf } from '../../../pipeline/tally.ts';
import { openLedger } from '../../ledger.ts';
import { createProgress } from '../../output/progress.ts';
import type { Site } from '../../place/place.ts';
import { answer } from '../../terminal.ts';
import { UsageError } from '../../usage-error.ts';

/**
 * The story, and with `logsSince` (epoch ms) what the functions logged of it, which may know of what the ledger never
 * took. @throws Error when the ledger knows nothing of it.
 */
export async function explain(site: Site, subject: Subject, logsSince?: number): Promise<void> {
  const { ledger, clock, close } = openLedger();
  try {
    const { policy } = site.config;
    const parts = { things: ledger, contacts: ledger, registers: ledger, policy, clock };
    const story = await createExplain(parts)(subject);
    const unknown = subject.kind === 'order' ? noOrder(subject.ref) : NO_CONTACT;
    if (logsSince === undefined) {
      if (!story) throw new Error(unknown);
      return sayStory(site, story);
    }
    const history = await historyOf(site, story?.thread ?? threadOf(subject), logsSince);
    sayBoth(site, story, { history, since: logsSince });
    if (!story) throw new Error([...(await refusedMeanwhile(site, subject, logsSince)), unknown].join(' '));
  } finally {
    close();
  }
}

function sayStory(site: Site, { thread: _thread, ...story }: Story): void {
  answer(site, story, storyLines(story));
}

interface Logged {
  readonly history: LoggedHistory;
  readonly since: number;
}

function sayBoth(site: Site, known: Story | undefined, { history, since }: Logged): void {
  const { thread: _thread, ...story } = known ?? {};
  const lines = known ? storyLines(known) : [];
  answer(site, { ...story, logs: history.lines }, [...lines, ...historyLines(history, since)]);
}

async function historyOf({ place, json }: Site, thread: Thread, since: number): Promise<LoggedHistory> {
  if (!place.readLogs)
    throw new UsageError(
      'Where the logs are is not in your shell: name the stack by --stage production, or leave TABLE_NAME out of your shell.',
    );
  const progress = json ? undefined : createProgress({ what: 'pages of the logs' });
  try {
    return await readHistory(place.readLogs, { thread, since }, (pages) => progress?.update(pages));
  } finally {
    progress?.end();
  }
}

function threadOf(subject: Subject): Thread {
  return subject.kind === 'order' ? { refs: [refName(subject.ref)] } : { refs: [], contact: subject.contact };
}

/** No line of a delivery that was refused names an order: nobody has vouched for what it says. */
async function refusedMeanwhile(
  { place }: Site,
  subject: Subject,
  since: number,
): Promise<readonly string[]> {
  if (subject.kind !== 'order' || !place.readLogs) return [];
  const { of } = await readRefusals(place.readLogs, since);
  const { refused, foreign } = of(subject.ref.store);
  const count = sumOf(refused) + sumOf(foreign);
  if (count === 0) return [];
  return [
    `${counted(count, 'delivery', 'deliveries')} of this store came in that time and ${count === 1 ? 'was' : 'were'} not taken, and this order may be among them: ${commandLine('doctor')} says why.`,
  ];
}

function noOrder({ store, id }: Ref): string {
  return `The ledger has no such order: no webhook told of it, and it was not read. If the shop has it, ${commandLine(`resync ${store}/${id}`)} reads it, and ${commandLine('backfill')} everything from before the bridge was connected. Orders of a store's test mode are left out unless it says testOrders. Give the order's id, which some shops show another number for; ${commandLine('doctor')} looks at the store's webhooks and keys.`;
}

/** What is said of somebody of whom the ledger knows nothing. */
export const NO_CONTACT =
  'The ledger knows nothing of this person: no order or customer record ever had this address.';
