import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { closeServer, listenOnLoopback } from '../../../lib/local/aws/loopback.ts';

const Request = v.object({ MessageBody: v.optional(v.string(), '') });

/** The least that answers SendMessage, and one secret: what a call costs its caller shall not hide behind an emulator. */
export async function startAwsEndpoint(secret: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(answerTo(String(request.headers['x-amz-target']), text, secret)));
    });
  });
  const url = await listenOnLoopback(server);
  return { url, close: () => closeServer(server) };
}

function answerTo(target: string, text: string, secret: string): unknown {
  if (target.startsWith('secretsmanager.')) return { Name: 'stores', SecretString: secret, VersionId: 'v1' };
  const { MessageBody } = v.parse(Request, JSON.parse(text));
  return { MessageId: randomUUID(), MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
