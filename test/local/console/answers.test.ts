import { expect, it } from 'vitest';
import { answerTold } from '../../../lib/local/console/answers.ts';
import { lineAbout } from '../../../lib/local/console/line.ts';

function answerLine(...about: Parameters<typeof answerTold>): string | undefined {
  const told = answerTold(...about);
  return told && lineAbout(told);
}

const TOPIC = 'x-wc-webhook-topic';
const request = { headers: { [TOPIC]: 'order.updated' } };
const answer = (statusCode: number, message: string) => ({ statusCode, body: JSON.stringify({ message }) });

it('a delivery that was accepted is told when it is recorded, not before', () => {
  expect(answerLine(request, answer(200, 'accepted'), TOPIC)).toBeUndefined();
});

it('one that was refused or ignored is told with what the store was told', () => {
  expect(answerLine(request, answer(401, 'The signature does not match.'), TOPIC)).toBe(
    'order.updated                             answered 401: The signature does not match.',
  );
  expect(answerLine(request, answer(200, 'ignored: nothing to do for this topic'), TOPIC)).toMatch(
    /^order\.updated +ignored: nothing to do for this topic$/,
  );
});

it('a ping of a new webhook is told as what it is', () => {
  expect(answerLine({ headers: {} }, answer(200, 'pong'), TOPIC)).toMatch(
    /^ping +the store tried a webhook: it comes here$/,
  );
});

it('one of no store, without a topic or with one that is none is a request', () => {
  for (const [topic, header] of [
    [undefined, TOPIC],
    ['order.updated', undefined],
    ['someone@example.test', TOPIC],
  ] as const)
    expect(answerLine({ headers: { [TOPIC]: topic } }, answer(404, 'No store.'), header)).toMatch(
      /^a request +answered 404: No store\.$/,
    );
});

it('an answer that is no JSON is told by its status', () => {
  expect(answerLine(request, { statusCode: 502, body: '<html>' }, TOPIC)).toMatch(/ answered 502: $/);
});
