import { describe, expect, test } from 'vitest';
import { createMauticEmails } from '../../../lib/mautic/effects/emails.ts';
import { createMauticTemplates } from '../../../lib/mautic/effects/templates.ts';
import { failureOf, instance, must, plainClient, recorded, serve, simulatedMautic } from '../support.ts';

async function simulated() {
  const { mautic, http } = await simulatedMautic();
  const { client } = instance({ url: mautic.url, http });
  const emails = createMauticEmails(client, { now: () => 0 });
  return { templates: createMauticTemplates(client), emails, client };
}

describe('a template', () => {
  test('is made unpublished, and is not sent', async () => {
    const { templates, emails } = await simulated();
    const id = must(await templates.create({ name: 'Review', subject: 'How was it?', html: '<p>Hi</p>' }));

    expect(must(await emails.stateOf(id))).toBe('unpublished');
  });

  test('is found by its name, whatever page it is on', async () => {
    const { templates } = await simulated();
    expect(must(await templates.names()).size).toBe(0);
    for (let number = 0; number < 103; number += 1)
      must(await templates.create({ name: `Mail ${String(number)}`, subject: 's', html: '' }));
    const twin = must(await templates.create({ name: 'Mail 7', subject: 's', html: '' }));

    const names = must(await templates.names());

    expect(names.size).toBe(103);
    expect(names.get('Mail 7')).toBe(8);
    expect(twin).toBe(104);
  });

  test('has the id that a running Mautic gives (recording 413)', async () => {
    const { url, seen } = await serve(() => recorded('413'));
    const templates = createMauticTemplates(plainClient(url));

    expect(must(await templates.create({ name: 'n', subject: 's', html: 'h' }))).toBe(1);
    expect(seen[0]?.json).toMatchObject({ isPublished: false, emailType: 'template' });
  });

  test('without a subject is refused (recording 415), and the list is read as it is (recording 418)', async () => {
    const answers = [recorded('415'), recorded('418')];
    const { url } = await serve(() => answers.shift() ?? { status: 503 });
    const templates = createMauticTemplates(plainClient(url));

    expect(failureOf(await templates.create({ name: 'n', subject: '', html: '' })).kind).not.toBe('retry');
    expect(must(await templates.names()).size).toBeGreaterThan(0);
  });

  test('can have a category, which is made once for all of its title', async () => {
    const { templates, client } = await simulated();
    const spring = must(await templates.category('Spring'));

    expect(must(await templates.category('Spring'))).toBe(spring);
    const id = must(await templates.create({ name: 'n', subject: 's', html: 'h', category: spring }));

    const read = must(await client.call({ method: 'GET', path: `/api/emails/${String(id)}` }));
    expect(read.body).toMatchObject({ email: { category: { id: spring, title: 'Spring' } } });
  });
});
