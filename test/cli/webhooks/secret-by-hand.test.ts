import { afterEach, expect, test, vi } from 'vitest';
import { secretByHand } from '../../../lib/cli/webhooks/secret-by-hand.ts';

afterEach(() => vi.unstubAllEnvs());

test('of a deployed bridge the command names the secret and its region', () => {
  vi.stubEnv('STORE_SECRETS_ID', 'arn:aws:secretsmanager:eu-central-1:1:secret:stores');
  vi.stubEnv('STORE_KEYS_ID', 'keys');
  vi.stubEnv('AWS_REGION', 'eu-central-1');

  expect(secretByHand({ kind: 'deployed' })).toMatch(
    /aws secretsmanager get-secret-value --secret-id arn:\S+:stores --region eu-central-1 --query SecretString --output text$/,
  );
});

test('of a bridge on a laptop it is what its owner said', () => {
  expect(secretByHand({ kind: 'local' })).toContain('WEBHOOK_SECRET');
});
