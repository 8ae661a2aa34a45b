import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, type BenchOptions, endpoints, HOUR, LOOK, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';
const CONNECTED = Date.parse('2026-12-01T00:00:00Z');
const BEFORE = CONNECTED - HOUR;
const SINCE = new Map([['demo', CONNECTED]]);
const HTML = '<p>{first_name}: {order_number} {items} {order_total}</p>';

interface Mailing extends BenchOptions {
  readonly transactional?: boolean;
  /** Status → id of the e-mail. */
  readonly statuses?: Readonly<Record<string, number>>;
}

/** Mautic has the e-mails 1 and 2. */
async function mailing({ transactional = true, statuses = { completed: 1 }, ...options }: Mailing = {}) {
  const rules = Object.entries(statuses).map(([status, template]) => [status, { template, transactional }]);
  const emails = Object.fromEntries(rules) as Record<string, { template: number; transactional: boolean }>;
  const bench = await startBench({ since: SINCE, ...options, policy: { ...options.policy, emails } });
  for (const name of ['Completed', 'Refunded']) {
    await bench.person('POST', '/emails/new', { name, subject: '{order_status}', customHtml: HTML });
  }
  return bench;
}

async function refuseMail(bench: Bench): Promise<void> {
  await bench.person('POST', `/contacts/${String(bench.contact().id)}/dnc/email/add`, { reason: 3 });
}

/** Id of the e-mail and whom it went to, in the order they were sent. */
function sent(bench: Bench): readonly (readonly [number, string])[] {
  return bench.mautic.sentEmails().map(({ email, address }) => [email, address] as const);
}

function sendCalls(bench: Bench): readonly string[] {
  return endpoints(bench.calls()).filter((call) => call.endsWith('/send'));
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

describe('an e-mail', () => {
  it('is sent to the contact when its order reaches the status', async () => {
    const bench = await mailing();
    await bench.shop({});
    expect(sent(bench)).toEqual([]);

    await bench.shop({ status: 'completed' });

    expect(sent(bench)).toEqual([[1, ANNA]]);
    expect(await bench.effects()).toMatchObject({ 'email:completed': { state: 'done' } });
    expect(bench.counts.get('EffectDone')).toBe(1);
  });

  it('carries tokens that are escaped as HTML on the wire', async () => {
    const bench = await mailing();

    await bench.shop({
      id: 23,
      status: 'completed',
      total: '24.00',
      billing: { first_name: 'An & "Na"' },
      lines: [
        { sku: 'TEA', name: 'Tea <script>alert(1)</script>' },
        { sku: '', name: 'Cup' },
      ],
    });

    const call = bench.calls().find(({ path }) => path.endsWith('/send'));
    expect(call?.body).toMatchObject({
      tokens: {
        '{order_number}': '23',
        '{order_status}': 'completed',
        '{order_total}': '24.00',
        '{first_name}': 'An &amp; &quot;Na&quot;',
        '{items}': expect.stringMatching(
          /^1 × Tea &lt;script&gt;.*&lt;\/script&gt; \(TEA\): 12\.00<br>\n1 × Cup: 12\.00$/,
        ),
      },
    });
    expect(bench.mautic.sentEmails()[0]?.html).not.toContain('<script');
  });

  it('is sent once, however often the order changes and comes back to the status', async () => {
    const bench = await mailing();

    for (const status of ['completed', 'processing', 'completed', 'on-hold', 'completed']) {
      await bench.shop({ status });
    }

    expect(sent(bench)).toEqual([[1, ANNA]]);
  });

  it('is not sent again to another contact the order goes to', async () => {
    const bench = await mailing();
    await bench.shop({ status: 'completed' });

    await bench.shop({ status: 'processing', email: BEN });
    await bench.shop({ status: 'completed', email: BEN });

    expect(bench.contact(BEN).tags).toContain('status:completed');
    expect(sent(bench)).toEqual([[1, ANNA]]);
  });

  it('goes to the contact the order belongs to by then', async () => {
    const bench = await mailing();
    await bench.shop({});

    await bench.shop({ status: 'completed', email: BEN });

    expect(sent(bench)).toEqual([[1, BEN]]);
  });

  it('is sent for each of several orders', async () => {
    const bench = await mailing();
    await bench.order({ id: 1, status: 'completed' });
    await bench.order({ id: 2, status: 'completed' });
    await bench.order({ id: 3, status: 'completed', email: BEN });

    await bench.sync();

    expect(sent(bench)).toEqual([
      [1, ANNA],
      [1, ANNA],
      [1, BEN],
    ]);
  });
});

describe('somebody who asked not to be mailed', () => {
  it('gets no e-mail that is not transactional, now or ever', async () => {
    const bench = await mailing({ transactional: false });
    await bench.shop({});
    await refuseMail(bench);

    await bench.shop({ status: 'completed' });
    expect(await bench.effects()).toMatchObject({
      'email:completed': { state: 'skipped', reason: 'do-not-contact' },
    });
    bench.calls();
    await bench.person('POST', `/contacts/${String(bench.contact().id)}/dnc/email/remove`);
    await bench.shop({ status: 'processing' });
    await bench.shop({ status: 'completed' });

    expect(sent(bench)).toEqual([]);
    expect(endpoints(bench.calls()).filter((call) => call.startsWith('GET /api/contacts/'))).toEqual([]);
    expect(bench.profile().work).toBeUndefined();
  });

  it('gets one that is, without being asked', async () => {
    const bench = await mailing({ transactional: true });
    await bench.shop({});
    await refuseMail(bench);
    bench.calls();

    await bench.shop({ status: 'completed' });

    expect(sent(bench)).toEqual([[1, ANNA]]);
    const looks = endpoints(bench.calls()).filter((call) => call.startsWith('GET'));
    expect(looks).toEqual(['GET /api/emails/1', LOOK]);
  });

  it('is told apart from everybody else, who get it', async () => {
    const bench = await mailing({ transactional: false });
    await bench.shop({});
    await refuseMail(bench);
    await bench.order({ status: 'completed' });
    await bench.order({ id: 2, status: 'completed', email: BEN });

    await bench.sync();

    expect(sent(bench)).toEqual([[1, BEN]]);
  });

  it.each(['html-502', 'html-503', 'reset-before'] as const)(
    'is asked about again when nobody could look, and no sooner mailed (%s)',
    async (kind) => {
      const bench = await mailing({ transactional: false });
      await bench.shop({});
      // The answer to the write said that it may be mailed; by the next try it may not any more.
      bench.mautic.faults.mailFailure = 'Connection could not be established with host "smtp"';
      await bench.shop({ status: 'completed' });
      bench.mautic.faults.mailFailure = undefined;
      bench.mautic.faults.add({
        match: (method, path) => method === 'GET' && path.startsWith('/api/contacts/'),
        kind,
      });

      await letPass(bench, 6);
      expect(sent(bench)).toEqual([]);
      expect(await bench.effects()).toMatchObject({ 'email:completed': { state: 'refused' } });
      await letPass(bench, 10);

      expect(sent(bench)).toEqual([[1, ANNA]]);
      expect(bench.profile().work).toBeUndefined();
    },
  );
});

describe('whether somebody may be mailed', () => {
  it('is not asked where the answer to the write has just said it', async () => {
    const bench = await mailing({ transactional: false });
    await bench.shop({});
    await bench.shop({ id: 2, email: BEN });
    await refuseMail(bench);
    bench.calls();

    await bench.order({ status: 'completed' });
    await bench.order({ id: 2, status: 'completed', email: BEN });
    await bench.sync();

    expect(sent(bench)).toEqual([[1, BEN]]);
    expect(endpoints(bench.calls()).filter((call) => call.startsWith('GET /api/contacts/'))).toEqual([]);
  });
});

describe('an order created before the store was connected', () => {
  it('mails nobody, whatever becomes of it', async () => {
    const bench = await mailing({ statuses: { completed: 1, refunded: 2 } });
    for (let id = 1; id <= 5; id += 1) await bench.order({ id, createdAt: BEFORE, status: 'completed' });
    await bench.sync();
    for (let id = 1; id <= 5; id += 1) await bench.order({ id, createdAt: BEFORE, status: 'refunded' });
    await bench.sync();

    await bench.shop({ id: 1, createdAt: BEFORE, status: 'trash' });
    await bench.deliver('order.restored', { id: 1 });
    await bench.shop({ id: 1, createdAt: BEFORE, status: 'completed' });

    expect(sendCalls(bench)).toEqual([]);
    expect(await bench.effects()).toEqual({});
  });
});

describe('everything once more', () => {
  it('mails nobody again when all deliveries come three times and in disorder', async () => {
    const bench = await mailing({ statuses: { processing: 1, completed: 2 } });
    const changes = [1, 2, 3].flatMap((id) => ['processing', 'completed'].map((status) => ({ id, status })));
    for (const change of changes) await bench.shop(change);
    expect(sent(bench)).toHaveLength(6);

    for (let step = 0; step < 18; step += 1) await bench.shop(changes[(step * 5) % 6] ?? {});
    bench.coldStart();
    await bench.sync({ rings: [bench.ring()], receives: 2 });

    expect(sent(bench)).toHaveLength(6);
  });
});

describe('an e-mail whose status passed while Mautic was away', () => {
  async function away() {
    const bench = await mailing({
      statuses: { processing: 1, completed: 2 },
      policy: { notes: ['processing', 'completed'] },
    });
    bench.mautic.faults.add({ match: () => true, kind: 'html-503', times: Infinity });
    await bench.shop({ status: 'processing' });
    await bench.order({ status: 'completed' });
    bench.mautic.faults.clear();
    await letPass(bench, 5);
    return bench;
  }

  it('is not sent any more; the one for the status of today is', async () => {
    const bench = await away();

    expect(sent(bench)).toEqual([[2, ANNA]]);
    expect(Object.keys(await bench.effects())).not.toContain('email:processing');
  });

  it('has its note all the same', async () => {
    const bench = await away();

    expect(bench.mautic.notes().map(({ text }) => text.split('\n')[0])).toEqual([
      'Order 1: completed',
      'Order 1: processing',
    ]);
  });
});

describe('an e-mail that Mautic refuses', () => {
  it.each(['html-503', 'rate-limit-429'] as const)(
    'before it is sent is sent later, once (%s)',
    async (kind) => {
      const bench = await mailing();
      await bench.shop({});
      bench.mautic.faults.add({ match: (_method, path) => path.endsWith('/send'), kind });

      await bench.shop({ status: 'completed' });
      expect(sent(bench)).toEqual([]);
      expect(bench.profile()).toMatchObject({ work: 'live' });
      await letPass(bench, 70);

      expect(sent(bench)).toEqual([[1, ANNA]]);
      expect(bench.profile().work).toBeUndefined();
    },
  );

  it('waits as long as X-RateLimit-Reset says', async () => {
    const bench = await mailing();
    await bench.shop({});
    bench.mautic.faults.add({ match: (_method, path) => path.endsWith('/send'), kind: 'rate-limit-429' });
    await bench.shop({ status: 'completed' });
    bench.calls();

    await letPass(bench, 58);
    const early = sendCalls(bench);
    await letPass(bench, 4);

    expect(early).toEqual([]);
    expect(sendCalls(bench)).toHaveLength(1);
  });

  it('because its mailer is away is sent when it is back', async () => {
    const bench = await mailing();
    await bench.shop({});
    bench.mautic.faults.mailFailure = 'Connection could not be established with host "smtp"';
    await bench.shop({ status: 'completed' });
    await letPass(bench, 12);
    expect(sent(bench)).toEqual([]);
    bench.mautic.faults.mailFailure = undefined;

    await letPass(bench, 6);

    expect(sent(bench)).toEqual([[1, ANNA]]);
    expect(bench.counts.get('EffectParked')).toBeUndefined();
  });

  it('for reasons that may come after the sending is in doubt, and never repeated', async () => {
    const bench = await mailing();
    await bench.shop({});
    bench.mautic.faults.mailFailure = 'Something nobody has heard of';

    await bench.shop({ status: 'completed' });
    bench.mautic.faults.mailFailure = undefined;
    await letPass(bench, 30);

    expect(sent(bench)).toEqual([]);
    expect(await bench.effects()).toMatchObject({
      'email:completed': { state: 'parked', reason: 'email-in-doubt' },
    });
  });

  it('to a contact that was deleted meanwhile is parked with that reason', async () => {
    const bench = await mailing();
    await bench.shop({});
    bench.front.after = async ({ path }) => {
      if (!path.startsWith('/api/contacts/batch')) return;
      await bench.person('DELETE', `/contacts/${String(bench.contact().id)}/delete`);
    };

    await bench.shop({ status: 'completed' });

    expect(sent(bench)).toEqual([]);
    expect(await bench.effects()).toMatchObject({
      'email:completed': { state: 'parked', reason: 'not-found' },
    });
  });
});

describe('a contact to which somebody gave another address in Mautic', () => {
  it('gets no e-mail about the order of the address it had', async () => {
    const bench = await mailing();
    await bench.shop({});
    const { id } = bench.contact();
    await bench.person('PATCH', `/contacts/${String(id)}/edit`, { email: BEN });

    await bench.shop({ status: 'completed' });

    expect(sent(bench)).toEqual([[1, ANNA]]);
  });

  it('gets none although nothing of the contact had to be written', async () => {
    const aliases = { orderData: false, totalSpent: false, orderCount: false } as const;
    const bench = await mailing({ policy: { aliases, tags: [] } });
    await bench.shop({});
    const { id } = bench.contact();
    await bench.person('PATCH', `/contacts/${String(id)}/edit`, { email: BEN });

    await bench.shop({ status: 'completed' });

    expect(sent(bench).map(([, address]) => address)).not.toContain(BEN);
  });

  it('gets none either when the first try was refused before the address changed', async () => {
    const aliases = { orderData: false, totalSpent: false, orderCount: false } as const;
    const bench = await mailing({ policy: { aliases, tags: [] } });
    await bench.shop({});
    bench.mautic.faults.add({ match: (_method, path) => path.endsWith('/send'), kind: 'html-503' });
    await bench.shop({ status: 'completed' });
    expect(await bench.effects()).toMatchObject({ 'email:completed': { state: 'refused' } });
    const { id } = bench.contact();
    await bench.person('PATCH', `/contacts/${String(id)}/edit`, { email: BEN });

    // Rung for by a delivery, not by the sweep, whose rings write in full.
    bench.forward(10 * MINUTE);
    await bench.shop({ status: 'completed' });

    expect(sent(bench).map(([, address]) => address)).not.toContain(BEN);
  });
});
