import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorFields, scrub } from '../../../lib/aws/telemetry/scrub.ts';
import { createTelemetry } from '../../../lib/aws/telemetry/telemetry.ts';
import { keepPrinted } from '../../logged/tap.ts';
import { cpuMs } from '../../support/cpu.ts';

let printed: string;

beforeEach(() => {
  printed = '';
  const print = (chunk: unknown) => {
    printed += String(chunk);
    keepPrinted(String(chunk));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(print);
  vi.spyOn(process.stderr, 'write').mockImplementation(print);
});

afterEach(() => vi.restoreAllMocks());

function lines(): Record<string, unknown>[] {
  return printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

describe('the log', () => {
  it('prints a line of JSON with the message and the fields', () => {
    const { log } = createTelemetry('record');

    log.info('snapshot folded', { ref: 'order/demo/1', changed: true, attempt: 2, reason: undefined });
    log.warn('delivery dropped');
    log.error('failed', { code: 'timeout' });

    expect(lines()).toMatchObject([
      {
        level: 'INFO',
        message: 'snapshot folded',
        service: 'record',
        ref: 'order/demo/1',
        changed: true,
        attempt: 2,
      },
      { level: 'WARN', message: 'delivery dropped', service: 'record' },
      { level: 'ERROR', message: 'failed', service: 'record', code: 'timeout' },
    ]);
    expect(lines()[0]).not.toHaveProperty('reason');
    expect(Object.keys(lines()[1] ?? {})).toEqual(['level', 'message', 'timestamp', 'service']);
  });

  it('masks what should never have been in a field', () => {
    const { log } = createTelemetry('sync');

    log.error('failed', { detail: 'ada@example.com is a duplicate', header: 'Bearer abcdef123456' });

    expect(lines()).toMatchObject([{ detail: '[email] is a duplicate', header: 'Bearer [secret]' }]);
  });
});

describe('an error beside a message of the log', () => {
  it('is printed masked, whatever else is known', () => {
    const { log } = createTelemetry('sync');

    log.warn('later', { contact: 'k1' }, new Error('ada@example.com is locked'));
    log.error('failed', undefined, 'thrown text');

    expect(lines()).toMatchObject([
      { message: 'later', contact: 'k1', errorName: 'Error', errorMessage: '[email] is locked' },
      { message: 'failed', errorName: 'string' },
    ]);
    expect(printed).not.toContain('ada');
    expect(printed).not.toContain('thrown text');
  });
});

describe('the metrics', () => {
  it('are printed at the flush, as counts under one namespace', () => {
    const telemetry = createTelemetry('record');
    telemetry.metrics.count('DeliveryUnusable');
    telemetry.metrics.count('SnapshotFolded', 3);
    telemetry.metrics.count('SnapshotFolded', 4);
    expect(printed).toBe('');

    telemetry.flush();

    expect(lines()).toMatchObject([
      {
        service: 'record',
        DeliveryUnusable: 1,
        SnapshotFolded: [3, 4],
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: 'mautic-commerce-bridge',
              Metrics: [
                { Name: 'DeliveryUnusable', Unit: 'Count' },
                { Name: 'SnapshotFolded', Unit: 'Count' },
              ],
            },
          ],
        },
      },
    ]);
  });

  it('print nothing when nothing was counted since the last flush', () => {
    const telemetry = createTelemetry('record');
    telemetry.flush();
    telemetry.metrics.count('SnapshotFolded');
    telemetry.flush();
    const before = printed;

    telemetry.flush();

    expect(printed).toBe(before);
  });
});

describe('the gauges', () => {
  it('are printed at once, for the store and for all of them', () => {
    const telemetry = createTelemetry('reconcile');
    telemetry.metrics.count('StoreUnread');

    telemetry.gauges.show('MinutesSinceDelivery', 95, 'demo');

    const shown = lines();
    expect(shown).toMatchObject([
      { service: 'reconcile', store: 'demo', MinutesSinceDelivery: 95 },
      { service: 'reconcile', MinutesSinceDelivery: 95 },
    ]);
    expect(shown[1]).not.toHaveProperty('store');
    expect(shown.map(dimensionsOf)).toEqual([[['service', 'store']], [['service']]]);
    expect(shown[0]).not.toHaveProperty('StoreUnread');
  });
});

describe('a gauge of no store', () => {
  it('is printed once', () => {
    createTelemetry('sweep').gauges.show('MinutesOverdue', 3);

    expect(lines()).toMatchObject([{ service: 'sweep', MinutesOverdue: 3 }]);
    expect(lines().map(dimensionsOf)).toEqual([[['service']]]);
  });
});

function dimensionsOf(line: Record<string, unknown>): unknown {
  const { CloudWatchMetrics: metrics } = line['_aws'] as {
    CloudWatchMetrics: readonly { readonly Dimensions: unknown }[];
  };
  return metrics[0]?.Dimensions;
}

describe('scrubbing', () => {
  it.each([
    ['no contact ada.lovelace+shop@mail.example.com here', 'no contact [email] here'],
    ['<ada@example.com>, "bob@localhost"', '<[email]>, "[email]"'],
    ['key "größe@müller.de"', 'key "[email]"'],
    [
      'GET /api/contacts?search=email%3Aada%40example.com&limit=1',
      'GET /api/contacts?search=[email]&limit=1',
    ],
    ['Authorization: Bearer eyJhbGciOi.J9-_~+/==', 'Authorization: Bearer [secret]'],
    ['authorization: basic YWRtaW46bWF1dGlj', 'authorization: basic [secret]'],
    ['{"access_token":"abc.def","expires_in":3600}', '{"access_token":"[secret]","expires_in":3600}'],
    ['client_id=x&client_secret=very+secret&grant_type=y', 'client_id=x&client_secret=[secret]&grant_type=y'],
    ['https://user:pass@shop.example.com/wp-json', 'https://user:[email]/wp-json'],
  ])('turns %o into %o', (text, expected) => {
    expect(scrub(text)).toBe(expected);
  });

  it.each([
    'order/demo/23',
    'connect ECONNREFUSED 127.0.0.1:443',
    'at fold (/var/task/index.mjs:10:5)',
    'Q2FmZQ_-x',
  ])('leaves %o alone', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('takes no time over a long text without spaces', async () => {
    const texts = ['a'.repeat(100_000), 'a@'.repeat(50_000), 'Bearer password: '.repeat(10_000)];

    expect(await cpuMs(() => texts.map(scrub))).toBeLessThan(1_000);
  });
});

describe('an error in the log', () => {
  it('shows name, message and stack, masked', () => {
    const fields = errorFields(new TypeError('ada@example.com is not a function'));

    expect(fields).toMatchObject({ errorName: 'TypeError', errorMessage: '[email] is not a function' });
    expect(fields.errorStack).toContain('telemetry.test.ts');
    expect(fields.errorStack).not.toContain('ada');
  });

  it('shows no stack when it says itself what to do', () => {
    const error = Object.assign(new Error('The secret x is not filled in yet.'), { name: 'SecretError' });

    expect(errorFields(error)).toEqual({
      errorName: 'SecretError',
      errorMessage: 'The secret x is not filled in yet.',
    });
  });

  it('shows what caused it, masked', () => {
    const cause = new TypeError('fetch of ada@example.com failed');

    expect(errorFields(new Error('no answer', { cause })).errorCause).toBe(
      'TypeError: fetch of [email] failed',
    );
  });

  it('shows only the type of what is no error', () => {
    expect(errorFields('ada@example.com')).toEqual({ errorName: 'string' });
  });
});
