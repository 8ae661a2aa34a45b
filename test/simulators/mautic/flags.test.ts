import { describe, expect, it } from 'vitest';
import { readFlags } from '../../../lib/simulators/mautic/flags.ts';
import { openBench } from './client.ts';

describe('the flags of a simulator on its own', () => {
  it('become options', () => {
    const options = readFlags([
      '--version',
      '6',
      '--latency',
      '20',
      '--race-window=5',
      '--rate-limit',
      '100',
      '--token-lifetime',
      '60',
    ]);

    expect(options).toMatchObject({
      version: '6',
      tokenLifetimeSeconds: 60,
      faults: { raceWindowMs: 5, rateLimitPerHour: 100 },
    });
    expect(options.faults?.latency?.('GET', '/')).toBe(20);
  });

  it.each([
    [['--version', '3'], '--version wants one of 4.4, 5, 5.2.1, 6, 7.0, 7.2, not "3".'],
    [['--latency', 'long'], '--latency wants a number, not "long".'],
    [['--fail', 'flood'], '--fail wants one of status-500'],
    [['--frobnicate'], 'Unknown option'],
  ])('%j is refused', (args, message) => {
    expect(() => readFlags(args)).toThrow(message);
  });

  it('walls and a full table become switches', async () => {
    const { simulator, call } = await openBench(
      readFlags(['--firewall', 'select', '--max-body', '200', '--no-field', 'hat', '--no-field', 'shoe']),
    );

    const statuses = [];
    for (const label of ['Select', 'Hat', 'Shoe', 'x'.repeat(200), 'Glove'])
      statuses.push((await call('POST', '/api/fields/contact/new', { label })).status);
    await simulator.close();

    expect(statuses).toEqual([403, 500, 500, 413, 201]);
  });

  it('--no-field * stands for every field', () => {
    expect(readFlags(['--no-field', '*']).faults?.cannotMakeField?.('hat')).toBe(true);
  });

  it('--php-warning puts words before every JSON', async () => {
    const { simulator, call } = await openBench(
      readFlags(['--fail', 'html-503:2', '--php-warning']),
      'basic',
    );

    const replies = [];
    for (let count = 0; count < 3; count += 1) replies.push(await call('GET', '/api/users/self'));
    await simulator.close();

    expect(replies.map(({ status }) => status)).toEqual([200, 503, 200]);
    expect(replies[2]?.text).toMatch(/^<br \/>\n<b>Deprecated<\/b>: /);
  });

  it('--fail strikes every n-th request', async () => {
    // The token is the first request.
    const { simulator, call } = await openBench(readFlags(['--fail', 'html-503:3']));

    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await call('GET', '/api/contacts')).status);
    await simulator.close();

    expect(statuses).toEqual([200, 503, 200, 200, 503]);
  });
});
