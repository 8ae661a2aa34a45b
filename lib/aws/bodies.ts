import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Bodies } from '../core/ports/queues.ts';

export interface BodiesSettings {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Bodies that are too large for the queue, in a bucket whose lifecycle takes them away. */
export function createBodies({ client, bucket }: BodiesSettings): Bodies {
  return {
    put: async (key, body) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
    get: async (key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
