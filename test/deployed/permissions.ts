import assert from 'node:assert/strict';
import { stackNameOf } from '../../lib/stack/stage.ts';
import { PERMISSIONS } from '../stack/permissions.ts';
import type { Decision } from './emulator.ts';

/**
 * Lambda itself polls, logs and lets itself be invoked by the clocks; the emulator does that without a role. And AWS
 * alone answers 404 instead of 403 for a body that is gone to whoever may list the bucket.
 */
const OF_AWS =
  /^(logs:|lambda:InvokeFunction$|s3:ListBucket$|sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$)/;

/** What each kind of resource of `PERMISSIONS` looks like as an ARN. */
const ARNS: Readonly<Record<string, RegExp>> = {
  'DeliveriesQueue.Arn': /^arn:aws:sqs:.*DeliveriesQueue/,
  'ContactsQueue.Arn': /^arn:aws:sqs:.*ContactsQueue/,
  'Bodies.Arn/bodies/*': /^arn:aws:s3:::[^/]+\/bodies\//,
  'Bodies.Arn': /^arn:aws:s3:::[^/]+$/,
  'Ledger.Arn': /^arn:aws:dynamodb:[^/]*:table\/[^/]+$/,
  'Ledger.Arn/index/work': /^arn:aws:dynamodb:[^/]*:table\/[^/]+\/index\/work$/,
  StoreSecrets: /^arn:aws:secretsmanager:.*StoreSecrets/,
  StoreKeys: /^arn:aws:secretsmanager:.*StoreKeys/,
  MauticSecretsCredentials: /^arn:aws:secretsmanager:.*MauticSecretsCredentials/,
  MauticSecretsToken: /^arn:aws:secretsmanager:.*MauticSecretsToken/,
};

/** What a function may do. */
interface Granted {
  readonly fn: string;
  readonly action: string;
  readonly resource: string;
}

/**
 * Every permission of every function was used, so that one that is missing makes a run fail; and nobody was refused.
 * @throws AssertionError that names which was not, or what was refused.
 */
export function expectEveryPermissionUsed(decisions: readonly Decision[]): void {
  const ours = decisions.filter(({ role }) => role.startsWith(stackNameOf('production')));
  assert.deepEqual(
    ours.filter(({ isAllowed }) => !isAllowed),
    [],
    'a function was refused what it needs',
  );
  const unused = granted().filter((permission) => !ours.some((decision) => isOf(decision, permission)));
  assert.deepEqual(
    unused.map(({ fn, action, resource }) => `${fn} ${action} ${resource}`),
    [],
    'nobody would notice if these permissions were missing',
  );
}

function granted(): readonly Granted[] {
  return Object.entries(PERMISSIONS).flatMap(([fn, resources]) =>
    Object.entries(resources).flatMap(([resource, actions]) =>
      actions.filter((action) => !isOfAws(fn, action)).map((action) => ({ fn, action, resource })),
    ),
  );
}

/** `sweep` looks at the depth of a queue that it does not poll. */
function isOfAws(fn: string, action: string): boolean {
  return action.startsWith('logs:') || (OF_AWS.test(action) && fn !== 'sweep');
}

function isOf(decision: Decision, { fn, action, resource }: Granted): boolean {
  return (
    decision.action === action &&
    decision.role.includes(`-${fn.replaceAll('-', '')}Role`) &&
    (ARNS[resource]?.test(decision.resource) ?? false)
  );
}
