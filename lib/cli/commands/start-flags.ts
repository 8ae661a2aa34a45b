import { readFlags, UsageError } from '../flags.ts';

/** What `start --help` says. */
export const START_USAGE = `Usage: npm start [-- <flags>]

The bridge on 127.0.0.1, with a simulated Mautic unless MAUTIC_BASE_URL names one, and with one recorded checkout.
  --once          ends after the checkout; the last line is the contact as JSON
  --demo          plays the checkout into a Mautic that is not simulated, too: a person, tags and fields
  --no-demo       plays nothing
  --fresh         forgets what an earlier run left in .bridge/ (or BRIDGE_DATA_DIR)
  --verbose       shows what each function logs, as JSON; so does LOG_LEVEL=DEBUG, INFO, WARN or ERROR
  --same-mautic   MAUTIC_BASE_URL names the Mautic that was written to before, at a new address

PORT, MAUTIC_PORT and the other variables are in the README, "With a real Mautic or a real store".`;

/** What somebody asked `start` for. */
export interface StartFlags {
  readonly once: boolean;
  readonly fresh: boolean;
  readonly sameMautic: boolean;
  readonly verbose: boolean;
  /** Absent where it was not said. */
  readonly demo?: boolean;
}

/** Reads the flags of `start`. @throws UsageError that says in one line what is wrong with them. */
export function readStartFlags(args: readonly string[]): StartFlags {
  const flags = readFlags(args, {
    once: { type: 'boolean', default: false },
    demo: { type: 'boolean', default: false },
    'no-demo': { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    'same-mautic': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  });
  const { once, demo, fresh, verbose, 'no-demo': noDemo, 'same-mautic': sameMautic } = flags;
  if (demo && noDemo) throw new UsageError('--demo and --no-demo contradict each other.');
  if (once && noDemo) throw new UsageError('--once ends after the checkout, which --no-demo leaves out.');
  const said = demo || noDemo ? { demo } : {};
  return { once, fresh, sameMautic, verbose, ...said };
}
