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
    [['--version', '3'], '--version wants one of 4.4, 5, 6, 7.2, not "3".'],
    [['--latency', 'long'], '--latency wants a number, not "long".'],
    [['--fail', 'flood'], '--fail wants one of status-500'],
    [['--frobnicate'], 'Unknown option'],
  ])('%j is refused', (args, message) => {
    expect(() => readFlags(args)).toThrow(message);
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
