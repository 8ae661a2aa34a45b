import { once } from 'node:events';
import { createServer } from 'node:net';

type PortVariable = 'PORT' | 'MAUTIC_PORT' | 'SHOP_PORT';

/**
 * Makes of a server's failure to listen an error that names the port and the variable that chooses another.
 * @throws what it is given, where it is something else.
 */
export function portTaken(variable: PortVariable, port: number): (error: unknown) => never {
  const remedy = `set ${variable} to another one, or end what listens there`;
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new Error(`Port ${String(port)} is taken: ${remedy}.`, { cause: error });
    if (code === 'EACCES')
      throw new Error(`Port ${String(port)} may not be used: ${remedy}.`, { cause: error });
    throw error;
  };
}

/**
 * Listens on a port of 127.0.0.1 and lets go of it, so that who starts several things hears of it before the first.
 * @throws Error that names the port when it is taken or may not be used.
 */
export async function expectFreePort(variable: PortVariable, port: number): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    portTaken(variable, port)(error);
  }
  server.close();
  await once(server, 'close');
}
