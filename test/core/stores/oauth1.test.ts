import { describe, expect, test } from 'vitest';
import { oauthQuery, queryText } from '../../../lib/core/stores/oauth1.ts';
import { restRecording } from '../../stores/support.ts';

/** The secret of the recorded key, a throwaway, stands where WooCommerce itself repeated it. */
function recordedSecret(): string {
  const { headers } = restRecording('auth-querystring-tls');
  return /consumer_secret=(cs_[0-9a-f]+)/.exec(headers.link ?? '')?.[1] ?? '';
}

describe('an OAuth 1.0a query', () => {
  test('has the signature a running WooCommerce accepted (recording auth-oauth1-plain-http)', () => {
    const accepted = new URL(restRecording('auth-oauth1-plain-http').request.url);
    const given = accepted.searchParams;

    const query = oauthQuery(
      {
        method: 'GET',
        url: accepted.origin + accepted.pathname,
        query: { per_page: '1' },
        nonce: given.get('oauth_nonce') ?? '',
        now: Number(given.get('oauth_timestamp')) * 1000 + 999,
      },
      { consumerKey: given.get('oauth_consumer_key') ?? '', consumerSecret: recordedSecret(), end: '&' },
    );

    expect(query).toEqual(Object.fromEntries(given));
  });

  test('signs a sorted query whose separators cannot be forged (RFC 5849 §3.4.1.3)', () => {
    const signed = { method: 'GET', url: 'https://photos.example.net/p', nonce: 'n', now: 0 };
    const key = { consumerKey: 'k', consumerSecret: 's', end: '&' } as const;

    const signature = (query: Record<string, string>) =>
      oauthQuery({ ...signed, query }, key).oauth_signature;

    expect(signature({ file: 'vacation.jpg', size: 'original' })).toBe(
      signature({ size: 'original', file: 'vacation.jpg' }),
    );
    expect(signature({ a: '1&b=2' })).not.toBe(signature({ a: '1', b: '2' }));
  });
});

test('a query is encoded as RFC 3986 says', () => {
  expect(queryText({ "it's": '2026-11-21T23:08:26 (*)!' })).toBe(
    'it%27s=2026-11-21T23%3A08%3A26%20%28%2A%29%21',
  );
  expect(queryText({})).toBe('');
});
