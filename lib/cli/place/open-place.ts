import { type BridgeConfig, stageOf } from '../../core/policy/configuration/bridge-config.ts';
import { readEnvironment, saysWhereThingsLie } from '../../environment.ts';
import { LocalEnvironment } from '../../local-environment.ts';
import { configurationFile, loadStages, NoConfiguration } from '../configuration.ts';
import type { Terminal } from '../terminal.ts';
import { Interrupted, UsageError } from '../usage-error.ts';
import type { Place, PlaceFlags, Site } from './place.ts';

/** What only the door knows: it alone may start what runs on a laptop. */
export interface Doors {
  readonly terminal: Terminal;
  readonly version: string;
  /** The bridge on this machine, running or stopped. @throws Error that says what to do when there is none. */
  readonly openLocal: (config: BridgeConfig) => Promise<Place>;
  readonly start: (flags: StartSettings, config: BridgeConfig) => Promise<void>;
  readonly mautic: (args: readonly string[]) => Promise<void>;
  /** The text of the companion for a shop. */
  readonly companion: () => Promise<string>;
}

/** What somebody asked `start` for. */
export interface StartSettings {
  readonly once: boolean;
  readonly fresh: boolean;
  readonly sameMautic: boolean;
  readonly verbose: boolean;
  readonly shop: boolean;
  /** Absent where it was not said. */
  readonly demo?: boolean;
}

/**
 * The configuration of a stage: of the one that is named, else of BRIDGE_STAGE's, else of production.
 * @throws UsageError that names those there are.
 */
export async function configurationOf({ stage, config }: Pick<PlaceFlags, 'stage' | 'config'>): Promise<{
  readonly stage: string;
  readonly config: BridgeConfig;
}> {
  const named = stage ?? readEnvironment(LocalEnvironment).BRIDGE_STAGE;
  const stages = await loadStages(configurationFile(config)).catch((error: unknown) => {
    throw error instanceof NoConfiguration ? new UsageError(error.message, { cause: error }) : error;
  });
  try {
    return { stage: named, config: stageOf(stages, named) };
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : 'There is no such stage.', { cause });
  }
}

/**
 * Opens the bridge that the flags name and does some work with it; closed whatever happens.
 * @throws Interrupted when somebody presses Ctrl-C meanwhile, with how to go on.
 */
export async function workAt(
  doors: Doors,
  flags: PlaceFlags,
  work: (site: Site) => Promise<void>,
): Promise<void> {
  let hint = 'Nothing was left half done.';
  const { stage, config } = await configurationOf(flags);
  const place = await openPlace(doors, { flags, stage, config });
  const site: Site = {
    place,
    config: place.config,
    terminal: doors.terminal,
    json: flags.json === true,
    whenInterrupted: (text) => {
      hint = text;
    },
  };
  let stop: (() => void) | undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Interrupted(`Interrupted. ${hint}`));
    process.once('SIGINT', stop);
  });
  try {
    await Promise.race([work(site), interrupted]);
  } finally {
    if (stop) process.removeListener('SIGINT', stop);
    await place.close();
  }
}

interface Opening {
  readonly flags: PlaceFlags;
  readonly stage: string;
  readonly config: BridgeConfig;
}

async function openPlace(doors: Doors, { flags, stage, config }: Opening): Promise<Place> {
  const { local = false, region, profile } = flags;
  if (local && (region ?? profile) !== undefined)
    throw new UsageError('--local is this machine, which has no --region and no --profile.');
  if (local) return doors.openLocal(config);
  const isElsewhere = [flags.stage, region, profile].some((flag) => flag !== undefined);
  if (!isElsewhere && saysWhereThingsLie())
    return {
      name: 'the bridge of this environment',
      kind: 'environment',
      isRunning: true,
      config,
      close: async () => undefined,
    };
  // With all clients of AWS; who asks for something else need not wait for them.
  const { findDeployed } = await import('./deployed.ts');
  return findDeployed(config, stage, flags);
}
