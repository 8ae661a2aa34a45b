import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FunctionName } from '../../../lib/stack/functions/sizing.ts';
import { NAMES, permissionsOf, variablesOf } from '../template.ts';
import { type Call, callsOf } from './calls.ts';
import { openShopFloor, type ShopFloor } from './shop-floor.ts';
import { playStory } from './story.ts';
import { unseenOf } from './unseen.ts';

/** Actions by resource, both as the template writes them. */
type Permissions = Readonly<Record<string, readonly string[]>>;

let floor: ShopFloor;

/** What the function was seen to do. */
function observed(name: FunctionName): Permissions {
  const own = floor.functions.calls.filter(({ by }) => by === name);
  return collected(own.map((call) => [resourceOf(name, call), call.action]));
}

/**
 * The resource as the template of the stack names it: that which the variable stands for, on AWS, by which the function
 * was told of it here.
 */
function resourceOf(name: FunctionName, { on, part = '' }: Call): string {
  const named = Object.entries(floor.functions.named).find(([, value]) => value === on)?.[0] ?? '';
  const resource = variablesOf(name)[named];
  if (resource === undefined) return `${on}${part}, of which the stack does not tell it`;
  // A secret is told by its ARN.
  const arn = named.endsWith('_ID') ? resource : `${resource}.Arn`;
  return patternOf(`${arn}${part}`, Object.keys(permissionsOf(name)));
}

/** The resource itself, or the pattern among these that means it. */
function patternOf(resource: string, patterns: readonly string[]): string {
  const meant = patterns.find((one) => one.endsWith('*') && resource.startsWith(one.slice(0, -1)));
  return patterns.includes(resource) ? resource : (meant ?? resource);
}

function unseen(name: FunctionName): Permissions {
  return collected(
    unseenOf(name).flatMap(({ on, actions }) => actions.map((action) => [on, action] as const)),
  );
}

function collected(pairs: readonly (readonly [string, string])[]): Permissions {
  const found = Map.groupBy(pairs, ([resource]) => resource);
  return Object.fromEntries(
    [...found].map(([resource, some]) => [resource, [...new Set(some.map(([, action]) => action))].sort()]),
  );
}

function together(one: Permissions, other: Permissions): Permissions {
  return collected(
    [one, other].flatMap((permissions) =>
      Object.entries(permissions).flatMap(([resource, actions]) =>
        actions.map((action) => [resource, action] as const),
      ),
    ),
  );
}

/** What the functions are seen to do, and what their roles allow. */
export function testRoles(): void {
  describe('the functions', () => {
    beforeAll(async () => {
      floor = await openShopFloor();
      await playStory(floor);
    });

    afterAll(async () => {
      vi.useRealTimers();
      await floor.close();
    });

    describe('the role of', () => {
      test.each(NAMES)('%s allows what it was seen to do, and nothing else', (name) => {
        expect(together(observed(name), unseen(name))).toEqual(permissionsOf(name));
      });

      test.each(NAMES)('%s allows nothing unseen that its function does show', (name) => {
        const shown = Object.entries(unseen(name)).flatMap(([resource, actions]) =>
          actions.filter((action) => observed(name)[resource]?.includes(action)),
        );

        expect(shown).toEqual([]);
      });
    });

    describe('a call', () => {
      const authorization = (service: string) =>
        `AWS4-HMAC-SHA256 Credential=sweep/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host`;
      const request = (service: string, operation: string, body: object) => ({
        method: 'POST',
        path: '/',
        headers: { authorization: authorization(service), 'x-amz-target': `Any.${operation}` },
        body: JSON.stringify(body),
      });
      const object = (method: string, path: string, headers = {}) => ({
        method,
        path,
        headers: { authorization: authorization('s3'), ...headers },
        body: '',
      });

      test.each([
        [request('dynamodb', 'Query', { TableName: 't', IndexName: 'i' }), 'dynamodb:Query', 't/index/i'],
        [request('dynamodb', 'BatchGetItem', { RequestItems: { t: {} } }), 'dynamodb:BatchGetItem', 't'],
        [request('sqs', 'SendMessageBatch', { QueueUrl: 'q' }), 'sqs:SendMessage', 'q'],
        [object('PUT', '/b/bodies/1?x-id=PutObject'), 's3:PutObject', 'b/bodies/1'],
      ])('takes the permission that IAM asks for, %#', (sent, action, on) => {
        const calls = callsOf(sent).map((call) => [call.by, call.action, `${call.on}${call.part ?? ''}`]);

        expect(calls).toEqual([['sweep', action, on]]);
      });

      test.each([
        request('dynamodb', 'TransactWriteItems', {}),
        request('kms', 'Decrypt', {}),
        object('GET', '/b/'),
        object('PUT', '/b/k?tagging'),
        object('PUT', '/b/k', { 'x-amz-acl': 'public-read' }),
        { ...object('GET', '/b/k'), headers: {} },
      ])('that nobody has thought of is no call without a permission, %#', (sent) => {
        expect(() => callsOf(sent)).toThrow('Which permission does');
      });
    });
  });
}
