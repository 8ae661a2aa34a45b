import { type MauticSimulator, startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { mauticMs } from './mautic-time.ts';
import { startProxy } from './proxy.ts';

/** A simulated Mautic that says how many calls it got and how long a real one would have worked on them. */
export interface MeteredMautic {
  readonly url: string;
  readonly simulator: MauticSimulator;
  readonly spent: () => Spent;
  /** Contacts that must be shown to have been written, lest nothing was measured. */
  readonly contacts: () => number;
  close(): Promise<void>;
}

export interface Spent {
  readonly calls: number;
  readonly ms: number;
}

interface Metering {
  /** Answers take as long as they would, instead of only being counted. */
  readonly wait?: boolean;
  /** Two that insert at once are not found out for so long, as recorded. */
  readonly raceWindowMs?: number;
  /** What Mautic refuses is counted too, instead of ending the run. */
  readonly takesRefusals?: boolean;
}

/** An empty one. */
export async function startMeteredMautic({
  wait = false,
  raceWindowMs = 0,
  takesRefusals = false,
}: Metering = {}): Promise<MeteredMautic> {
  const simulator = await startMauticSimulator({ faults: { raceWindowMs } });
  let spent: Spent = { calls: 0, ms: 0 };
  const proxy = await startProxy({
    target: simulator.url,
    ...(wait && { leastMs: mauticMs }),
    seen: (exchange) => {
      if (exchange.status >= 400 && !takesRefusals)
        throw new Error(`${exchange.method} ${exchange.path} was answered ${String(exchange.status)}`);
      spent = { calls: spent.calls + 1, ms: spent.ms + mauticMs(exchange) };
    },
  });
  return {
    url: proxy.url,
    simulator,
    spent: () => spent,
    contacts: () => simulator.contacts().length,
    close: async () => {
      await proxy.close();
      await simulator.close();
    },
  };
}
