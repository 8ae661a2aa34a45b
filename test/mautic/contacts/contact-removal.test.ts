import { expect, onTestFinished, test } from 'vitest';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { instance } from '../support.ts';

test('a contact is deleted, and one that is not there any more is deleted, too', async () => {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  const contacts = createMauticContacts(instance({ url: mautic.url }).client);
  const [made] = await contacts.create([
    { email: 'anna@example.test', fields: {}, addTags: [], removeTags: [] },
  ]);
  const id = made?.ok ? made.value.id : 0;

  expect(await contacts.remove(id)).toEqual({ ok: true, value: undefined });
  expect(mautic.contacts()).toEqual([]);
  expect(await contacts.remove(id)).toEqual({ ok: true, value: undefined });
});

test('what Mautic does not allow is told', async () => {
  const user = { username: 'looker', password: 'on', isLimited: true };
  const mautic = await startMauticSimulator({ users: [user] });
  onTestFinished(() => mautic.close());

  const removed = await createMauticContacts(instance({ url: mautic.url, credentials: user }).client).remove(
    1,
  );

  expect(removed).toMatchObject({ ok: false, failure: { kind: 'authorise', code: 'forbidden' } });
});
