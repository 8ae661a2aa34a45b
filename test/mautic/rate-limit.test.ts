import { describe, expect, test } from 'vitest';
import { budgetOf, waitOf } from '../../lib/mautic/rate-limit.ts';
import { failureOf, manualClock, must, plainClient, type Reply, recorded, serve } from './support.ts';

/** When recording 265 of 5.2.1 was made; its window ends an hour later. */
const RECORDED = Date.parse('2026-11-27T01:03:49Z');
const HOUR = 3_600_000;
const CALL = { method: 'GET', path: '/api/contacts' } as const;

async function answering(replies: readonly Reply[]) {
  const left = [...replies];
  const server = await serve(() => left.shift() ?? { status: 503 });
  const { clock, forward } = manualClock(RECORDED);
  return { client: plainClient(server.url, clock), forward };
}

function headersOf(reply: Reply): Readonly<Record<string, string>> {
  const entries = Object.entries(reply.headers ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

describe('what a rate limiter leaves', () => {
  test('stands on every answer of 5.2.1, down to the last (recordings 265-270)', async () => {
    const numbers = ['265', '266', '267', '268', '269', '270'];
    const { client } = await answering(numbers.map((number) => recorded(number, 'mautic-5.2.1')));
    expect(client.budget()).toBeUndefined();

    const left: (number | undefined)[] = [];
    for (const _number of numbers) {
      await client.call(CALL);
      left.push(client.budget()?.remaining);
    }

    expect(left).toEqual([4, 3, 2, 1, 0, 0]);
    expect(client.budget()).toEqual({ limit: 5, remaining: 0, resetAt: expect.any(Number) });
    expect(Math.abs((client.budget()?.resetAt ?? 0) - (RECORDED + HOUR))).toBeLessThanOrEqual(2_000);
  });

  test('is nothing where there is none (7.0.0: recording 262)', async () => {
    const { client } = await answering([recorded('262', 'mautic-7.0.0')]);

    must(await client.call(CALL));

    expect(client.budget()).toBeUndefined();
  });

  test('is the fewest of a window, whatever order its answers come in', async () => {
    const said = (remaining: number) => ({
      status: 200,
      headers: {
        'x-ratelimit-limit': '9',
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': '60',
      },
      body: {},
    });
    const { client } = await answering([said(4), said(2), said(3)]);

    for (let call = 0; call < 3; call += 1) must(await client.call(CALL));

    expect(client.budget()).toEqual({ limit: 9, remaining: 2, resetAt: RECORDED + 60_000 });
  });

  test('needs all three headers', () => {
    const all = { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' };

    expect(budgetOf(all, RECORDED)).toEqual({ limit: 5, remaining: 0, resetAt: RECORDED + 60_000 });
    for (const name of Object.keys(all)) {
      expect(budgetOf({ ...all, [name]: '' }, RECORDED)).toBeUndefined();
      expect(budgetOf({ ...all, [name]: 'soon' }, RECORDED)).toBeUndefined();
    }
  });
});

describe('how long an answer asks to be left alone', () => {
  test('is said by Mautic in a time of its own clock (recording 270 of 5.2.1)', async () => {
    const limited = recorded('270', 'mautic-5.2.1');
    const { client, forward } = await answering([limited]);
    forward(-5 * HOUR);

    const failure = failureOf(await client.call(CALL));

    expect(failure).toMatchObject({
      kind: 'retry',
      code: 'rate-limited',
      retryAfterMs: waitOf(headersOf(limited), 0),
    });
    expect(waitOf(headersOf(limited), 0)).toBe(HOUR);
  });

  test.each([
    [{ 'retry-after': 'Fri, 01 Jan 2999 00:00:00 GMT' }],
    [{ 'retry-after': '9999999999' }],
    [{ 'x-ratelimit-reset': '99999999999' }],
  ])('is believed for an hour at most: %j', (headers) => {
    expect(waitOf(headers, RECORDED)).toBe(HOUR);
    expect(waitOf({ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, RECORDED)).toBe(0);
  });

  test('is nothing where no answer says', () => {
    expect(waitOf({}, RECORDED)).toBeUndefined();
    expect(waitOf({ 'retry-after': 'soon' }, RECORDED)).toBeUndefined();
    expect(waitOf({ 'retry-after': '', 'x-ratelimit-reset': '7' }, RECORDED)).toBe(7_000);
  });
});
