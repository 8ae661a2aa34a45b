import { describe, expect, test } from 'vitest';
import { getContact } from '../../../lib/mautic/contacts/contact-reading.ts';
import { failureOf, must, plainClient, type Reply, recorded, serve } from '../support.ts';

async function answering(reply: Reply) {
  const server = await serve(() => reply);
  return { client: plainClient(server.url), seen: server.seen };
}

describe('one contact', () => {
  test('is read by its id (recording 049)', async () => {
    const { client, seen } = await answering(recorded('049'));

    expect(must(await getContact(client, 1))).toMatchObject({ id: 1, email: expect.stringContaining('@') });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/contacts/1' });
  });

  test('that is not there is not found (recording 050)', async () => {
    const { client } = await answering(recorded('050'));

    expect(failureOf(await getContact(client, 99_999))).toMatchObject({ kind: 'park', code: 'not-found' });
  });

  test('that was merged into another is not taken for it', async () => {
    const { client } = await answering(recorded('049'));

    expect(failureOf(await getContact(client, 7)).code).toBe('not-found');
  });
});
