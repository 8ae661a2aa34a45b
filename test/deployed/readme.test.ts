import { expect, test } from 'vitest';
import { lineOfReadme, linesThatFillSecrets, lineThatEndsProtection } from './readme.ts';
import { blocksOf } from './runbook.ts';

const OUTPUTS = { StoreSecretsId: 'arn:1', StoreKeysId: 'arn:2', MauticSecretId: 'arn:3' };
const VALUES = {
  webhookSecret: 'the "secret"',
  consumerKey: 'ck_1',
  consumerSecret: 'cs_1',
  clientId: 'c',
  clientSecret: 's',
};

test('the lines of README that fill the secrets take outputs and values of these names', () => {
  const lines = linesThatFillSecrets(OUTPUTS, VALUES);

  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe(
    `aws secretsmanager put-secret-value --secret-id arn:1 --secret-string '{"demo":{"webhookSecret":"the \\"secret\\""}}'`,
  );
  expect(lines.join('\n')).not.toMatch(/…|<\w+>/);
});

test('an output that README names and the stack does not have is told', () => {
  expect(() => linesThatFillSecrets({}, VALUES)).toThrow('README.md names StoreSecretsId');
});

test('the runbook’s lines of a chapter are those that are typed, in their order', () => {
  const blocks = blocksOf('RestoreTheLedger', { LedgerTable: 'the-table', moment: '2026-11-27T03:00:00Z' });

  expect(blocks).toHaveLength(5);
  expect(blocks[1]).toContain('--source-table-name the-table ');
  expect(blocks.join('')).not.toMatch(/<\w+>|^ {3}aws/m);
  expect(() => blocksOf('RestoreTheLedger', {})).toThrow('names LedgerTable');
  expect(() => blocksOf('NoSuchChapter', {})).toThrow('no chapter NoSuchChapter');
});

test('README says how to run a command against the stack, and how production is deleted', () => {
  expect(lineOfReadme('npm run -s bridge -- status')).toBe('npm run -s bridge -- status');
  expect(lineThatEndsProtection()).toContain('--no-enable-termination-protection');
  expect(() => lineOfReadme('bridge dance')).toThrow('README.md has no line that begins with bridge dance');
});
