import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { connection } from '../../../lib/local/aws/connection.ts';
import type { Endpoints } from '../../../lib/local/aws/emulators.ts';

export function connect(endpoints: Endpoints) {
  return {
    sqs: new SQSClient(connection(endpoints.sqs)),
    s3: new S3Client(connection(endpoints.s3)),
    dynamodb: new DynamoDBClient(connection(endpoints.dynamodb)),
    secrets: new SecretsManagerClient(connection(endpoints.secretsManager)),
  };
}
