import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSecretsManagerClient } from '../../lib/aws/clients.ts';
import { createFunctionLogs } from '../../lib/aws/telemetry/function-logs.ts';
import { explain } from '../../lib/cli/commands/run/explain.ts';
import { resync } from '../../lib/cli/commands/run/resync.ts';
import { UsageError } from '../../lib/cli/usage-error.ts';
import type { Subject } from '../../lib/pipeline/explain.ts';
import { type LogGroups, startCloudWatchLogs } from '../support/cloudwatch-logs.ts';
import { runCommandHere } from '../support/command.ts';
import { keyOf } from '../support/workshop.ts';
import { openLaptop } from './support/laptop.ts';

const ANNA = 'anna@example.test';
const SINCE = Date.parse('2026-11-20T00:00:00Z');

const orderOf = (id: number): Subject => ({
  kind: 'order',
  ref: { kind: 'order', store: 'demo', id: String(id) },
});
const logged = (fields: object) =>
  JSON.stringify({ level: 'INFO', timestamp: '2026-11-26T23:52:40.123Z', service: 'sync', ...fields });

/** A bridge whose logs are in CloudWatch. */
async function opened(groups: LogGroups, json = false) {
  const [logs, client] = [await startCloudWatchLogs(groups), createSecretsManagerClient()];
  onTestFinished(async () => {
    client.destroy();
    await logs.close();
  });
  const readLogs = createFunctionLogs({ client, stack: 'bridge', clock: { sleep: async () => undefined } });
  const laptop = await openLaptop({ place: { readLogs }, json });
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', logs.url);
  return { ...laptop, questions: logs.questions };
}

describe('explain', () => {
  it('shows the logs of an order and of its buyer below its story', async () => {
    const wrote = logged({ message: 'Wrote a contact', contact: keyOf(ANNA), wrote: 'everything' });
    const { site, shop, printed, questions } = await opened({ '/aws/lambda/bridge/sync': [[wrote]] });
    const id = shop.shop.orders.place({ billing: { email: ANNA } });
    await resync(site, orderOf(id));
    printed.length = 0;

    await explain(site, orderOf(id), SINCE);

    expect(printed[0]).toMatch(/^Order \d+ of store demo: processing/);
    expect(printed.slice(-2)).toEqual([
      'The logs since 2026-11-20T00:00:00.000Z:',
      `  2026-11-26T23:52:40.123Z  sync         Wrote a contact (contact ${keyOf(ANNA)}, wrote everything)`,
    ]);
    expect(questions[0]?.filterPattern).toContain(`"order/demo/${String(id)}"`);
    expect(questions[0]?.filterPattern).toContain(`"${keyOf(ANNA)}"`);
    expect(printed.join('\n')).not.toContain('@');
  });

  it('answers a machine with both', async () => {
    const line = logged({ message: 'Recorded', ref: 'order/demo/12' });
    const { site, shop, printed } = await opened({ '/aws/lambda/bridge/record': [[line]] }, true);
    const id = shop.shop.orders.place({ billing: { email: ANNA } });
    await resync(site, orderOf(id));
    printed.length = 0;

    await explain(site, orderOf(id), SINCE);

    expect(id).toBe(12);
    expect(JSON.parse(printed.join('\n'))).toMatchObject({
      summary: expect.stringMatching(/^Order /),
      logs: [{ service: 'sync', message: 'Recorded', fields: { ref: 'order/demo/12' } }],
    });
  });

  it('shows what the logs say of an order that the ledger never took', async () => {
    const line = logged({ message: 'Dropped a delivery', order: 'order/demo/99', reason: 'currency' });
    const { site, printed } = await opened({ '/aws/lambda/bridge/record': [[line]] });

    await expect(explain(site, orderOf(99), SINCE)).rejects.toThrow(/^The ledger has no such order/);
    expect(printed.join('\n')).toContain('Dropped a delivery (order order/demo/99, reason currency)');
  });

  it('says that deliveries were refused when it may be one of them, without logs that name it', async () => {
    const line = logged({
      service: 'ingest',
      level: 'WARN',
      message: 'Refused a request',
      reason: 'bad-signature',
      status: 401,
      store: 'demo',
    });
    const { site } = await opened({ '/aws/lambda/bridge/ingest': [[line]] });

    await expect(explain(site, orderOf(99), SINCE)).rejects.toThrow(
      /^1 delivery of this store came in that time and was not taken.*npm run -s bridge -- doctor/,
    );
  });

  it('names what reads an order that no webhook told of', async () => {
    const { site } = await opened({});

    await expect(explain(site, orderOf(14))).rejects.toThrow(
      /npm run -s bridge -- resync demo\/14 reads it, and npm run -s bridge -- backfill everything/,
    );
  });

  it('asks for no logs unless it is told to', async () => {
    const { site, shop, questions } = await opened({});
    const id = shop.shop.orders.place({ billing: { email: ANNA } });
    await resync(site, orderOf(id));

    await explain(site, orderOf(id));

    expect(questions).toEqual([]);
  });

  it('says what is missing where nobody knows where the logs are', async () => {
    const { site } = await openLaptop();

    await expect(explain(site, orderOf(1), SINCE)).rejects.toThrow(UsageError);
  });

  it.each([
    [['--since', '2026-11-20'], /^--since is about the logs: give --logs as well\.$/],
    [['--logs', '--since', 'yesterday'], /^--since must be a moment like/],
    [['--lgos'], /Did you mean --logs\?/],
    [['--store', ''], /^--store needs a value/],
  ])('%j ends with one clear line and code 2', async (flags, complaint) => {
    const { code, complained } = await runCommandHere(['explain', '123', ...flags]);

    expect(code).toBe(2);
    expect(complained.trimEnd()).toMatch(complaint);
  });
});
