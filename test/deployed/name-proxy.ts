import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What commands need in their environment to reach the emulator by a name that resolves on few machines. */
export interface NameProxy {
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const NAMES = /^[\w-]+\.execute-api\.localhost:(\d+)$/;

/** Leads `<id>.execute-api.localhost` to 127.0.0.1, and nobody anywhere else; what is sent goes through as it is. */
export async function startNameProxy(): Promise<NameProxy> {
  const open = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '' }, client: Socket) => {
    const port = NAMES.exec(url)?.[1];
    if (port === undefined) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const emulator = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(emulator).pipe(client);
    });
    for (const [socket, other] of [
      [client, emulator],
      [emulator, client],
    ] as const) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      socket.once('error', () => other.destroy());
    }
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    variables: {
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${String(port)}`,
      NO_PROXY: '127.0.0.1',
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
