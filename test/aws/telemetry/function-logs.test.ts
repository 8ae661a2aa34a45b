import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createSecretsManagerClient } from '../../../lib/aws/clients.ts';
import { createFunctionLogs } from '../../../lib/aws/telemetry/function-logs.ts';
import type { Thread } from '../../../lib/core/ledger/telemetry/logged.ts';
import { type LogGroups, type LogRefusal, startCloudWatchLogs } from '../../support/cloudwatch-logs.ts';
import { keyOf } from '../../support/workshop.ts';

const ANNA = keyOf('anna@example.test');
const SINCE = Date.parse('2026-11-20T00:00:00Z');
const group = (fn: string) => `/aws/lambda/mautic-commerce-bridge/${fn}`;

let slept: number[];

beforeEach(() => {
  slept = [];
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => vi.unstubAllEnvs());

async function opened(groups: LogGroups, refusals?: readonly LogRefusal[]) {
  const logs = await startCloudWatchLogs(groups, refusals);
  const client = createSecretsManagerClient();
  onTestFinished(async () => {
    client.destroy();
    await logs.close();
  });
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', logs.url);
  const clock = { sleep: async (ms: number) => void slept.push(ms) };
  const readLogs = createFunctionLogs({ client, stack: 'mautic-commerce-bridge', clock });
  const read = async (thread: Thread = { refs: ['order/demo/23'], contact: ANNA }) => {
    const batches: string[][] = [];
    for await (const batch of readLogs(thread, SINCE)) batches.push([...batch]);
    return batches;
  };
  return { read, questions: logs.questions };
}

it('asks the log group of every function for the order and the person, page by page', async () => {
  const { read, questions } = await opened({
    [group('record')]: [['a'], [], ['b']],
    [group('sync')]: [['c']],
  });

  const batches = await read();

  expect(batches.flat()).toEqual(['a', 'b', 'c']);
  const asked = questions.filter(({ logGroupName }) => logGroupName === group('record'));
  expect(asked.map(({ nextToken }) => nextToken)).toEqual([undefined, '1', '2']);
  expect(new Set(questions.map(({ logGroupName }) => logGroupName))).toEqual(
    new Set(['ingest', 'record', 'sync', 'sweep', 'reconcile', 'backfill', 'renew-token'].map(group)),
  );
  expect(asked[0]).toMatchObject({
    startTime: SINCE,
    filterPattern: `{ ($.contact = "${ANNA}") || ($.ref = "order/demo/23") || ($.order = "order/demo/23") }`,
  });
});

it('asks for as many orders as CloudWatch takes in a question', async () => {
  const { read, questions } = await opened({ [group('record')]: [[]] });
  const refs = Array.from(
    { length: 60 },
    (_, id) => `order/a-store-with-a-long-name/${String(100_000 + id)}`,
  );

  await read({ refs, contact: ANNA });

  const [asked] = questions;
  expect(asked?.filterPattern.length).toBeGreaterThan(900);
  expect(asked?.filterPattern).toMatch(/^\{ \(\$\.contact = .*\) \}$/);
});

it('waits a little longer each time when it is told to slow down', async () => {
  const busy = { status: 400, type: 'ThrottlingException' };
  const { read } = await opened({ [group('record')]: [['a']] }, [busy, busy]);

  expect((await read()).flat()).toEqual(['a']);
  expect(slept).toEqual([1_000, 2_000]);
});

it.each([
  ['AccessDeniedException', /^Your credentials may not read the logs: they need logs:FilterLogEvents\.$/],
  ['InvalidParameterException', /^CloudWatch Logs answered 400 InvalidParameterException: not now, [^@]*$/],
])('says what to do when it is refused: %s', async (type, said) => {
  const { read } = await opened({}, [{ status: 400, type }]);

  await expect(read()).rejects.toThrow(said);
});

it('says so when nobody answers', async () => {
  const { read } = await opened({});
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', 'http://127.0.0.1:1');

  await expect(read()).rejects.toThrow(/^CloudWatch Logs could not be asked/);
});
