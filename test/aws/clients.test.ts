import { createServer } from 'node:http';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

afterEach(() => vi.unstubAllEnvs());

function stubEnvironment(url: string): void {
  const variables = awsEnvironment({ sqs: url, s3: url, dynamodb: url, secretsManager: url });
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
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
    const silent = createServer(() => undefined);
    const url = await listenOnLoopback(silent);
    stubEnvironment(url);
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
    await closeServer(silent);
  });
});

describe('the system clock', () => {
  it('tells the time and sleeps', async () => {
    const before = Date.now();

    await systemClock.sleep(20);

    expect(systemClock.now()).toBeGreaterThanOrEqual(before + 19);
  });
});
