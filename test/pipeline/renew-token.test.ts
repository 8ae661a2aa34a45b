import { describe, expect, it } from 'vitest';
import type { Failure } from '../../lib/core/ledger/failure.ts';
import { createRenewToken } from '../../lib/pipeline/renew-token.ts';
import { type Line, recordingLog } from '../support/log.ts';
import { type Bench, MINUTE, startBench } from './sync/support.ts';

function renewer(bench: Bench) {
  const lines: Line[] = [];
  const log = recordingLog((line) => void lines.push(line));
  const run = createRenewToken({ authorization: bench.authorization(), log });
  return { run, lines };
}

function tokenRequests(bench: Bench): number {
  return bench.mautic.counts.get('POST /oauth/v2/token') ?? 0;
}

describe('renewing the token ahead of time', () => {
  it('asks for the first one before any contact needs it', async () => {
    const bench = await startBench();

    await renewer(bench).run();
    await bench.shop({});

    expect(tokenRequests(bench)).toBe(1);
    expect(bench.contact().fields.firstname).toBe('Anna');
  });

  it('leaves a token alone that outlives the next run', async () => {
    const bench = await startBench();
    await bench.shop({});
    bench.forward(30 * MINUTE);

    await renewer(bench).run();

    expect(tokenRequests(bench)).toBe(1);
  });

  it('renews one that would expire before the next run', async () => {
    const bench = await startBench();
    await bench.shop({});
    const before = bench.token();
    bench.forward(44 * MINUTE);

    await renewer(bench).run();

    expect(tokenRequests(bench)).toBe(2);
    expect(bench.token()?.accessToken).not.toBe(before?.accessToken);
    expect(bench.token()?.expiresAt).toBeGreaterThan(bench.clock.now() + 59 * MINUTE);
  });

  it('every quarter of an hour, never lets a contact meet an expired token', async () => {
    const bench = await startBench();
    for (let run = 0; run < 16; run += 1) {
      await renewer(bench).run();
      bench.forward(14 * MINUTE);
      await bench.shop({ id: 1, billing: { city: `City ${String(run)}` } });
      bench.forward(MINUTE);
    }

    expect(bench.front.calls.filter(({ status }) => status === 401)).toEqual([]);
    expect(tokenRequests(bench)).toBeLessThanOrEqual(7);
  });

  it('serves an instance that holds the old one in its memory', async () => {
    const bench = await startBench();
    await bench.shop({});
    const { run } = renewer(bench);
    bench.coldStart();
    await bench.shop({ billing: { city: 'Ulm' } });
    bench.forward(50 * MINUTE);
    await run();
    bench.forward(12 * MINUTE);

    await bench.shop({ billing: { city: 'Bonn' } });

    expect(bench.contact().fields.city).toBe('Bonn');
    expect(tokenRequests(bench)).toBe(2);
  });

  it('does nothing where Basic authentication is used', async () => {
    const bench = await startBench({ credentials: { username: 'admin', password: 'mautic' } });

    await renewer(bench).run();

    expect(bench.front.calls).toEqual([]);
  });
});

describe('a renewal that fails', () => {
  it('says so with a remedy and without the secret, and does not throw', async () => {
    const credentials = { clientId: 'local', clientSecret: 'hunter2-hunter2' };
    const bench = await startBench({ credentials });
    const { run, lines } = renewer(bench);

    await run();

    expect(lines).toMatchObject([
      { level: 'warn', fields: { remedy: expect.stringContaining('Correct them in the secret') } },
    ]);
    expect(JSON.stringify([lines, bench.lines])).not.toContain('hunter2');
    expect(bench.token()?.stopped).toBeDefined();
  });

  it('leaves the token that still serves in place when Mautic is away', async () => {
    const bench = await startBench();
    await bench.shop({});
    const before = bench.token();
    bench.forward(45 * MINUTE);
    bench.mautic.faults.add({ match: (_method, path) => path.includes('/token'), kind: 'html-503' });

    await renewer(bench).run();
    await bench.shop({ billing: { city: 'Ulm' } });

    expect(bench.token()).toEqual(before);
    expect(bench.contact().fields.city).toBe('Ulm');
  });

  it('lifts a stop by itself once Mautic takes the same credentials again', async () => {
    const credentials = { clientId: 'other', clientSecret: 'later' };
    const clients: { id: string; secret: string }[] = [];
    const bench = await startBench({ credentials, simulator: { clients } });
    await bench.order({});
    await bench.sync();
    expect(bench.token()?.stopped).toBeDefined();
    clients.push({ id: 'other', secret: 'later' });
    bench.forward(15 * MINUTE);

    await renewer(bench).run();
    await bench.sweep();

    expect(bench.contact().fields.firstname).toBe('Anna');
  });

  it('names the failure of whatever it asked', async () => {
    const bench = await startBench();
    const failure: Failure = { kind: 'retry', code: 'token-busy', message: 'Wait.' };
    const lines: unknown[] = [];
    const log = recordingLog(({ fields }) => void lines.push(fields));
    const authorization = { renewIfDue: async () => ({ ok: false, failure }) as const };

    await createRenewToken({ authorization, log })();

    expect(lines).toEqual([{ code: 'token-busy', remedy: 'Wait.' }]);
    expect(bench.front.calls).toEqual([]);
  });
});
