import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { startDynalite } from './dynalite-server.ts';
import { startFauxqs } from './fauxqs-server.ts';
import { startSecretsManager } from './secrets-manager.ts';

export type Endpoints = {
  readonly sqs: string;
  readonly s3: string;
  readonly dynamodb: string;
  readonly secretsManager: string;
};

export interface Emulators {
  readonly endpoints: Endpoints;
  close(): Promise<void>;
}

export const EmulatorSettings = v.object({ dataDir: v.exactOptional(v.string()) });
export type EmulatorSettings = v.InferOutput<typeof EmulatorSettings>;

/**
 * Starts SQS, S3, DynamoDB and Secrets Manager in this thread, each on a free port of 127.0.0.1.
 * With `dataDir` every acknowledged write survives the death of the process; without it all is in memory.
 */
export async function startEmulators(options: EmulatorSettings = {}): Promise<Emulators> {
  if (options.dataDir) await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const within = (name: string) => (options.dataDir ? join(options.dataDir, name) : undefined);

  // DynamoDB goes first: it alone locks its directory, so a second start on the same data stops here.
  const dynamodb = await startDynalite(within('dynamodb'));
  const queuesAndBuckets = await startFauxqs(within('fauxqs'));
  const secretsManager = await startSecretsManager(within('secrets.json'));
  const started = [queuesAndBuckets, dynamodb, secretsManager];
  let closed: Promise<unknown> | undefined;
  return {
    endpoints: {
      sqs: queuesAndBuckets.url,
      s3: queuesAndBuckets.url,
      dynamodb: dynamodb.url,
      secretsManager: secretsManager.url,
    },
    close: async () => {
      closed ??= Promise.all(started.map((emulator) => emulator.close()));
      await closed;
    },
  };
}
