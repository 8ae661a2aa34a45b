import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { expect, test } from 'vitest';
import { webhookDoor } from '../../../lib/aws/doors/http-door.ts';
import { createContext } from '../../../lib/local/gateway/lambda-context.ts';
import { recordingLog } from '../../support/log.ts';

/** What the pipeline is asked for when the greedy route matched this rest of the path. */
async function storeOf(rest: string | undefined): Promise<string> {
  const asked: string[] = [];
  const telemetry = {
    log: recordingLog(() => undefined),
    metrics: { count: () => undefined },
    flush: () => undefined,
  };
  const door = webhookDoor(async (store) => {
    asked.push(store);
    return { status: 200, message: 'accepted' };
  }, telemetry);
  const event = { headers: {}, body: '{}', ...(rest !== undefined && { pathParameters: { store: rest } }) };
  const answer: APIGatewayProxyStructuredResultV2 = await door(
    event as unknown as APIGatewayProxyEventV2,
    createContext('ingest', 29_000),
  );
  expect(answer.statusCode).toBe(200);
  return asked.join();
}

test.each([
  ['demo', 'demo'],
  ['demo/', 'demo'],
  ['demo//', 'demo/'],
  ['demo/more', 'demo/more'],
  ['/', ''],
  [undefined, ''],
])('the rest %j of a webhook address names the store %j', async (rest, store) => {
  expect(await storeOf(rest)).toBe(store);
});
