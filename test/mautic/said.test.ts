import { describe, expect, it } from 'vitest';
import { classify } from '../../lib/mautic/classify.ts';
import { recorded } from './support.ts';

/** What a failure says when Mautic gives this answer to a request with this body. */
function messageOf(number: string, sent?: unknown): string {
  const { status, body } = recorded(number);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json' };
  const response = { status, headers, body: JSON.parse(text) as object, text };
  const outcome = classify(response, { endpoint: 'POST /api/contacts/new', sent, now: 0 });
  if (outcome.ok) throw new Error(`recording ${number} is no failure`);
  return outcome.failure.message;
}

describe('a failure tells in Mautic’s own words', () => {
  it.each([
    ['a refused field', '058', 'state: This value is not valid.'],
    ['an exception', '056', 'Looks like I encountered an error (error #400)'],
    ['a refused token', '034', 'The access token provided has expired.'],
    ['an API that is off', '563', 'API disabled. You need to enable the API'],
    ['too many calls', '562', 'You exceeded the rate limit of'],
    ['a missing permission', '575', 'You do not have access to the requested area/action.'],
  ])('%s (recording %s)', (_what, number, words) => {
    expect(messageOf(number)).toContain(`Mautic said: "${words}`);
  });

  it('without the values that were sent, wherever it quotes them', () => {
    const message = messageOf('058', { state: 'This value' });

    expect(message).toContain('Mautic said: "state: … is not valid.');
  });

  it('without what it says of the address, which it quotes (052)', () => {
    const message = messageOf('052', { email: 'not an email', firstname: 'X' });

    expect(message).toContain('Mautic said: "email: …"');
    expect(message).not.toContain('notanemail');
  });

  it('without any address, and cut to a length that fits a log line', () => {
    const said = `email: anna@example.com ${'is wrong '.repeat(100)}`;
    const body = { errors: [{ code: 400, message: said, details: {} }] };
    const response = { status: 400, headers: {}, body, text: '' };

    const outcome = classify(response, { endpoint: 'POST /x', now: 0 });

    const message = outcome.ok ? '' : outcome.failure.message;
    expect(message).toContain('Mautic said: "email: … is wrong');
    expect(message.length).toBeLessThan(400);
  });
});
