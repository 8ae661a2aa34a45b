import type { Endpoints } from './emulators.ts';

/** What an AWS SDK client needs to talk to an emulator; the credentials are made up, the emulators check none. */
export function connection(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}

/** Nothing here is ever away; a busy machine is slow, and a call given up and made again is one call too many. */
const PATIENCE_MS = 120_000;

/** The variables that lead every AWS SDK client built without settings to the emulators. */
export function awsEnvironment(endpoints: Endpoints): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_CALL_TIMEOUT_MS: String(PATIENCE_MS),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
  };
}
