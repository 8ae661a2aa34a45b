import { describe, expect, it } from 'vitest';
import { ask } from '../../support/ask.ts';
import { openedSite } from './support.ts';

const PATHS = ['/', '/console.js', '/console/about', '/console/standing', '/console/events'];
const JSON_TYPE = { 'content-type': 'application/json' };
const PLAY = JSON.stringify({ story: 'checkout' });

describe('a request under a name that is not this machine’s', () => {
  it.each(PATHS)('is refused at %s, wherever that name points to', async (path) => {
    const { url } = await openedSite();
    const { port } = new URL(url);

    for (const host of [
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      '127.0.0.1:1',
      'localhost',
    ]) {
      const { status, text } = await ask(`${url}${path}`, { headers: { host } });
      expect({ host, status }).toEqual({ host, status: 403 });
      expect(text).toContain('opens on the machine that it runs on only');
    }
  });

  it('that came through a tunnel or a proxy is refused too, though webhooks come that way', async () => {
    const { url } = await openedSite();
    const headers = { 'x-forwarded-for': '203.0.113.7' };

    expect((await ask(`${url}/console/standing`, { headers })).status).toBe(403);
    expect((await ask(`${url}/webhooks/demo`, { method: 'POST', headers, body: '{}' })).text).toBe(
      'taken in',
    );
  });
});

describe('a page of another site', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandbox', { origin: 'null' }],
    ['nobody who says so', {}],
    ['a site that the browser names', { 'sec-fetch-site': 'cross-site' }],
  ])('cannot press a button: %s', async (_name, said) => {
    const { url, played } = await openedSite();
    const origin = 'sec-fetch-site' in said ? { origin: url } : {};

    const { status } = await ask(`${url}/console/play`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...origin, ...said },
      body: PLAY,
    });

    expect(status).toBe(403);
    expect(played).toEqual([]);
  });

  it('cannot press one with a form, which needs no permission', async () => {
    const { url, played } = await openedSite();
    const headers = { origin: url, 'content-type': 'text/plain' };

    expect((await ask(`${url}/console/play`, { method: 'POST', headers, body: PLAY })).status).toBe(403);
    expect(played).toEqual([]);
  });

  it('cannot read what is here, neither by itself nor by a name of this machine', async () => {
    const { url } = await openedSite();

    for (const site of ['cross-site', 'same-site'])
      expect(
        (
          await ask(`${url}/console/standing`, {
            headers: { 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' },
          })
        ).status,
      ).toBe(403);
  });

  it('may lead a person here, but not put the page into a frame', async () => {
    const { url } = await openedSite();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };

    const page = await ask(`${url}/`, { headers });

    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
});

it('the page itself presses buttons, by each name of this machine', async () => {
  const { url, played } = await openedSite();
  const { port } = new URL(url);

  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
    const headers = { ...JSON_TYPE, host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    const { status, text } = await ask(`${url}/console/play`, { method: 'POST', headers, body: PLAY });
    expect({ status, text }).toEqual({ status: 200, text: '{"statuses":[200,200]}' });
  }
  expect(played).toEqual(['checkout', 'checkout']);
});
