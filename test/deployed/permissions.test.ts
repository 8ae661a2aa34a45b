import { expect, test } from 'vitest';
import { PERMISSIONS } from '../stack/permissions.ts';
import type { Decision } from './emulator.ts';
import { expectEveryPermissionUsed } from './permissions.ts';

const ACCOUNT = 'us-east-1:000000000000';
const ARNS: Readonly<Record<string, string>> = {
  'DeliveriesQueue.Arn': `arn:aws:sqs:${ACCOUNT}:mautic-commerce-bridge-DeliveriesQueue1-A`,
  'ContactsQueue.Arn': `arn:aws:sqs:${ACCOUNT}:mautic-commerce-bridge-ContactsQueue1-A.fifo`,
  'Bodies.Arn/bodies/*': 'arn:aws:s3:::mautic-commerce-bridge-bodies1/bodies/demo/1',
  'Bodies.Arn': 'arn:aws:s3:::mautic-commerce-bridge-bodies1',
  'Ledger.Arn': `arn:aws:dynamodb:${ACCOUNT}:table/mautic-commerce-bridge-restored`,
  'Ledger.Arn/index/work': `arn:aws:dynamodb:${ACCOUNT}:table/mautic-commerce-bridge-restored/index/work`,
  StoreSecrets: `arn:aws:secretsmanager:${ACCOUNT}:secret:mautic-commerce-bridge-StoreSecrets1-A`,
  StoreKeys: `arn:aws:secretsmanager:${ACCOUNT}:secret:mautic-commerce-bridge-StoreKeys1-A`,
  MauticSecretsCredentials: `arn:aws:secretsmanager:${ACCOUNT}:secret:mautic-commerce-bridge-MauticSecretsCredentials1-A`,
  MauticSecretsToken: `arn:aws:secretsmanager:${ACCOUNT}:secret:mautic-commerce-bridge-MauticSecretsToken1-A`,
};

/** Every function does all that it may. */
const ALL: readonly Decision[] = Object.entries(PERMISSIONS).flatMap(([fn, resources]) =>
  Object.entries(resources).flatMap(([resource, actions]) =>
    actions.map((action) => ({
      isAllowed: true,
      role: `mautic-commerce-bridge-staging-${fn.replaceAll('-', '')}RoleABC-1`,
      action,
      resource: ARNS[resource] ?? 'arn:aws:other',
    })),
  ),
);
const without = (one: (decision: Decision) => boolean) => ALL.filter((decision) => !one(decision));

test('every permission that is used leaves nothing to say', () => {
  expect(() => expectEveryPermissionUsed(ALL)).not.toThrow();
});

test('one that nobody used is named, with its function and what it is for', () => {
  const decisions = without(
    ({ role, action, resource }) =>
      role.includes('backfillRole') && action === 'dynamodb:Query' && resource.endsWith('/index/work'),
  );

  expect(() => expectEveryPermissionUsed(decisions)).toThrow('backfill dynamodb:Query Ledger.Arn/index/work');
});

test('a permission of one function is not that of another', () => {
  const decisions = without(({ role, action }) => role.includes('recordRole') && action === 's3:GetObject');

  expect(() => expectEveryPermissionUsed(decisions)).toThrow('record s3:GetObject');
});

test('what a function was refused fails, whatever else it may', () => {
  const [first] = ALL;
  if (!first) throw new Error('there are permissions');

  expect(() => expectEveryPermissionUsed([...ALL, { ...first, isAllowed: false }])).toThrow(
    'a function was refused what it needs',
  );
});

test('what Lambda and the clocks do without a role is not looked for, and roles of others are not looked at', () => {
  const byHand = without(({ action }) => action.startsWith('logs:') || action === 'lambda:InvokeFunction');
  const others = {
    isAllowed: false,
    role: 'cdk-hnb659fds-deploy-role',
    action: 's3:GetObject',
    resource: 'arn',
  };

  expect(() => expectEveryPermissionUsed([...byHand, others])).not.toThrow();
});
