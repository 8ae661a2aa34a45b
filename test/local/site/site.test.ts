import { describe, expect, it } from 'vitest';
import { createFaultSwitches } from '../../../lib/local/site/faults.ts';
import type { Happening } from '../../../lib/local/site/feed.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { ask } from '../../support/ask.ts';
import { openedSite } from './support.ts';

function pressed(url: string, path: string, body: unknown) {
  const headers = { origin: url, 'content-type': 'application/json' };
  return ask(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('the page', () => {
  it('comes whole from the bridge, and may load nothing from elsewhere', async () => {
    const { url } = await openedSite();

    const page = await ask(`${url}/`);
    const [script, style] = await Promise.all([ask(`${url}/console.js`), ask(`${url}/console.css`)]);

    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    for (const { text } of [page, style]) expect(text).not.toMatch(/(src|href|url)[=(]"?(https?:)?\/\//);
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.text.length).toBeGreaterThan(1000);
  });

  it('leaves webhooks, health and unknown paths to others', async () => {
    const { url } = await openedSite();

    expect((await ask(`${url}/health`)).text).toBe('{"status":"ok"}');
    expect((await ask(`${url}/webhooks/demo`)).text).toContain('webhook address');
    expect((await ask(`${url}/console/nothing`)).status).toBe(404);
    expect((await ask(`${url}/elsewhere`)).status).toBe(404);
    expect((await ask(`${url}/`, { method: 'POST', body: '{}' })).status).toBe(404);
  });

  it('says what its controls can do, and offers no faults where Mautic is not simulated', async () => {
    const { url } = await openedSite();

    const about = JSON.parse((await ask(`${url}/console/about`)).text) as object;

    expect(about).toEqual({
      stores: [{ id: 'demo', kind: 'woocommerce' }],
      mauticUrl: 'http://127.0.0.1:3001',
      stories: [{ id: 'checkout', title: 'A checkout' }],
    });
  });
});

/** Reads a stream until it said so many things. */
async function heard(url: string, count: number, last?: string): Promise<Happening[]> {
  const response = await fetch(`${url}/console/events`, {
    headers: last === undefined ? {} : { 'last-event-id': last },
  });
  const found: Happening[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    found.length = 0;
    for (const [, data = ''] of text.matchAll(/^id: .*\ndata: (.*)$/gm))
      found.push(JSON.parse(data) as Happening);
    if (found.length >= count) break;
  }
  return found;
}

const TOLD = {
  about: 'delivery',
  what: 'order.created',
  which: 'order 1',
  outcome: 'taken in',
  tone: 'good',
} as const;

describe('the stream', () => {
  it('tells what happened before and what happens from now on', async () => {
    const { url, feed } = await openedSite();
    feed.add({ type: 'told', told: TOLD });

    const reading = heard(url, 2);
    feed.add({ type: 'told', told: { ...TOLD, which: 'order 2' } });

    expect((await reading).map((one) => one.type === 'told' && one.told.which)).toEqual([
      'order 1',
      'order 2',
    ]);
  });

  it('goes on where a browser lost it, and begins anew after a restart', async () => {
    const { url, feed } = await openedSite();
    for (const which of ['order 1', 'order 2']) feed.add({ type: 'told', told: { ...TOLD, which } });

    expect(await heard(url, 1, 'run-1.1')).toMatchObject([{ id: 2 }]);
    expect(await heard(url, 2, 'run-0.7')).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it('keeps the last five hundred happenings', async () => {
    const { feed } = await openedSite();
    for (let count = 0; count < 510; count += 1) feed.add({ type: 'told', told: TOLD });

    expect(feed.since(0)).toHaveLength(500);
    expect(feed.since(0)[0]).toMatchObject({ id: 11 });
  });
});

describe('a button', () => {
  it('that does not exist, or is pressed for nothing, does nothing', async () => {
    const { url } = await openedSite();

    expect((await pressed(url, '/console/play', { story: 'none' })).status).toBe(400);
    expect((await pressed(url, '/console/play', 'x'.repeat(10_000))).status).toBe(400);
    expect((await pressed(url, '/console/faults', { name: 'slow', isOn: true })).status).toBe(400);
    expect((await pressed(url, '/console/nothing', {})).status).toBe(404);
  });

  it('switches a fault of the simulated Mautic on and off', async () => {
    const mautic = await startMauticSimulator();
    const faults = createFaultSwitches(mautic.faults);
    const { url } = await openedSite({ faults, actions: { play: async () => undefined, faults } });
    const statusOf = async () =>
      (
        await fetch(`${mautic.url}/api/contacts`, {
          headers: { authorization: `Basic ${btoa('admin:mautic')}` },
        })
      ).status;

    const statuses: number[] = [];
    for (const [name, isOn] of [
      ['down', true],
      ['limited', true],
      ['down', false],
      ['limited', false],
    ] as const) {
      expect((await pressed(url, '/console/faults', { name, isOn })).status).toBe(200);
      statuses.push(await statusOf());
    }
    await mautic.close();

    expect(statuses).toEqual([503, 503, 429, 200]);
  });
});
