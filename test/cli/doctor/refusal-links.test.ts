import { expect, onTestFinished, test, vi } from 'vitest';
import { createSecretsManagerClient } from '../../../lib/aws/clients.ts';
import { createFunctionLogs } from '../../../lib/aws/telemetry/function-logs.ts';
import { doctor } from '../../../lib/cli/commands/run/doctor.ts';
import { type LogRefusal, startCloudWatchLogs } from '../../support/cloudwatch-logs.ts';
import { openLaptop } from '../support/laptop.ts';

const INGEST = '/aws/lambda/bridge/ingest';
const HOUR_MS = 3_600_000;

/** A line as `ingest` prints it. */
function logged(fields: object, at = Date.now() - HOUR_MS): string {
  const timestamp = new Date(at).toISOString();
  return JSON.stringify({ level: 'WARN', timestamp, service: 'ingest', ...fields });
}

const refused = (reason: string, fields: object = { store: 'demo' }) =>
  logged({ message: 'Refused a request', reason, status: 401, ...fields });
const dropped = (source: string) =>
  logged({
    message: 'Dropped a delivery from another source than the configured store',
    store: 'demo',
    topic: 'order.updated',
    source,
    configured: 'shop.example',
  });

/** What the doctor says of a link, where the log of `ingest` has these pages. */
async function examined(pages: readonly (readonly string[])[], refusals: readonly LogRefusal[] = []) {
  const [logs, client] = [
    await startCloudWatchLogs({ [INGEST]: pages }, refusals),
    createSecretsManagerClient(),
  ];
  onTestFinished(async () => {
    client.destroy();
    await logs.close();
  });
  const readLogs = createFunctionLogs({ client, stack: 'bridge', clock: { sleep: async () => undefined } });
  const { site, printed } = await openLaptop({ place: { readLogs } });
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', logs.url);
  await doctor(site).catch(() => undefined);
  const of = (link: string) => {
    const at = printed.findIndex((line) => line.includes(`  ${link}: `));
    return printed.slice(at, at + 2).join('\n');
  };
  return { of, printed, questions: logs.questions };
}

test('deliveries with a wrong signature are counted, with the command that mends it', async () => {
  const { of } = await examined([
    [refused('bad-signature'), refused('bad-signature')],
    [refused('bad-signature')],
  ]);

  expect(of('demo: refused deliveries')).toMatch(
    /^warning {2}demo: refused deliveries: 3 deliveries with a wrong signature in the last 24 hours\n.*npm run -s bridge -- webhooks repair/,
  );
  expect(of('demo: last delivery')).toMatch(/^warning .*none was taken yet\n.*See above/);
});

test('deliveries of another address are counted, with both addresses', async () => {
  const { of } = await examined([
    [dropped('old.example'), dropped('staging.example'), dropped('old.example')],
  ]);

  expect(of('demo: refused deliveries')).toMatch(
    /^warning .*: 3 deliveries of another address than 127\.0\.0\.1:\d+ \(old\.example 2, staging\.example 1\) in the last 24 hours\n.*url into bridge\.config\.ts/,
  );
});

test('requests to the address of a store that there is not are counted for no store', async () => {
  const { of } = await examined([[refused('unknown-store', {})]]);

  expect(of('demo: refused deliveries')).toMatch(/^ok .*none in the last 24 hours/);
  expect(of('demo: last delivery')).toMatch(/^warning .*no delivery has come yet/);
  expect(of('webhook addresses')).toMatch(
    /^warning .*1 request to the address of a store that .* does not have/,
  );
});

test('what lies longer back, or belongs to another store, is not counted', async () => {
  const old = logged(
    { message: 'Refused a request', reason: 'bad-signature', store: 'demo' },
    Date.now() - 25 * HOUR_MS,
  );
  const { of } = await examined([[old, refused('bad-signature', { store: 'other' }), 'START RequestId: 1']]);

  expect(of('demo: refused deliveries')).toMatch(/^ok /);
});

test('the log of ingest is asked once, for these lines alone, and a flood is not read to its end', async () => {
  const { of, questions } = await examined(Array.from({ length: 60 }, () => [refused('bad-signature')]));

  expect(of('demo: refused deliveries')).toMatch(/at least 20 deliveries/);
  expect(questions).toHaveLength(20);
  expect(new Set(questions.map(({ logGroupName }) => logGroupName))).toEqual(new Set([INGEST]));
  expect(questions[0]?.filterPattern).toBe(
    '{ ($.message = "Refused a request") || ($.message = "Dropped a delivery from another source than the configured store") }',
  );
});

test('who may not read the logs is told so, and nothing is broken by it', async () => {
  const { of, printed } = await examined([], [{ status: 400, type: 'AccessDeniedException' }]);

  expect(of('demo: refused deliveries')).toMatch(/^- .*they need logs:FilterLogEvents/);
  expect(printed.at(-1)).toMatch(/ 0 broken\.$/);
});

test('where nobody knows where the logs are, nothing is said of it', async () => {
  const { site, printed } = await openLaptop();
  await doctor(site).catch(() => undefined);

  expect(printed.join('\n')).not.toContain('refused deliveries');
});
