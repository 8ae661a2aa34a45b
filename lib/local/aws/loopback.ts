import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens on 127.0.0.1 only; port 0 means any free one. Returns the address, such as `http://127.0.0.1:3000`. */
export async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  // Longer than any client keeps an idle connection, so that none is cut just as it is used again.
  server.keepAliveTimeout = 120_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address.');
  return `http://127.0.0.1:${address.port}`;
}

/** Stops listening and cuts the connections that clients keep open, which would hold the process up. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}
