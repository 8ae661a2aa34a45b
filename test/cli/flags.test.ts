import { describe, expect, test } from 'vitest';
import { readAuthoriseFlags } from '../../lib/cli/commands/authorise.ts';
import { readReplayFlags } from '../../lib/cli/commands/replay-flags.ts';
import { UsageError } from '../../lib/cli/flags.ts';
import { createTerminalLog } from '../../lib/cli/terminal.ts';
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

describe('the flags of replay', () => {
  test.each([
    ['--all', { all: true }],
    ['--store other', { store: 'other', all: false }],
    ['--store other --order 23', { store: 'other', order: '23', all: false }],
    ['--contact Anna@Example.TEST', { contact: ANNA, all: false }],
    [`--contact ${ANNA}`, { contact: ANNA, all: false }],
    [`--store demo --contact=${ANNA}`, { store: 'demo', contact: ANNA, all: false }],
    [
      '--since 2026-11-01 --until 2026-11-02T12:30',
      { since: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 10, 2, 12, 30), all: false },
    ],
    ['--since 2026-11-01T10:00:05+02:00', { since: Date.UTC(2026, 10, 1, 8, 0, 5), all: false }],
    ['--error crashes', { error: 'crashes', all: false }],
  ])('%s select what they say', (line, selection) => {
    expect(readReplayFlags(line.split(' '), TWO)).toEqual({
      selection,
      dryRun: false,
      resend: false,
      local: false,
    });
  });

  test('change nothing, resend, or work locally only when they say so', () => {
    expect(readReplayFlags(['--all', '--dry-run', '--resend', '--local'], ONE)).toMatchObject({
      dryRun: true,
      resend: true,
      local: true,
    });
  });

  test('mean the only store there is when they name an order without one', () => {
    expect(readReplayFlags(['--order', '23'], ONE).selection).toMatchObject({ store: 'demo', order: '23' });
    expect(complaintOf(() => readReplayFlags(['--order', '23'], TWO))).toMatch(/needs its store/);
  });

  test.each([
    ['', /^Nothing is selected/],
    ['--dry-run', /^Nothing is selected/],
    ['--resend', /^Nothing is selected/],
    ['--local', /^Nothing is selected/],
    ['--contacts a', /^Unknown option '--contacts'\.$/],
    ['--contact', /argument missing/],
    ['--contact --all', /argument is ambiguous/],
    ['--all=yes', /does not take an argument/],
    ['--store nowhere', /^--store must be one of bridge.config.ts: demo, other\.$/],
    ['--contact anna', /^--contact must be an e-mail address, or a key/],
    ['--contact deleted@site.invalid', /domain-reserved/],
    ['--since yesterday', /^--since must be a moment/],
    ['--until 2026-13-01', /^--until must be a moment/],
    ['--since 2026-01-02 --until 2026-01-01', /ends before it begins/],
  ])('"%s" get one line that says what is wrong', (line, complaint) => {
    const said = complaintOf(() => readReplayFlags(line.split(' ').filter(Boolean), TWO));

    expect(said).toMatch(complaint);
    expect(said.split('\n')).toHaveLength(1);
  });

  test.each(['anna@example.test', '--anna@example.test', '--contact bad..anna@example.test'])(
    'never repeat an address: %s',
    (line) => {
      expect(complaintOf(() => readReplayFlags(line.split(' '), ONE))).not.toContain('example.test');
    },
  );
});

describe('the flags of authorise', () => {
  test.each([
    [[], undefined],
    [['--code', 'abc'], 'abc'],
    [['--code', 'https://shop.example.com/back?state=1&code=a%2Bb'], 'a+b'],
  ])('%j give the code', (args, code) => {
    expect(readAuthoriseFlags(args)).toEqual({ code });
  });

  test('with an address that holds no code are refused', () => {
    expect(complaintOf(() => readAuthoriseFlags(['--code', 'https://shop.example.com/back']))).toMatch(
      /no code/,
    );
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
