import { join } from 'node:path';
import type { LocalEnvironment } from '../../local-environment.ts';
import { isSimulator } from '../../simulators/mautic/is-simulator.ts';
import type { MauticSimulator } from '../../simulators/mautic/simulator.ts';
import { mauticNameOf, SIMULATED } from './own-mautic.ts';
import { portTaken } from './port-taken.ts';
import { isLoopback } from './settings.ts';

/** The Mautic that a local bridge writes to. */
export interface LocalMautic {
  readonly url: string;
  /** As the ledger names it. */
  readonly name: string;
  /** What is played into it harms nobody. */
  readonly isSimulated: boolean;
  /** What can go wrong with it; absent where it runs elsewhere. */
  readonly faults?: MauticSimulator['faults'];
  close(): Promise<void>;
}

/** Whether `MAUTIC_BASE_URL` leads to a simulated Mautic, or is absent, so that one is started. */
export async function isMauticSimulated({ MAUTIC_BASE_URL: url }: LocalEnvironment): Promise<boolean> {
  return url === undefined || (isLoopback(url) && (await isSimulator(url)));
}

/**
 * The Mautic of `MAUTIC_BASE_URL`, or a simulated one with its data beside the ledger.
 * @throws Error that names the port when it is taken.
 */
export async function openMautic(environment: LocalEnvironment, isSimulated: boolean): Promise<LocalMautic> {
  const { MAUTIC_BASE_URL: url, MAUTIC_PORT: port, BRIDGE_DATA_DIR } = environment;
  if (url !== undefined) return { url, name: mauticNameOf(url), isSimulated, close: async () => {} };
  // Who has a Mautic need not wait for this one.
  const { startMauticSimulator } = await import('../../simulators/mautic/simulator.ts');
  const dataDir = join(BRIDGE_DATA_DIR, 'mautic');
  const simulator = await startMauticSimulator({ port, dataDir }).catch(portTaken('MAUTIC_PORT', port));
  const { faults, close } = simulator;
  return { url: simulator.url, name: SIMULATED, isSimulated, faults, close };
}
