import { expect, test } from 'vitest';
import { lineOfReadme, linesThatFillSecrets, lineThatEndsProtection } from './readme.ts';

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

test('README says how to run a command against the stack, and how production is deleted', () => {
  expect(lineOfReadme('npm run -s bridge -- status')).toBe('npm run -s bridge -- status');
  expect(lineThatEndsProtection()).toContain('--no-enable-termination-protection');
  expect(() => lineOfReadme('bridge dance')).toThrow('README.md has no line that begins with bridge dance');
});
