import { createServer } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBodies } from '../../lib/aws/bodies.ts';
import { createBodyUpload } from '../../lib/aws/body-upload.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { startEmulators } from '../../lib/local/aws/emulators.ts';
import { closeServer, listenOnLoopback } from '../../lib/local/aws/loopback.ts';
import { createResources } from '../../lib/local/aws/resources.ts';

const KEY = `bodies/demo/2026-11-22/${'a'.repeat(64)}`;

async function s3() {
  const emulators = await startEmulators();
  onTestFinished(() => emulators.close());
  const { bodiesBucket: bucket } = await createResources(emulators.endpoints);
  const endpoint = emulators.endpoints.s3;
  const upload = createBodyUpload({ client: new SQSClient(connection(endpoint)), bucket, endpoint });
  const reading = createBodies({
    client: new S3Client({ ...connection(endpoint), forcePathStyle: true }),
    bucket,
  });
  return { upload, reading };
}

/** A server that answers these statuses in turn, the last one for ever, and keeps what it was sent. */
async function answering(...statuses: number[]) {
  const seen: { path: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ path: request.url, authorization: request.headers.authorization });
    response.writeHead(statuses[seen.length - 1] ?? statuses.at(-1) ?? 200);
    request.resume().on('end', () => response.end());
  });
  const endpoint = await listenOnLoopback(server);
  onTestFinished(() => closeServer(server));
  const client = new SQSClient(connection(endpoint));
  return { seen, upload: createBodyUpload({ client, bucket: 'bodies', endpoint }) };
}

describe('a body that is put into the bucket', () => {
  it('is read back byte for byte by the S3 client', async () => {
    const { upload, reading } = await s3();
    const body = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 256);

    await upload.put(KEY, body);

    expect(Buffer.from((await reading.get(KEY)) ?? []).equals(body)).toBe(true);
  });

  it('is signed for S3 in its region', async () => {
    const { seen, upload } = await answering(200);

    await upload.put(KEY, new Uint8Array([1]));

    expect(seen).toHaveLength(1);
    expect(seen[0]?.path).toBe(`/bodies/${KEY}`);
    expect(seen[0]?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/us-east-1\/s3\/aws4_request/,
    );
  });

  it('is sent again when S3 fails, three times in all', async () => {
    const { seen, upload } = await answering(503, 500, 200);
    await upload.put(KEY, new Uint8Array([1]));
    expect(seen).toHaveLength(3);

    const broken = await answering(503);
    await expect(broken.upload.put(KEY, new Uint8Array([1]))).rejects.toThrow('S3 answered 503');
    expect(broken.seen).toHaveLength(3);
  });

  it('is not sent again when S3 refuses it', async () => {
    const { seen, upload } = await answering(403);

    await expect(upload.put(KEY, new Uint8Array([1]))).rejects.toThrow('S3 answered 403');

    expect(seen).toHaveLength(1);
  });

  it('is an error when nobody answers', async () => {
    const client = new SQSClient(connection('http://127.0.0.1:9'));
    const upload = createBodyUpload({ client, bucket: 'bodies', endpoint: 'http://127.0.0.1:9' });

    await expect(upload.put(KEY, new Uint8Array([1]))).rejects.toThrow('fetch failed');
  });
});
