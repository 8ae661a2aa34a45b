import { describe, expect, onTestFinished, test } from 'vitest';
import { testConnection } from '../../lib/mautic/connection-test.ts';
import { startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { failureOf, instance, must, plainClient, type Reply, recorded, serve } from './support.ts';

async function answering(reply: Reply) {
  const server = await serve(() => reply);
  return { client: plainClient(server.url), seen: server.seen };
}

async function simulated(options: Parameters<typeof startMauticSimulator>[0] = {}) {
  const mautic = await startMauticSimulator(options);
  onTestFinished(() => mautic.close());
  return { mautic, ...instance({ url: mautic.url }) };
}

describe('the connection test', () => {
  test.each([
    ['5', '5.2.0'],
    ['7.2', /^7/],
  ] as const)('tells the version of Mautic %s', async (version, expected) => {
    const { client } = await simulated({ version });

    expect(must(await testConnection(client)).version).toMatch(expected);
  });

  test('tells who the bridge is with client credentials (recording 019)', async () => {
    const { client } = await answering(recorded('019'));

    expect(must(await testConnection(client))).toEqual({
      username: 'woo-connector [1]',
      role: { name: 'Administrator', isAdmin: true },
    });
  });

  test('tells which user it acts as with Basic authentication', async () => {
    const { mautic } = await simulated();
    const { client } = instance({ url: mautic.url, credentials: { username: 'admin', password: 'mautic' } });

    expect(must(await testConnection(client))).toMatchObject({ username: 'admin', version: '5.2.0' });
  });

  test.each([
    ['an API that is off (recording 563)', recorded('563'), /^api-disabled .*API enabled/],
    ['Basic that is off (recording 566)', recorded('566'), /^basic-disabled .*Enable HTTP basic auth/],
    ['refused credentials (recording 003)', recorded('003'), /^unauthorised .*Correct them/],
    [
      'a web page',
      { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' },
      /^not-mautic .*Check the base URL/,
    ],
    ['another API', { status: 200, body: { hello: 'world' } }, /^unreadable .*Check the base URL/],
  ])('says what to do about %s', async (_name, reply, expected) => {
    const { client } = await answering(reply);

    const { code, message } = failureOf(await testConnection(client));

    expect(`${code} ${message}`).toMatch(expected);
  });

  test('says what to do about a host that does not answer', async () => {
    const failure = failureOf(await testConnection(plainClient('http://127.0.0.1:1')));

    expect(failure).toMatchObject({ kind: 'retry', code: 'unreachable' });
    expect(failure.message).toContain('Check the base URL');
  });
});
