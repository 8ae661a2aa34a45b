import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type { ReadLogs } from '../../core/ports/logs.ts';
import type { Terminal } from '../terminal.ts';

/** A bridge that a command works on. Where its parts lie stands in this process's environment by then. */
export interface Place {
  /** For people: `the stack mautic-commerce-bridge in eu-central-1`. */
  readonly name: string;
  /** `environment`: the shell itself said where things lie. */
  readonly kind: 'deployed' | 'local' | 'environment';
  /** Something works on what is put there: a deployed bridge does, a local one while npm start runs. */
  readonly isRunning: boolean;
  /** Why Mautic cannot be asked, and what to do; absent where it can. */
  readonly withoutMautic?: string;
  /** Where the stores' webhooks go, without `/webhooks/<store>`; absent where that is not known. */
  readonly webhookBaseUrl?: string | undefined;
  /** What its functions logged; absent where the shell does not say where that is. */
  readonly readLogs?: ReadLogs;
  /** The stack's state and outputs; of a deployed one. */
  readonly stack?: DeployedStack;
  /** The configuration as it holds there: a laptop may know a store or Mautic by another address. */
  readonly config: BridgeConfig;
  close(): Promise<void>;
}

/** A stack of CloudFormation, as it describes it. */
export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  /** As CloudFormation calls it: `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Flags that every command has which works on a bridge. */
export interface PlaceFlags {
  readonly stage?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly config?: string;
  readonly local?: boolean;
  readonly json?: boolean;
}

/** What a command works with. */
export interface Site {
  readonly place: Place;
  readonly config: BridgeConfig;
  readonly terminal: Terminal;
  /** The answer is for a machine. */
  readonly json: boolean;
  /** What to say when somebody presses Ctrl-C: how to go on. */
  readonly whenInterrupted: (hint: string) => void;
}
