import { SQSClient } from '@aws-sdk/client-sqs';
import { LONGEST_RUN, QUEUES } from '../../environment.ts';
import { connection } from '../aws/connection.ts';
import type { Resources } from '../aws/resources.ts';
import { type QueuePollerSettings, startQueuePoller } from '../gateway/queue-poller.ts';
import { type Schedule, startScheduler } from '../gateway/scheduler.ts';
import type { Functions } from './functions.ts';

export interface TriggerSettings {
  readonly functions: Functions;
  readonly sqsUrl: string;
  readonly resources: Resources;
  /** Hears of what goes wrong here, not in the functions, which log for themselves. */
  readonly onError: (place: string, error: unknown) => void;
}

export interface Triggers {
  /** Starts nothing more and waits for what is running. */
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** Each minute on AWS; whoever tries it on a laptop should not have to wait. */
const LOCAL_SWEEP_MS = 5_000;
/** Each minute on AWS. */
const LOCAL_BACKFILL_MS = 5_000;
/** Each quarter of an hour on AWS. */
const LOCAL_RECONCILE_MS = MINUTE_MS;
/** Each quarter of an hour on AWS too; a token that lasts costs it one read. */
const LOCAL_RENEW_MS = MINUTE_MS;
/** A second on AWS. */
const LOCAL_WINDOW_MS = 100;

/** What sets the functions going besides the gateway: queues and schedules, with the functions' time on AWS. */
export async function startTriggers(settings: TriggerSettings): Promise<Triggers> {
  const { functions, sqsUrl, resources, onError } = settings;
  const sqs = new SQSClient(connection(sqsUrl));
  const pollers = await Promise.all(
    feedsOf(functions, resources).map((feed) =>
      startQueuePoller({ ...feed, sqs, onError: (error) => onError('queue', error) }),
    ),
  );
  const scheduler = startScheduler(schedulesOf(functions), onError);
  return {
    stop: async () => {
      await Promise.all([scheduler.stop(), ...pollers.map((poller) => poller.stop())]);
    },
  };
}

type Feed = Omit<QueuePollerSettings, 'sqs' | 'onError'>;

/** How the queues feed `record` and `sync`: one batch at a time, because this process is one instance of each. */
export function feedsOf({ record, sync }: Functions, resources: Resources): readonly Feed[] {
  return [
    {
      queueUrl: resources.deliveriesQueueUrl,
      handler: record,
      functionName: 'record',
      batchSize: QUEUES.deliveries.batchSize,
      batchWindowMs: LOCAL_WINDOW_MS,
      functionTimeoutMs: LONGEST_RUN.record * 1000,
    },
    {
      queueUrl: resources.contactsQueueUrl,
      handler: sync,
      functionName: 'sync',
      batchSize: QUEUES.contacts.batchSize,
      functionTimeoutMs: LONGEST_RUN.sync * 1000,
    },
  ];
}

/** What runs by the clock, more often than on AWS, but for as long. */
export function schedulesOf({ sweep, reconcile, backfill, renewToken }: Functions): readonly Schedule[] {
  const timed = (name: 'sweep' | 'reconcile' | 'backfill' | 'renew-token') => ({
    name,
    functionTimeoutMs: LONGEST_RUN[name] * 1000,
  });
  return [
    { ...timed('sweep'), everyMs: LOCAL_SWEEP_MS, handler: sweep, runAtStart: true },
    { ...timed('reconcile'), everyMs: LOCAL_RECONCILE_MS, handler: reconcile, runAtStart: true },
    { ...timed('backfill'), everyMs: LOCAL_BACKFILL_MS, handler: backfill },
    { ...timed('renew-token'), everyMs: LOCAL_RENEW_MS, handler: renewToken },
  ];
}
