import { createSqsClient } from '../../aws/clients.ts';
import { createDoorbell } from '../../aws/queues/queue.ts';
import { mapsScores } from '../../core/contact/mapped.ts';
import { commandLine } from '../../core/ledger/command.ts';
import { counted } from '../../core/ledger/counted.ts';
import { countsPast, type FollowUp } from '../../core/policy/follow-ups/follow-ups.ts';
import { historyOf, readHistory } from '../../core/stores/history.ts';
import { CommandEnvironment, readEnvironment } from '../../environment.ts';
import { scoresStory } from '../../pipeline/explain/scores-story.ts';
import { momentOf } from '../../pipeline/explain/story.ts';
import type { Standing } from '../../pipeline/status/standing.ts';
import { standingLines } from '../../pipeline/status/standing-lines.ts';
import { createStatus } from '../../pipeline/status.ts';
import type { openLedger } from '../ledger.ts';
import type { Site } from '../place/place.ts';
import { type Finding, failure, type Link, ok, warning } from './link.ts';

type OpenLedger = ReturnType<typeof openLedger>;

/** What waits, what was given up, and what is behind or parked. */
export function workLinks({ config }: Site, open: OpenLedger): readonly Link[] {
  return [
    { name: 'queues', look: async () => [await queues()] },
    { name: 'dead letters', look: async () => [await deadLetters(open)] },
    { name: 'ledger', look: async () => standing(config, open) },
    ...(countingRules(config).length > 0
      ? [{ name: 'follow-ups', look: async () => waitingRules(config, open) }]
      : []),
    ...(mapsScores(config.policy) ? [{ name: 'scores', look: () => scores(config, open) }] : []),
  ];
}

/** More than a few minutes' work. */
const MANY = 500;

async function queues(): Promise<Finding> {
  const { DELIVERIES_QUEUE_URL, CONTACTS_QUEUE_URL } = readEnvironment(CommandEnvironment);
  const sqs = createSqsClient();
  try {
    const depths = [DELIVERIES_QUEUE_URL, CONTACTS_QUEUE_URL].map((queueUrl) =>
      createDoorbell({ client: sqs, queueUrl }).depth(),
    );
    const [deliveries = 0, rings = 0] = await Promise.all(depths);
    const said = `${String(deliveries)} deliveries and ${String(rings)} rings wait`;
    if (deliveries + rings < MANY) return ok('queues', said);
    return warning(
      'queues',
      said,
      'Ask again in ten minutes; if they do not get fewer, look at the log of record and sync.',
    );
  } finally {
    sqs.destroy();
  }
}

async function deadLetters({ countDeadLetters }: OpenLedger): Promise<Finding> {
  const [deliveries = 0, rings = 0] = await countDeadLetters();
  const said = `${String(deliveries)} deliveries, ${String(rings)} rings`;
  if (deliveries + rings === 0) return ok('dead letters', said);
  return failure(
    'dead letters',
    said,
    `See what they are: ${commandLine('replay --error dead-letter --dry-run')}. Without --dry-run they are tried again.`,
  );
}

async function standing(
  { stores, policy }: Site['config'],
  { ledger, clock }: OpenLedger,
): Promise<readonly Finding[]> {
  const found = await createStatus({ survey: ledger, registers: ledger, stores, policy, clock })();
  const parked = sumOf(found.contacts.parked) + sumOf(found.effects.parked);
  const [contacts = '', ...lines] = standingLines(found);
  const effects = lines.find((line) => line.startsWith('notes and e-mails')) ?? '';
  const mautic = lines.find((line) => line.startsWith('Mautic: ')) ?? '';
  return [
    parked === 0
      ? ok('ledger', contacts)
      : warning(
          'ledger',
          `${contacts}; ${effects}`,
          `See why: ${commandLine('replay --parked --dry-run')}, or ${commandLine('explain <order or address>')}`,
        ),
    ...waits(found),
    found.mautic.calling.startsWith('called at')
      ? ok('pace', mautic)
      : warning('pace', mautic, 'It passes by itself once Mautic is quick again; look at its server.'),
  ];
}

function waits({ contacts }: Standing): readonly Finding[] {
  return contacts.waiting.map(({ code, count, message }) =>
    warning('ledger', `${counted(count, 'contact waits', 'contacts wait')}: ${code}`, message),
  );
}

/** Rules that count the past, unless there is none. */
function countingRules({ policy }: Site['config']): readonly FollowUp[] {
  return policy.history === 'none' ? [] : (policy.followUps ?? []).filter(countsPast);
}

/** For each store whose past is not in the ledger the rules that wait for it. */
async function waitingRules(config: Site['config'], { ledger }: OpenLedger): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const { id: store } of config.stores) {
    const rules = countingRules(config).filter((rule) => rule.store === undefined || rule.store === store);
    if (rules.length === 0 || readHistory((await ledger.read(historyOf(store)))?.text)) continue;
    const ids = rules.map(({ id }) => id).join(', ');
    const says = `for ${store} there wait ${ids}: they count what was bought before, which is not in the ledger`;
    found.push(warning('follow-ups', says, NO_HISTORY));
  }
  return found.length > 0 ? found : [ok('follow-ups', 'what was bought before is in the ledger')];
}

const NO_HISTORY = `Read the store's past: ${commandLine('backfill')}; or say history: 'none' in the policy, if it has none.`;

async function scores({ policy }: Site['config'], { ledger }: OpenLedger): Promise<readonly Finding[]> {
  const story = await scoresStory(ledger, policy);
  if (!story) return [];
  if (story.at !== undefined && story.dueAt !== undefined)
    return [ok('scores', `${story.says}; they are calculated again at ${momentOf(story.dueAt)}`)];
  return [warning('scores', story.says, NO_SCORES)];
}

const NO_SCORES = `Nothing has to be done where the shop is young. Else read its past: ${commandLine('backfill')}; or say history: none in the policy.`;

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
