import { createServer, type RequestListener } from 'node:http';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createDynamoDBClient,
  createS3Client,
  createSecretsManagerClient,
  createSqsClient,
  TRIES,
  TRY_MS,
} from '../../lib/aws/clients.ts';
import { systemClock } from '../../lib/aws/clock.ts';
import { awsEnvironment } from '../../lib/local/aws/connection.ts';
import { startDynalite } from '../../lib/local/aws/dynalite-server.ts';
import { closeServer, listenOnLoopback } from '../../lib/local/aws/loopback.ts';

const NOWHERE = { sqs: '', s3: '', dynamodb: '', secretsManager: '' };

afterEach(() => vi.unstubAllEnvs());

/** What leads to `url`, without the time that it says calls may take unless that is given. */
function stubEnvironment(url: string, timeoutMs?: string): void {
  const variables = awsEnvironment({ sqs: url, s3: url, dynamodb: url, secretsManager: url });
  for (const [name, value] of Object.entries({ ...variables, AWS_CALL_TIMEOUT_MS: timeoutMs }))
    vi.stubEnv(name, value);
}

/** A server for one test. */
async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => closeServer(server));
  return listenOnLoopback(server);
}

/** A call is made, and given up. */
async function expectGivenUp(client: SQSClient): Promise<void> {
  await expect(client.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
  client.destroy();
}

describe('AWS clients', () => {
  it('take region and address from the environment', async () => {
    const server = await startDynalite();
    stubEnvironment(server.url);
    const client = createDynamoDBClient();

    expect(await client.send(new ListTablesCommand({}))).toMatchObject({ TableNames: [] });

    expect(await client.config.region()).toBe('us-east-1');
    client.destroy();
    await server.close();
  });

  it('try three times', async () => {
    const clients = [
      createDynamoDBClient(),
      createS3Client(),
      createSecretsManagerClient(),
      createSqsClient(),
    ];

    expect(await Promise.all(clients.map(({ config }) => config.maxAttempts()))).toEqual([3, 3, 3, 3]);
    expect(TRIES).toBe(3);
  });

  // What is added up from these limits is held against the time that ingest has.
  it('give up a try after as long as is said, and in the end the service', async () => {
    stubEnvironment(await serving(() => undefined));
    const queue = createSqsClient();
    const secrets = createSecretsManagerClient();
    const patience = (ms: number) => ({
      name: 'TimeoutError',
      message: expect.stringContaining(`exceeded the configured ${String(ms)} ms`),
    });

    await Promise.all([
      expect(queue.send(new ListQueuesCommand({}))).rejects.toMatchObject(patience(TRY_MS.sqs)),
      expect(secrets.send(new GetSecretValueCommand({ SecretId: 'stores' }))).rejects.toMatchObject(
        patience(TRY_MS.secretsManager),
      ),
    ]);

    queue.destroy();
    secrets.destroy();
  });

  it('give up when the environment says, where it does', async () => {
    stubEnvironment(await serving(() => undefined), '50');

    await expectGivenUp(createSqsClient());
  });

  it('wait longer than they would for a stand-in on a busy laptop', async () => {
    let calls = 0;
    const url = await serving((_request, response) => {
      calls += 1;
      setTimeout(() => response.end('{}'), 2_500);
    });
    stubEnvironment(url, awsEnvironment(NOWHERE)['AWS_CALL_TIMEOUT_MS']);
    const client = createSqsClient();

    expect(await client.send(new ListQueuesCommand({}))).toMatchObject({ $metadata: { attempts: 1 } });

    expect(calls).toBe(1);
    client.destroy();
  });
});

describe('the system clock', () => {
  it('tells the time and sleeps', async () => {
    const before = Date.now();

    await systemClock.sleep(20);

    expect(systemClock.now()).toBeGreaterThanOrEqual(before + 19);
  });
});
