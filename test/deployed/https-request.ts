import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';

/** A request to the emulator, whatever host it is meant for. */
export interface EmulatorRequest {
  readonly port: number;
  /** Whom to trust, in PEM. */
  readonly certificate: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * The status of the answer. The connection goes to 127.0.0.1, and the certificate is checked for `localhost`:
 * names like `<id>.execute-api.localhost`, which the Host header carries, resolve on few machines.
 */
export async function httpsRequest({ certificate, body, ...rest }: EmulatorRequest): Promise<number> {
  const options = {
    ...rest,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: certificate,
    agent: false as const,
  };
  const sent = request(options);
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}
