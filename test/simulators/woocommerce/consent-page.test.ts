import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeServer, listenOnLoopback } from '../../../lib/local/aws/loopback.ts';
import { startStoreSimulator } from '../../../lib/simulators/woocommerce/simulator.ts';

const ASKED = {
  app_name: 'The bridge',
  user_id: 'once-1',
  return_url: 'https://app.example.test/done',
  callback_url: 'https://app.example.test/keys',
  scope: 'read_write',
};

/** An app behind a tunnel, which answers so, and a shop. */
async function opened(status = 200) {
  const received: { readonly path: string; readonly type: string; readonly body: unknown }[] = [];
  const app = createServer((request, response) => {
    void text(request).then((body) => {
      const type = request.headers['content-type'] ?? '';
      received.push({ path: request.url ?? '', type, body: JSON.parse(body) });
      response.writeHead(status).end();
    });
  });
  const appUrl = await listenOnLoopback(app);
  const shop = await startStoreSimulator({
    leadsTo: (url) => url.replace('https://app.example.test', appUrl),
  });
  onTestFinished(async () => {
    await shop.close();
    await closeServer(app);
  });
  const visit = (path: string, role?: string) =>
    fetch(path.startsWith('http') ? path : `${shop.url}${path}`, {
      redirect: 'manual',
      ...(role !== undefined && { headers: { cookie: `wordpress_logged_in=${role}` } }),
    });
  const address = (change: Partial<Record<keyof typeof ASKED, string>> = {}) =>
    `/wc-auth/v1/authorize?${new URLSearchParams({ ...ASKED, ...change }).toString()}`;
  const orders = ({ consumer_key: name = '', consumer_secret: secret = '' }: Record<string, string>) =>
    fetch(`${shop.url}/wp-json/wc/v3/orders`, {
      headers: {
        authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
        'x-forwarded-proto': 'https',
      },
    });
  return { received, visit, address, orders };
}

function linkIn(page: string, name: 'approve' | 'deny'): string {
  return (new RegExp(`href="([^"]*)" class="wc-auth-${name}"`).exec(page)?.[1] ?? '').replaceAll(
    '&#38;',
    '&',
  );
}

describe('the page on which an app is given keys', () => {
  it('sends them to the app when somebody of the shop approves, and leads back to it', async () => {
    const { received, visit, address, orders } = await opened();

    const page = await (await visit(address(), 'administrator')).text();
    expect(page).toContain('The bridge would like to connect to your store');
    const granted = await visit(linkIn(page, 'approve'), 'administrator');

    expect(granted.status).toBe(302);
    expect(granted.headers.get('location')).toBe('https://app.example.test/done?success=1&user_id=once-1');
    expect(received).toEqual([
      {
        path: '/keys',
        type: 'application/json;charset=UTF-8',
        body: {
          key_id: expect.any(Number),
          user_id: 'once-1',
          consumer_key: expect.stringMatching(/^ck_\w{40}$/),
          consumer_secret: expect.stringMatching(/^cs_\w{40}$/),
          key_permissions: 'read_write',
        },
      },
    ]);
    expect((await orders(received[0]?.body as Record<string, string>)).status).toBe(200);
  });

  it('takes the key back when the app does not answer 200', async () => {
    const { received, visit, address, orders } = await opened(404);
    const page = await (await visit(address(), 'shop_manager')).text();

    const granted = await visit(linkIn(page, 'approve'), 'shop_manager');

    expect(granted.status).toBe(401);
    expect(await granted.text()).toContain('unable to send the consumer data');
    expect((await orders(received[0]?.body as Record<string, string>)).status).toBe(401);
  });

  it('leads back without keys when somebody denies', async () => {
    const { received, visit, address } = await opened();
    const page = await (await visit(address(), 'administrator')).text();

    expect(linkIn(page, 'deny')).toBe('https://app.example.test/done?success=0&user_id=once-1');
    expect(received).toEqual([]);
  });

  it('asks whoever is not logged in to log in first, and goes on from there', async () => {
    const { visit, address } = await opened();

    const login = (await visit(address())).headers.get('location') ?? '';
    expect(login).toMatch(/\/wc-auth\/v1\/login\?app_name=The\+bridge&user_id=once-1&/);
    expect(await (await visit(login)).text()).toContain('you need to be logged in');
    expect((await visit(login, 'administrator')).headers.get('location')).toMatch(/\/authorize\?/);
  });

  it.each([
    [{ user_id: '' }, 'Missing parameter user_id'],
    [{ scope: 'everything' }, 'Invalid scope everything'],
    [{ callback_url: 'http://app.example.test/keys' }, 'The callback_url needs to be over SSL'],
    [{ return_url: 'https://no host' }, 'is not a valid URL'],
  ])('refuses %j', async (change, reason) => {
    const { visit, address } = await opened();

    const refused = await visit(address(change), 'administrator');

    expect(refused.status).toBe(401);
    expect(await refused.text()).toContain(reason);
  });

  it('shows itself to nobody who only buys, and takes no approval that was not on it', async () => {
    const { visit, address, received } = await opened();

    expect(await (await visit(address(), 'customer')).text()).toContain('You do not have permission');
    const guessed = address().replace('/authorize?', '/access_granted?');
    expect(await (await visit(guessed, 'administrator')).text()).toContain('Invalid nonce verification');
    expect(received).toEqual([]);
  });

  it.each(['https://127.0.0.1:8080/keys', 'https://localhost/keys', 'https://app.example.test:3003/keys'])(
    'sends no keys to %s',
    async (callback) => {
      const { visit, address } = await opened();
      const page = await (await visit(address({ callback_url: callback }), 'administrator')).text();

      const granted = await visit(linkIn(page, 'approve'), 'administrator');

      expect(granted.status).toBe(401);
      expect(await granted.text()).toContain('A valid URL was not provided.');
    },
  );
});
