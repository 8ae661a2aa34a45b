import { Logger } from '@aws-lambda-powertools/logger';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createTelemetry } from '../../../lib/aws/telemetry/telemetry.ts';
import { makeLogsReadable } from '../../../lib/local/console/function-logs.ts';

const MINUTE = 60_000;

let now: number;
let printed: string[];
let stream: { write: NodeJS.WriteStream['write'] };

beforeEach(() => {
  now = 0;
  printed = [];
  stream = {
    write: (chunk: unknown, ...rest: unknown[]) => {
      printed.push(String(chunk));
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    },
  };
  makeLogsReadable(stream, () => now);
});

/** As the functions' logger prints it. */
function log(level: string, message: string, fields: object = {}): void {
  const line = { level, message, timestamp: new Date(now).toISOString(), service: 'sync', ...fields };
  stream.write(`${JSON.stringify({ ...line, sampling_rate: 0 })}\n`);
}

describe('a log line of a function', () => {
  it('is a sentence with its fields, the remedy last', () => {
    log('WARN', 'A call to Mautic failed', { code: 'api-disabled', remedy: 'Switch it on.' });
    log('ERROR', 'Lost', { errorMessage: 'no way', errorStack: 'at somewhere' });

    expect(printed).toEqual([
      'warning           sync                    A call to Mautic failed (code api-disabled): Switch it on.\n',
      'error             sync                    Lost (errorMessage no way)\n',
    ]);
  });

  it('is what the real logger prints', () => {
    const lines: string[] = [];
    for (const target of [process.stdout, process.stderr]) {
      const write = target.write.bind(target);
      onTestFinished(() => {
        target.write = write;
      });
      target.write = (chunk: string | Uint8Array) => {
        lines.push(String(chunk));
        return true;
      };
      makeLogsReadable(target);
    }

    createTelemetry('record').log.warn('Something is odd', { store: 'demo' });

    expect(lines).toEqual(['warning           record                  Something is odd (store demo)\n']);
    expect(new Logger({ serviceName: 'x' }).getLevelName()).not.toBe('SILENT');
  });

  it('that says the same again is left out for ten minutes, whichever contact it is about', () => {
    for (const contact of ['a', 'b'])
      log('ERROR', 'Mautic refuses the credentials', { contact, code: 'stopped' });
    log('ERROR', 'Mautic refuses the credentials', { contact: 'a', code: 'forbidden' });
    now += 10 * MINUTE;
    log('ERROR', 'Mautic refuses the credentials', { contact: 'c', code: 'stopped' });

    expect(printed.map((line) => /contact (\w), code (\w+)/.exec(line)?.slice(1))).toEqual([
      ['a', 'stopped'],
      ['a', 'forbidden'],
      ['c', 'stopped'],
    ]);
  });

  it.each([
    'Refused a request',
    'A contact waits for its next try',
    'A contact is parked until somebody acts',
  ])('"%s" is left out: a line about the delivery or the contact says it', (message) => {
    log('WARN', message);

    expect(printed).toEqual([]);
  });
});

describe('all else', () => {
  it('passes as it is', () => {
    for (const text of ['The bridge listens\n', '{"email":"a@example.test"}\n', '{broken\n', '\n'])
      stream.write(text);

    expect(printed.join('')).toBe('The bridge listens\n{"email":"a@example.test"}\n{broken\n\n');
  });

  it('hears that it was written, also where nothing was', () => {
    let heard = 0;
    const line = JSON.stringify({ level: 'WARN', message: 'Refused a request', service: 'ingest' });
    for (const text of [line, 'plain', line.replace('Refused', 'Took')])
      stream.write(text, () => {
        heard += 1;
      });

    expect(heard).toBe(3);
  });
});
