import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsTimeoutMs } from '../environment.ts';

/**
 * Connections are kept open between invocations. Without these limits the SDK waits for ever, and a webhook's
 * sender does not. Region and addresses come from AWS_REGION and AWS_ENDPOINT_URL_*, which the SDK reads itself.
 */
function settings(requestTimeout: number) {
  const agent = { keepAlive: true, maxSockets: 50 };
  return {
    maxAttempts: 3,
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
  return new DynamoDBClient(settings(3_000));
}

export function createSqsClient(): SQSClient {
  return new SQSClient(settings(2_000));
}

export function createSecretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient(settings(3_000));
}

/** Bodies of several MiB take their time. */
export function createS3Client(): S3Client {
  return new S3Client(settings(10_000));
}
