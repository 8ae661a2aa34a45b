import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '../../lib/local/aws/loopback.ts';
import { type MauticSimulator, startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';

/** A Mautic that does not say it is simulated. */
export interface RealMautic {
  readonly url: string;
  readonly held: Pick<MauticSimulator, 'contacts' | 'requests'>;
  close(): Promise<void>;
}

/** A Mautic with pages of its own, as a real one has; behind them stands the simulator. */
export async function startRealMautic(): Promise<RealMautic> {
  const simulator = await startMauticSimulator();
  const server = createServer((request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    if (!/^\/(api|oauth)\//.test(path)) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Mautic</h1>');
      return;
    }
    const { authorization = '', 'content-type': type = 'application/json' } = headers;
    buffer(request)
      .then(async (body) => {
        const sent = method === 'GET' ? {} : { body };
        const answer = await fetch(new URL(path, simulator.url), {
          method,
          headers: { authorization, 'content-type': type },
          ...sent,
        });
        const { status } = answer;
        response.writeHead(status, { 'content-type': 'application/json' }).end(await answer.text());
      })
      .catch(() => response.destroy());
  });
  return {
    url: await listenOnLoopback(server),
    held: simulator,
    close: async () => {
      await closeServer(server);
      await simulator.close();
    },
  };
}
