import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsTimeoutMs } from '../environment.ts';
import { QueueProtocol } from './queues/protocol.ts';

/** How often a call is tried. */
export const TRIES = 3;

/** How long a try may take, ms. `ingest` has to come to an end with all of its own before API Gateway gives it up. */
export const TRY_MS = {
  dynamodb: 3_000,
  sqs: 2_000,
  secretsManager: 2_000,
  /** Bodies of several MiB take their time. */
  s3: 10_000,
} as const;

/**
 * Connections are kept open between invocations. Without these limits the SDK waits for ever, and a webhook's
 * sender does not. Region and addresses come from AWS_REGION and AWS_ENDPOINT_URL_*, which the SDK reads itself.
 */
function settings(requestTimeout: number) {
  const agent = { keepAlive: true, maxSockets: 50 };
  return {
    maxAttempts: TRIES,
    requestHandler: {
      connectionTimeout: awsTimeoutMs(1_000),
      requestTimeout: awsTimeoutMs(requestTimeout),
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}

export function createDynamoDBClient(): DynamoDBClient {
  return new DynamoDBClient(settings(TRY_MS.dynamodb));
}

export function createSqsClient(): SQSClient {
  return new SQSClient({ ...settings(TRY_MS.sqs), protocol: QueueProtocol });
}

export function createSecretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient(settings(TRY_MS.secretsManager));
}

export function createS3Client(): S3Client {
  return new S3Client(settings(TRY_MS.s3));
}
