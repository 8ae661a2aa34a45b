import { describe, expect, it } from 'vitest';
import { type Bench, CREATE, EDIT, endpoints, LOOK, MINUTE, startBench } from './support.ts';

const RIGHT = { clientId: 'local', clientSecret: 'local-secret' };
const WRONG = { clientId: 'local', clientSecret: 'wrong' };
const BASIC = { username: 'admin', password: 'mautic' };
const BEN = 'ben@example.test';

function tokenRequests(bench: Bench): number {
  return bench.mautic.counts.get('POST /oauth/v2/token') ?? 0;
}

async function comeBack(bench: Bench): Promise<void> {
  for (let minute = 0; minute < 10; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

describe('a token that expired', () => {
  it('is renewed once, and the call repeated once', async () => {
    const bench = await startBench();
    await bench.shop({});
    bench.calls();
    bench.mautic.faults.expireTokens();

    await bench.shop({ billing: { city: 'Ulm' } });

    expect(endpoints(bench.calls())).toEqual([LOOK, LOOK, EDIT]);
    expect(tokenRequests(bench)).toBe(2);
    expect(bench.contact().fields.city).toBe('Ulm');
    expect(bench.profile()).toMatchObject({ synced: 2, doubt: false });
  });

  it('is asked for once when ten lanes find it expired at the same time', async () => {
    const bench = await startBench();
    const emails = Array.from({ length: 10 }, (_, n) => `c${String(n)}@example.test`);
    const long = 'Ä'.repeat(70);
    // Every lane is refused in the common call, so that each then makes a call of its own.
    for (const [id, email] of emails.entries())
      await bench.order({ id: id + 1, email, billing: { first_name: long } });
    let expired = false;
    bench.front.after = ({ path }) => {
      if (path === '/api/contacts/batch/new' && !expired) {
        bench.mautic.faults.expireTokens();
        expired = true;
      }
    };

    await bench.sync();

    expect(expired).toBe(true);
    expect(tokenRequests(bench)).toBe(2);
    expect(endpoints(bench.calls()).filter((endpoint) => endpoint === CREATE)).toHaveLength(1 + 2 * 10);
    expect(emails.map((email) => bench.contact(email).fields.firstname)).toEqual(
      emails.map(() => 'Ä'.repeat(64)),
    );
  });

  it('is not used any more shortly before it expires', async () => {
    const bench = await startBench();
    await bench.shop({});
    bench.calls();
    bench.forward(59.5 * MINUTE);

    await bench.shop({ billing: { city: 'Ulm' } });

    expect(endpoints(bench.calls())).toEqual([LOOK, EDIT]);
    expect(tokenRequests(bench)).toBe(2);
  });
});

describe('wrong credentials', () => {
  async function refused() {
    const bench = await startBench();
    await bench.shop({});
    bench.login(WRONG);
    bench.mautic.faults.expireTokens();
    await bench.order({ status: 'completed' });
    await bench.order({ id: 2, email: BEN });
    await bench.sync();
    return bench;
  }

  it('are remembered as a stop that everybody sees, and raise an alarm', async () => {
    const bench = await refused();

    expect(bench.token()?.stopped).toMatchObject({ since: expect.any(Number) });
    expect(bench.counts.get('MauticStopped')).toBe(1);
    expect(bench.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('credentials') }),
    );
  });

  it('keep the contacts waiting: neither parked nor in doubt nor lost', async () => {
    const bench = await refused();

    for (const email of ['anna@example.test', BEN]) {
      expect(bench.profile(email)).toMatchObject({ work: 'live', doubt: false });
      expect(bench.profile(email).parked).toBeUndefined();
    }
    await comeBack(bench);
    expect(bench.profile().parked).toBeUndefined();
    expect(bench.profile(BEN)).toMatchObject({ work: 'live' });
  });

  it('cost Mautic no call while the stop stands, on a cold start neither', async () => {
    const bench = await refused();
    bench.front.calls.length = 0;
    bench.coldStart();

    await comeBack(bench);

    expect(bench.front.calls).toEqual([]);
  });

  it('are forgotten once the secret is corrected and the token renewed', async () => {
    const bench = await refused();
    bench.forward(15 * MINUTE);
    bench.login(RIGHT);

    const renewed = await bench.authorization().renewIfDue(20 * MINUTE);
    await comeBack(bench);

    expect(renewed).toEqual({ ok: true, value: 'renewed' });
    expect(bench.token()?.stopped).toBeUndefined();
    expect(bench.contact().tags).toContain('status:completed');
    expect(bench.contact(BEN).fields.firstname).toBe('Anna');
    expect([bench.profile().work, bench.profile(BEN).work]).toEqual([undefined, undefined]);
  });
});

describe('Basic authentication', () => {
  it('writes contacts without asking for a token', async () => {
    const bench = await startBench({ credentials: BASIC });

    await bench.shop({ total: '5.00' });
    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    expect(bench.contact().fields.mautic_woo_total_spent).toBe(0.5);
    expect(tokenRequests(bench)).toBe(0);
    expect(bench.front.calls.every(({ headers }) => headers.authorization?.startsWith('Basic '))).toBe(true);
  });

  it('with a wrong password keeps contacts waiting until it is corrected', async () => {
    const bench = await startBench({ credentials: { ...BASIC, password: 'wrong' } });
    await bench.shop({});
    expect(bench.profile()).toMatchObject({ work: 'live', doubt: false });
    expect(bench.token()?.stopped).toBeDefined();

    bench.login(BASIC);
    await bench.authorization().renewIfDue(20 * MINUTE);
    await comeBack(bench);

    expect(bench.contact().fields.firstname).toBe('Anna');
  });

  it('switched off in Mautic keeps contacts waiting until it is on', async () => {
    const bench = await startBench({ credentials: BASIC });
    bench.mautic.faults.basicEnabled = false;
    await bench.shop({});
    expect(bench.profile()).toMatchObject({ work: 'live' });

    bench.mautic.faults.basicEnabled = true;
    await comeBack(bench);

    expect(bench.contact().fields.firstname).toBe('Anna');
  });

  it('takes the place of OAuth2 when the secret changes', async () => {
    const bench = await startBench();
    await bench.shop({});
    bench.login(BASIC);
    bench.mautic.faults.expireTokens();

    await bench.shop({ billing: { city: 'Ulm' } });

    expect(bench.contact().fields.city).toBe('Ulm');
    expect(tokenRequests(bench)).toBe(1);
  });
});
