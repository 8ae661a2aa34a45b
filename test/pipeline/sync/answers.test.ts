import { describe, expect, it } from 'vitest';
import type { Reply } from './front.ts';
import { type Bench, EDIT, endpoints, LOOK, MINUTE, startBench } from './support.ts';

async function known(options: Parameters<typeof startBench>[0] = {}) {
  const bench = await startBench(options);
  await bench.shop({});
  bench.calls();
  return bench;
}

/** Every call is answered like this, by what stands before Mautic. */
async function answeredWith(bench: Bench, reply: Reply): Promise<void> {
  bench.front.before = () => reply;
  await bench.shop({ status: 'completed' });
  bench.front.before = () => undefined;
}

async function comeBack(bench: Bench): Promise<void> {
  for (let minute = 0; minute < 10; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

describe('an answer that is not Mautic’s', () => {
  const page = { 'content-type': 'text/html' };

  it.each([
    ['a page with status 200', { status: 200, headers: page, body: '<html>Welcome</html>' }],
    ['a page with status 403', { status: 403, headers: page, body: '<html>Forbidden</html>' }],
    ['a page with status 404', { status: 404, headers: page, body: '<html>Not found</html>' }],
    ['an empty answer', { status: 200, body: '' }],
    ['a batch without results', { status: 200, body: {} }],
    ['a redirect', { status: 301, headers: { location: 'https://mautic.example.org/' }, body: '' }],
  ])('keeps the contact until Mautic answers again (%s)', async (_name, reply) => {
    const bench = await known();

    await answeredWith(bench, reply);

    expect(bench.profile()).toMatchObject({ work: 'live', wanted: 2, synced: 1 });
    expect(bench.profile().parked).toBeUndefined();
    await comeBack(bench);
    expect(bench.contact().tags).toContain('status:completed');
    expect(bench.profile().work).toBeUndefined();
  });

  it('is not followed when it is a redirect', async () => {
    const bench = await known();

    await answeredWith(bench, {
      status: 301,
      headers: { location: `${bench.mautic.url}/elsewhere` },
      body: '',
    });

    expect(bench.mautic.requests.filter(({ path }) => path === '/elsewhere')).toEqual([]);
  });
});

describe('the API switched off in Mautic', () => {
  it('keeps the contacts, and says what to switch on', async () => {
    const bench = await known();
    bench.mautic.faults.apiEnabled = false;

    await bench.shop({ status: 'completed' });

    expect(bench.profile()).toMatchObject({ work: 'live', doubt: false });
    expect(bench.profile().parked).toBeUndefined();
    const lines = bench.lines.filter(({ level }) => level !== 'info');
    const remedy = expect.stringMatching(/^Mautic's API is switched off: Configuration -> API Settings/);
    expect(lines[0]).toMatchObject({ message: 'A call to Mautic failed', fields: { remedy } });
    expect(lines).toContainEqual({
      level: 'error',
      message: "Mautic's API is switched off; contacts wait until it is on",
      fields: { contact: expect.any(String), code: 'api-disabled', remedy },
    });
    expect(bench.profile().waiting).toMatchObject({ code: 'api-disabled' });
    bench.mautic.faults.apiEnabled = true;
    await comeBack(bench);
    expect(bench.contact().tags).toContain('status:completed');
  });
});

describe('a Mautic under a path of its host', () => {
  it.each(['/mautic', '/sub/index.php'])('is written like any other (%s)', async (prefix) => {
    const bench = await startBench({ prefix });

    await bench.shop({ total: '5.00' });
    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    expect(bench.contact().fields.mautic_woo_total_spent).toBe(0.5);
  });

  it('costs no more calls', async () => {
    const bench = await known({ prefix: '/mautic' });

    await bench.shop({ billing: { city: 'Ulm' } });

    expect(endpoints(bench.calls())).toEqual([LOOK, EDIT]);
  });
});

describe('Mautic of another version', () => {
  it.each(['4.4', '5', '6', '7.2'] as const)('%s ends with the same contact', async (version) => {
    const bench = await startBench({ simulator: { version } });
    await bench.shop({ id: 1, total: '5.00', billing: { first_name: 'Ä'.repeat(200) } });
    await bench.shop({ id: 2, total: '8.00', billing: { postcode: '00000' } });

    await bench.shop({ id: 1, total: '5.00', status: 'cancelled' });
    await bench.shop({ id: 2, total: '8.00', refunds: ['-7.75'], billing: { postcode: '00000' } });

    expect(bench.contact().fields).toMatchObject({
      firstname: 'Anna',
      zipcode: '00000',
      mautic_woo_total_spent: 0.25,
      mautic_woo_order_count: 1,
    });
    expect(bench.profile().work).toBeUndefined();
  });
});
