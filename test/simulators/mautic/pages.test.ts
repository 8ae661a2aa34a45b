import { expect, it, onTestFinished } from 'vitest';
import { isSimulator } from '../../../lib/simulators/mautic/is-simulator.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { startRealMautic } from '../../support/real-mautic.ts';

async function simulator() {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  return mautic;
}

it.each(['/', '/s', '/s/login', '/s/contacts', '/s/contacts/view/1', '/index.php', '/index.php/s/login'])(
  'a browser that opens %s of a simulated Mautic is told what it is and where its contacts are',
  async (path) => {
    const { url } = await simulator();

    const response = await fetch(`${url}${path}`);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain('stand-in for Mautic');
    const [, address = ''] = /curl -u admin:mautic '([^']+)'/.exec(page) ?? [];
    const authorization = `Basic ${btoa('admin:mautic')}`;
    const answer = await fetch(address, { headers: { authorization } });
    expect(await answer.json()).toMatchObject({ total: '0' });
  },
);

it('its API is as before, and has no pages', async () => {
  const { url } = await simulator();

  expect((await fetch(`${url}/api/contacts`)).status).toBe(401);
  expect((await fetch(`${url}/`, { method: 'POST' })).status).toBe(401);
  expect((await fetch(`${url}/somewhere`)).status).toBe(401);
});

it('is told from a real one, and from none', async () => {
  const real = await startRealMautic();
  onTestFinished(() => real.close());
  const gone = await startMauticSimulator();
  await gone.close();

  expect(await isSimulator((await simulator()).url)).toBe(true);
  expect(await isSimulator(real.url)).toBe(false);
  expect(await isSimulator(gone.url)).toBe(false);
});
