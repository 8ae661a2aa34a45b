import { describe, expect, test } from 'vitest';
import { createMauticContacts } from '../../lib/mautic/contacts/contacts.ts';
import { failureOf, instance, memoryClaims, memoryTokens, must, simulatedMautic } from './support.ts';

const ANNA = { email: 'anna@example.com', fields: { city: 'Bonn' }, addTags: ['new'], removeTags: [] };

async function simulated(options: Parameters<typeof simulatedMautic>[0] = {}) {
  const { mautic, http } = await simulatedMautic(options);
  const tokenRequests = () => mautic.counts.get('POST /oauth/v2/token') ?? 0;
  return { mautic, http, tokenRequests };
}

describe('against a whole Mautic', () => {
  test('a thousand calls of ten instances renew an expired token once', async () => {
    const { mautic, tokenRequests } = await simulated();
    const shared = { url: mautic.url, tokens: memoryTokens(), claims: memoryClaims() };
    const instances = Array.from({ length: 10 }, () => instance(shared));
    const callAll = () =>
      Promise.all(
        instances.flatMap(({ client }) =>
          Array.from({ length: 100 }, () => client.call({ method: 'GET', path: '/api/users/self' })),
        ),
      );
    await instances[0]?.client.call({ method: 'GET', path: '/api/users/self' });
    mautic.faults.expireTokens();

    for (const outcome of await callAll()) must(outcome);

    expect(tokenRequests()).toBe(2);
  });

  test('every way to fail comes back as its kind', async () => {
    const { mautic, http } = await simulated();
    const { client } = instance({ url: mautic.url, http });
    const contacts = createMauticContacts(client);
    must(await client.call({ method: 'GET', path: '/api/users/self' }));
    const kinds = [];
    for (const fault of [
      'status-500',
      'html-502',
      'html-503',
      'rate-limit-429',
      'commit-then-reset',
      'timeout',
    ] as const) {
      mautic.faults.failNext(fault);
      const [outcome] = await contacts.create([ANNA]);
      kinds.push(failureOf(outcome).kind);
    }

    expect(kinds).toEqual(['unknown', 'unknown', 'retry', 'retry', 'unknown', 'unknown']);
    expect(mautic.contacts()).toHaveLength(1);
  });

  test('a switched-off API and a switched-off Basic say what to enable', async () => {
    const { mautic } = await simulated();
    const basic = instance({ url: mautic.url, credentials: { username: 'admin', password: 'mautic' } });
    must(await basic.client.call({ method: 'GET', path: '/api/users/self' }));

    mautic.faults.basicEnabled = false;
    const noBasic = failureOf(await basic.client.call({ method: 'GET', path: '/api/users/self' }));
    mautic.faults.apiEnabled = false;
    const noApi = failureOf(
      await instance({ url: mautic.url }).client.call({ method: 'GET', path: '/api/users/self' }),
    );

    expect([noBasic.kind, noApi.kind]).toEqual(['authorise', 'authorise']);
    expect(noBasic.message).toContain('Basic');
    expect(noApi.message).toContain('API');
  });

  test('a hundred contacts are written in two calls, and found again', async () => {
    const { mautic } = await simulated();
    const contacts = createMauticContacts(instance({ url: mautic.url }).client);
    const items = Array.from({ length: 100 }, (_, n) => ({ ...ANNA, email: `anna${String(n)}@example.com` }));

    const created = await contacts.create(items);
    const edited = await contacts.edit(
      created.map((outcome) => ({
        id: must(outcome).id,
        fields: { city: 'Ulm' },
        addTags: [],
        removeTags: ['new'],
      })),
    );

    expect(edited.map((outcome) => must(outcome).email)).toEqual(items.map(({ email }) => email));
    expect(mautic.counts.get('POST /api/contacts/batch/new')).toBe(2);
    const [found] = must(await contacts.find('ANNA7@example.com'));
    expect(found).toMatchObject({ email: 'anna7@example.com', tags: [], fields: { city: 'Ulm' } });
  });
});
