import { describe, expect, it, onTestFinished } from 'vitest';
import { SHOP_OBJECTS } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import { isSimulator } from '../../../lib/simulators/mautic/is-simulator.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { ask } from '../../support/ask.ts';
import { startRealMautic } from '../../support/real-mautic.ts';
import { openBench } from './client.ts';

async function simulator() {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  return mautic;
}

it.each(['/', '/s', '/s/login', '/s/contacts', '/index.php', '/index.php/s/login'])(
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

describe('what a simulated Mautic holds', () => {
  async function filled() {
    const { simulator, call } = await openBench({ customObjects: SHOP_OBJECTS });
    onTestFinished(() => simulator.close());
    const { body } = await call('POST', '/api/contacts/new', {
      email: 'ada@example.test',
      firstname: 'Ada',
      city: 'Paris',
      tags: ['vip & more'],
    });
    const id = String(body.contact?.id);
    await call('POST', '/api/notes/new', { lead: id, type: 'general', text: '<p>Order <b>12</b></p>' });
    const segment = await call('POST', '/api/segments/new', { name: 'Buyers', isPublished: true });
    const { list } = segment.body as { readonly list?: { readonly id: number } };
    await call('POST', `/api/segments/${String(list?.id)}/contact/${id}/add`);
    const email = await call('POST', '/api/emails/new', {
      name: 'Thanks',
      subject: 'Thank <you>',
      emailType: 'template',
      customHtml: '<p>Dear <script>alert(1)</script> you</p>',
      isPublished: true,
    });
    await call('POST', `/api/emails/${String(email.body.email?.id)}/contact/${id}/send`);
    return simulator.url;
  }

  it('is shown of a contact: fields, tags, segments, notes and e-mails', async () => {
    const url = await filled();

    const page = await (await fetch(`${url}/s/contacts/view/1`)).text();

    for (const text of [
      'ada@example.test',
      '>city<',
      '>Paris<',
      'vip &#38; more',
      'Buyers',
      'Order 12',
      'Thank &#60;you&#62;',
    ])
      expect(page).toContain(text);
  });

  it('is listed by contact, segment and e-mail', async () => {
    const url = await filled();

    for (const [path, text] of [
      ['/', 'One contact'],
      ['/s/segments', '1 in it'],
      ['/s/emails', 'sent 1 times'],
      ['/s/custom/items', 'There are none.'],
    ] as const) {
      const page = await (await fetch(`${url}${path}`)).text();
      expect(page).toContain(text);
    }
    expect(await (await fetch(`${url}/`)).text()).toContain(
      '<a href="/s/contacts/view/1">ada@example.test</a>',
    );
  });

  it('is text, whatever it looks like, and the page may run nothing', async () => {
    const url = await filled();

    const answer = await fetch(`${url}/s/contacts/view/1`);

    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await answer.text();
    expect(page).toContain('vip &#38; more');
    expect(page).toContain('Thank &#60;you&#62;');
    expect(page).not.toContain('<script');
  });

  it('is not shown under a name that is not this machine’s', async () => {
    const url = await filled();
    const host = `evil.example:${new URL(url).port}`;

    for (const path of ['/', '/s/contacts/view/1', '/s/segments']) {
      const { text } = await ask(`${url}${path}`, { headers: { host } });
      expect(text).toContain('stand-in for Mautic');
      expect(text).not.toContain('ada@');
    }
  });

  it('is nothing of a contact that is not there', async () => {
    expect((await fetch(`${(await simulator()).url}/s/contacts/view/1`)).status).toBe(404);
  });
});
