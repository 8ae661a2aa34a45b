import { expect, it } from 'vitest';
import { isOfThread, loggedLine } from '../../../../lib/core/ledger/telemetry/logged.ts';
import { keyOf } from '../../../support/workshop.ts';

const LINE = {
  level: 'INFO',
  message: 'Recorded',
  timestamp: '2026-11-26T23:52:40.123Z',
  service: 'record',
  sampling_rate: 0,
  ref: 'order/demo/23',
  contact: keyOf('anna@example.test'),
  outcome: 'won',
  mauticId: 7,
};

it('reads a line that a function logged, with the fields that people read', () => {
  expect(
    loggedLine(JSON.stringify({ ...LINE, errorStack: 'at somewhere', nested: {}, nothing: null })),
  ).toEqual({
    at: Date.parse(LINE.timestamp),
    service: 'record',
    level: 'INFO',
    message: 'Recorded',
    fields: { ref: LINE.ref, contact: LINE.contact, outcome: 'won', mauticId: 7 },
  });
});

it.each([
  '',
  'START RequestId: 1 Version: $LATEST',
  '{"level":"INFO"}',
  '[]',
  JSON.stringify({ ...LINE, timestamp: 'noon' }),
])('takes %j for none', (text) => {
  expect(loggedLine(text)).toBeUndefined();
});

it('tells whose line it is, by the names that functions give to things and people', () => {
  const line = (fields: object) => ({ fields: { ...fields } as Record<string, string> });
  const anna = keyOf('anna@example.test');
  const thread = { refs: ['order/demo/23'], contact: anna };

  expect(isOfThread(line({ ref: 'order/demo/23' }), thread)).toBe(true);
  expect(isOfThread(line({ order: 'order/demo/23' }), thread)).toBe(true);
  expect(isOfThread(line({ contact: anna }), thread)).toBe(true);
  expect(isOfThread(line({ ref: 'order/demo/2' }), thread)).toBe(false);
  expect(isOfThread(line({ code: 'order/demo/23' }), thread)).toBe(false);
  expect(isOfThread(line({}), { refs: [] })).toBe(false);
});
