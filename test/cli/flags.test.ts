import { describe, expect, test } from 'vitest';
import { selectionOf } from '../../lib/cli/commands/replay.ts';
import { codeOf } from '../../lib/cli/consent-code.ts';
import { createTerminalLog } from '../../lib/cli/terminal.ts';
import { UsageError } from '../../lib/cli/usage-error.ts';
import { keyOf } from '../support/workshop.ts';

const ONE = [{ id: 'demo' }];
const TWO = [...ONE, { id: 'other' }];
/** Its key begins with a hyphen. */
const ANNA = keyOf('anna@example.test');

function complaintOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('there is nothing to complain about');
}

describe('what replay selects', () => {
  test.each([
    [{ all: true }, { all: true }],
    [{ parked: true }, { parked: true, all: false }],
    [{ store: 'other' }, { store: 'other', all: false }],
    [
      { store: 'other', order: '23' },
      { store: 'other', order: '23', all: false },
    ],
    [{ contact: 'Anna@Example.TEST' }, { contact: ANNA, all: false }],
    [{ contact: ANNA }, { contact: ANNA, all: false }],
    [
      { store: 'demo', contact: ANNA },
      { store: 'demo', contact: ANNA, all: false },
    ],
    [
      { since: '2026-11-01', until: '2026-11-02T12:30' },
      { since: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 10, 2, 12, 30), all: false },
    ],
    [{ since: '2026-11-01T10:00:05+02:00' }, { since: Date.UTC(2026, 10, 1, 8, 0, 5), all: false }],
    [{ error: 'crashes' }, { error: 'crashes', all: false }],
  ])('is what %j say', (flags, selection) => {
    expect(selectionOf(flags, TWO)).toEqual(selection);
  });

  test('is of the only store there is when an order is named without one', () => {
    expect(selectionOf({ order: '23' }, ONE)).toMatchObject({ store: 'demo', order: '23' });
    expect(complaintOf(() => selectionOf({ order: '23' }, TWO))).toMatch(/needs its store/);
  });

  test.each([
    [{}, /^Nothing is selected/],
    [{ dryRun: true }, /^Nothing is selected/],
    [{ resend: true }, /^Nothing is selected/],
    [{ local: true }, /^Nothing is selected/],
    [{ store: 'nowhere' }, /^--store must be one of bridge.config.ts: demo, other\.$/],
    [{ contact: 'anna' }, /^--contact must be an e-mail address, or a key/],
    [{ contact: 'deleted@site.invalid' }, /domain-reserved/],
    [{ since: 'yesterday' }, /^--since must be a moment/],
    [{ until: '2026-13-01' }, /^--until must be a moment/],
    [{ since: '2026-02-30' }, /^--since must be a moment/],
    [{ since: '2026-02-30T10:00+02:00' }, /^--since must be a moment/],
    [{ since: '2026-01-02', until: '2026-01-01' }, /ends before it begins/],
  ])('cannot be %j, which gets one line that says what is wrong', (flags, complaint) => {
    const said = complaintOf(() => selectionOf(flags, TWO));

    expect(said).toMatch(complaint);
    expect(said.split('\n')).toHaveLength(1);
  });

  test('is never told by repeating an address', () => {
    expect(complaintOf(() => selectionOf({ contact: 'bad..anna@example.test' }, ONE))).not.toContain(
      'example.test',
    );
  });
});

describe('the code of authorise', () => {
  test.each([
    [undefined, undefined],
    ['abc', 'abc'],
    ['https://shop.example.com/back?state=1&code=a%2Bb', 'a+b'],
  ])('of %j is %j', (text, code) => {
    expect(codeOf(text)).toEqual(code);
  });

  test('is refused when it is an address that holds none', () => {
    expect(complaintOf(() => codeOf('https://shop.example.com/back'))).toMatch(/no code/);
  });
});

describe('what the pipelines log', () => {
  test('reaches whoever runs a command when something is wrong, masked and without a stack', () => {
    const lines: string[] = [];
    const log = createTerminalLog({ print: () => undefined, complain: (line) => void lines.push(line) });

    log.info('All is well');
    log.warn('Could not ring', { contacts: 1 }, new Error('no way for anna@example.test'));
    log.error('Lost');

    expect(lines).toEqual([
      'Could not ring {"contacts":1,"errorName":"Error","errorMessage":"no way for [email]"}',
      'Lost',
    ]);
  });
});
