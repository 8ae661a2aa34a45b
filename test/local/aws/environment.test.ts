import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { awsEnvironment } from '../../../lib/local/aws/connection.ts';
import { emulated } from './emulated.ts';

describe('the environment of the functions', () => {
  it('leads clients built without any settings to the emulators', async () => {
    const { endpoints, resources } = await emulated();
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const [name, value] of Object.entries(awsEnvironment(endpoints))) vi.stubEnv(name, value);

    const sent = await new SQSClient({}).send(
      new SendMessageCommand({ QueueUrl: resources.deliveriesQueueUrl, MessageBody: 'hello' }),
    );
    const stored = await new S3Client({}).send(
      new PutObjectCommand({ Bucket: resources.bodiesBucket, Key: 'key', Body: 'hello' }),
    );
    const tables = await new DynamoDBClient({}).send(new ListTablesCommand({}));
    const created = await new SecretsManagerClient({}).send(
      new CreateSecretCommand({ Name: 'secret', SecretString: 'hello' }),
    );

    expect(sent.MessageId).toBeDefined();
    expect(stored.ETag).toBeDefined();
    expect(tables.TableNames).toEqual(['bridge']);
    expect(created.VersionId).toBeDefined();
  });

  it('leads nowhere but to this machine', async () => {
    const { endpoints } = await emulated();

    for (const endpoint of Object.values(endpoints)) expect(new URL(endpoint).hostname).toBe('127.0.0.1');
  });
});
