import { describe, expect, it } from 'vitest';
import { createRenewToken } from '../../../lib/pipeline/renew-token.ts';
import { recordingLog } from '../../support/log.ts';
import { ANNA, type Bench, type BenchOptions, HOUR, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';
const redirectUri = 'https://shop.example.com/callback';
const GRANT = {
  clientId: 'local',
  clientSecret: 'local-secret',
  grant: 'authorization_code',
  redirectUri,
} as const;

/** A person opens the address, allows the access, and somebody exchanges the code. */
async function authorise(bench: Bench): Promise<void> {
  const code = bench.mautic.issueCode({ client: 'local', user: 'admin', redirectUri });
  const exchanged = await bench.exchange(code);
  if (!exchanged.ok) throw new Error(exchanged.failure.code);
}

async function granted(simulator: BenchOptions['simulator'] = {}) {
  const bench = await startBench({ credentials: GRANT, policy: { notes: ['processing'] }, simulator });
  await authorise(bench);
  await bench.shop({});
  return bench;
}

/** A minute after the other, the schedule included. */
async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 1; minute <= minutes; minute += 1) {
    bench.forward(MINUTE);
    if (minute % 15 === 0) await renew(bench);
    await bench.sweep();
  }
}

function renew(bench: Bench): Promise<void> {
  return createRenewToken({ authorization: bench.authorization(), log: recordingLog() })();
}

function tokenRequests(bench: Bench): number {
  return bench.mautic.counts.get('POST /oauth/v2/token') ?? 0;
}

describe('a bridge that a person authorised', () => {
  it('goes on for a month without that person, although access tokens outlive refresh tokens', async () => {
    const bench = await granted({ tokenLifetimeSeconds: 30 * 24 * 3600 });

    for (let day = 2; day <= 31; day += 1) {
      for (let hour = 0; hour < 24; hour += 1) {
        bench.forward(HOUR);
        await renew(bench);
      }
      await bench.shop({ id: day, billing: { city: `City ${String(day)}` } });
    }

    expect(bench.counts.has('MauticStopped')).toBe(false);
    expect(bench.contact().fields).toMatchObject({ city: 'City 31', mautic_woo_order_count: 31 });
    bench.mautic.faults.expireTokens('access');
    await bench.shop({ id: 32 });
    expect(bench.contact().fields).toMatchObject({ mautic_woo_order_count: 32 });
  });

  it('is asked for nothing else, and its orders wait, while nobody has authorised it yet', async () => {
    const bench = await startBench({ credentials: GRANT });

    await bench.shop({});
    await letPass(bench, 60);

    expect(bench.front.calls).toEqual([]);
    expect(bench.profile()).toMatchObject({ work: 'live', doubt: false });
    await authorise(bench);
    await letPass(bench, 60);
    expect(bench.contact().fields.firstname).toBe('Anna');
  });
});

describe('a refresh token that is lost', () => {
  async function lost() {
    const bench = await granted();
    bench.mautic.faults.expireTokens('access');
    bench.mautic.faults.expireTokens('refresh');
    await bench.order({ status: 'completed' });
    await bench.order({ id: 2, email: BEN });
    await bench.sync();
    return bench;
  }

  it('is counted, and the log says which address a person must open', async () => {
    const bench = await lost();

    const url = `${bench.front.url}/oauth/v2/authorize?client_id=local&grant_type=authorization_code&redirect_uri=${encodeURIComponent(redirectUri)}&response_type=code`;
    expect(bench.counts.get('MauticStopped')).toBe(1);
    expect(bench.lines).toContainEqual({
      level: 'error',
      message: 'Mautic must be told again to let the bridge in: open the URL, allow it, exchange the code',
      fields: { reason: expect.stringContaining('invalid_grant'), url },
    });
    expect(bench.token()?.stopped?.needs).toBe('authorisation');
  });

  it('stops all calls, on cold starts and by the schedule too, and is reminded of by the metric', async () => {
    const bench = await lost();
    const asked = tokenRequests(bench);
    bench.front.calls.length = 0;
    bench.coldStart();

    await letPass(bench, 4 * 60);

    expect(bench.front.calls).toEqual([]);
    expect(tokenRequests(bench)).toBe(asked);
    // The alarm must not fall silent while nobody has acted.
    expect(bench.counts.get('MauticStopped')).toBe(1 + 16);
  });

  it('parks no contact and no note: they wait', async () => {
    const bench = await lost();

    await letPass(bench, 24 * 60);

    for (const email of [ANNA, BEN]) {
      expect(bench.profile(email)).toMatchObject({ work: 'live', doubt: false });
      expect(bench.profile(email).parked).toBeUndefined();
      expect(bench.profile(email).due).toBeLessThan(bench.clock.now() + HOUR);
    }
    expect(bench.counts.has('ContactParked')).toBe(false);
    expect(bench.counts.has('EffectParked')).toBe(false);
  });

  it('is made good by authorising once more: everything that waited is written', async () => {
    const bench = await lost();
    await letPass(bench, 3 * 60);

    await authorise(bench);
    await letPass(bench, 60);

    expect(bench.token()).not.toHaveProperty('stopped');
    expect(bench.contact().tags).toContain('status:completed');
    expect(bench.contact(BEN).fields.firstname).toBe('Anna');
    expect([bench.profile().work, bench.profile(BEN).work]).toEqual([undefined, undefined]);
    expect(bench.counts.has('ContactParked')).toBe(false);
  });
});

describe('client credentials', () => {
  it('need no person: whatever became of the token, the next order is written', async () => {
    const bench = await startBench();
    await bench.shop({});
    bench.mautic.faults.expireTokens('access');
    bench.mautic.faults.expireTokens('refresh');
    bench.mautic.faults.add({ match: (_method, path) => path.includes('/token'), kind: 'commit-then-reset' });

    await bench.shop({ billing: { city: 'Ulm' } });
    await letPass(bench, 10);

    expect(bench.contact().fields.city).toBe('Ulm');
    expect(bench.counts.has('MauticStopped')).toBe(false);
    expect(bench.profile().work).toBeUndefined();
  });
});
