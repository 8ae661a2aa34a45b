import { join } from 'node:path';
import type { LocalEnvironment } from '../../local-environment.ts';
import { FLAGS_USAGE, readFlags } from './flags.ts';
import { startMauticSimulator } from './simulator.ts';

/** `npm run mautic`: the simulated Mautic alone on MAUTIC_PORT, its state in BRIDGE_DATA_DIR, its faults by flags. */
export async function serveMautic(args: readonly string[], environment: LocalEnvironment): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`Usage: npm run mautic -- [<flags>]\n\n${FLAGS_USAGE}\n`);
    return;
  }
  const dataDir = join(environment.BRIDGE_DATA_DIR, 'mautic');
  const simulator = await startMauticSimulator({
    ...readFlags(args),
    port: environment.MAUTIC_PORT,
    dataDir,
  });
  process.stdout.write(`Mautic (simulated) listens on ${simulator.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
}
