import type { SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Bodies } from '../core/ports/queues.ts';
import { awsTimeoutMs } from '../environment.ts';

export interface BodyUploadSettings {
  /** Any AWS client: its region, credentials and hash are used. */
  readonly client: SQSClient;
  readonly bucket: string;
  /** Where S3 is, if not where it always is. */
  readonly endpoint?: string | undefined;
}

/** A store waits for the answer, so a slow try is given up for a new one. */
export const UPLOAD = { tries: 3, tryMs: 3_000 } as const;

/**
 * Puts a body into the bucket with one signed request. The S3 client would be a quarter of what `ingest` loads at
 * each start, for a body over 768 KB that hardly ever comes (`npm run bench`, start of ingest).
 */
export function createBodyUpload(settings: BodyUploadSettings): Pick<Bodies, 'put'> {
  const { config } = settings.client;
  const { region, credentials, sha256 } = config;
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256, uriEscapePath: false });

  async function send(key: string, body: Uint8Array): Promise<Response> {
    const url = urlOf(settings, await region(), key);
    const { hostname, port, protocol, pathname: path, host } = url;
    const plain = { method: 'PUT', protocol, hostname, path, headers: { host }, body, query: {} };
    const signed = await signer.sign(port === '' ? plain : { ...plain, port: Number(port) });
    const { host: _host, ...headers } = signed.headers;
    return fetch(url, {
      method: 'PUT',
      headers,
      body: Buffer.from(body),
      signal: AbortSignal.timeout(awsTimeoutMs(UPLOAD.tryMs)),
    });
  }

  return {
    put: async (key, body) => {
      for (let tries = 1; ; tries += 1) {
        const response = await send(key, body).catch((error: unknown) => lastChance(error, tries));
        await response?.body?.cancel();
        if (response?.ok) return;
        if (response && (response.status < 500 || tries === UPLOAD.tries)) throw refused(response.status);
      }
    },
  };
}

/** A lost connection is worth another try: the same bytes under the same key do no harm. */
function lastChance(error: unknown, tries: number): undefined {
  if (tries === UPLOAD.tries) throw error;
}

function refused(status: number): Error {
  return new Error(
    `S3 answered ${String(status)} to a body; look at the bucket's policy and the role of ingest`,
  );
}

function urlOf({ bucket, endpoint }: BodyUploadSettings, region: string, key: string): URL {
  if (endpoint !== undefined) return new URL(`${endpoint.replace(/\/+$/, '')}/${bucket}/${key}`);
  const suffix = region.startsWith('cn-') ? '.cn' : '';
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com${suffix}/${key}`);
}
