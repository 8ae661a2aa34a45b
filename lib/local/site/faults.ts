import type { Faults } from '../../simulators/mautic/http/faults.ts';

/** What the page can make a simulated Mautic do. */
export const SWITCHES = {
  slow: 'Slow (3 s a call)',
  down: 'Down (503)',
  limited: 'Rate limit used up (429)',
  refuses: 'Refuses the token (401)',
} as const;

export type SwitchName = keyof typeof SWITCHES;

/** Which of them are on. */
export type Switches = Readonly<Record<SwitchName, boolean>>;

const SLOW_MS = 3_000;

/** The switches of a simulated Mautic that runs in this process. */
export interface FaultSwitches {
  read(): Switches;
  set(name: SwitchName, isOn: boolean): void;
}

/** Takes over the faults: rules that were set before are forgotten when a switch is moved. */
export function createFaultSwitches(faults: Faults): FaultSwitches {
  let switches: Switches = { slow: false, down: false, limited: false, refuses: false };
  return {
    read: () => switches,
    set(name, isOn) {
      switches = { ...switches, [name]: isOn };
      faults.clear();
      const always = { match: () => true, times: Number.POSITIVE_INFINITY };
      if (switches.down) faults.add({ ...always, kind: 'html-503' });
      if (switches.limited) faults.add({ ...always, kind: 'rate-limit-429' });
      faults.latency = () => (switches.slow ? SLOW_MS : 0);
      faults.areClientsGone = switches.refuses;
    },
  };
}
