import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withoutPermission } from './deployment.ts';

const policy = (...actions: readonly string[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: 'all' }] } },
});
const TEMPLATE = {
  Description: 'kept',
  Resources: {
    recordRoleDefaultPolicy1: policy('sqs:SendMessage', 'sqs:DeleteMessage'),
    syncRoleDefaultPolicy2: policy('sqs:SendMessage'),
  },
};

let out: string;

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'bridge-template-'));
  await writeFile(join(out, 'mautic-commerce-bridge.template.json'), JSON.stringify(TEMPLATE));
});
afterEach(() => rm(out, { recursive: true, force: true }));

test('one permission of one function is taken away', async () => {
  await withoutPermission(out, { fn: 'record', action: 'sqs:SendMessage' });

  const made: unknown = JSON.parse(await readFile(join(out, 'mautic-commerce-bridge.template.json'), 'utf8'));
  expect(made).toEqual({
    Description: 'kept',
    Resources: { ...TEMPLATE.Resources, recordRoleDefaultPolicy1: policy('sqs:DeleteMessage') },
  });
});

test('a permission that the function does not have cannot be taken away', async () => {
  const taken = withoutPermission(out, { fn: 'record', action: 'sqs:PurgeQueue' });

  await expect(taken).rejects.toThrow('The function record has no permission sqs:PurgeQueue');
});
