import { describe, expect, it } from 'vitest';
import { recordedDelivery } from '../support/woocommerce.ts';
import { leaksIn } from './leaks.ts';

const TOKEN = Buffer.from('0123456789abcdef'.repeat(4)).toString('base64url');

describe('what must not be logged', () => {
  it.each([
    ['e-mail address', 'no contact ada.lovelace+shop@mail.example.com here'],
    ['e-mail address', '{"cause":"bob@localhost"}'],
    ['e-mail address', 'GET /api/contacts?where[0][val]=ada%40example.test'],
    ['e-mail address', 'GET /api/contacts?where%5B0%5D%5Bval%5D=ada%40example.test'],
    ['e-mail address', 'größe@xn--mller-kva.de'],
    ['e-mail address', 'größe@müller.de'],
    ['e-mail address', String.raw`{"email":"ada\u0040example.test"}`],
    ['secret', 'signed with s3cr3t-lab-key-0123456789'],
    ['secret', 'client_secret=local-secret'],
    ['secret', 'the default is local-development-secret'],
    ['token', `found ${TOKEN} bad`],
    ['token', '{"access_token":"abc.def","expires_in":3600}'],
    ['token', String.raw`"{\"refresh_token\":\"abcdef\"}"`],
    ['authorisation', 'Authorization: Bearer 0123456789abcdef'],
    ['authorisation', `authorization: basic ${btoa('anna:hush')}`],
    ['authorisation', '{"authorization":"anything"}'],
    ['consumer key', '?consumer_key=ck_73d5e7939793dd962396768de76a9185bd399aa7'],
    ['consumer key', 'cs_13101f086df2497d0784b13313cff5cb0723c667'],
    ['name, address or phone number', 'Dear Hélène,'],
    ['name, address or phone number', '{"last_name":"dupont-müller"}'],
    ['name, address or phone number', 'firstname=H%C3%A9l%C3%A8ne'],
    ['name, address or phone number', String.raw`{"n":"H\u00e9l\u00e8ne"}`],
    ['name, address or phone number', '9 rue X'],
    ['name, address or phone number', 'phone: +33 1 23 45 67 89.'],
    ['name, address or phone number', '太郎 is locked'],
    ['body', '{"id":1,"billing":{}}'],
    ['body', String.raw`"{\"id\":1,\"billing\":{}}"`],
    ['body', 'line_items: invalid'],
    ['body', Buffer.from(recordedDelivery('0057').body).toString('base64')],
  ])('%s is seen in %s', (leak, text) => {
    expect(leaksIn(text)).toContain(leak);
  });

  it('is everything at once in a recorded delivery', () => {
    expect(leaksIn(recordedDelivery('0057').body)).toEqual([
      'e-mail address',
      'name, address or phone number',
      'body',
    ]);
  });
});

describe('what may be logged', () => {
  it.each([
    '{"level":"WARN","message":"A contact waits for its next try","contact":"wJ3x-Q2FmZQ_9k1y7fXo2A","kind":"retry"}',
    'at file:///app/node_modules/@middy/core/index.js:120:9',
    'Mautic takes no Basic authentication. Use a Bearer token, or enable it.',
    'Authorization: Bearer [secret]',
    '{"access_token":"[secret]","expires_in":3600}',
    'no contact [email] here',
    'order/demo/23 42.50 EUR 2026-11-21T23:07:47Z',
    'bodies/demo/2026-11-21/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'The secret mautic is not filled in yet. Put there: {"clientId":"…","clientSecret":"…"}',
  ])('%s', (text) => {
    expect(leaksIn(text)).toEqual([]);
  });
});
