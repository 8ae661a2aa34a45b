import type { Command } from 'commander';
import { valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';
import { storeOf } from './replay.ts';

interface Flags extends PlaceFlags {
  readonly store?: string;
  readonly topic?: string;
}

/** `bridge send`. */
export function addSend(program: Command, doors: Doors): void {
  const command = program
    .command('send')
    .argument('<file>', 'a recorded delivery, {"headers":…,"body":…}, or the JSON body of one')
    .summary('signs a recorded delivery and sends it to the bridge')
    .description(
      'Sends a recorded delivery to the bridge as the store would: signed with the secret of the store, from its address. A file that is a body alone needs --topic.',
    )
    .option(
      '--topic <name>',
      'like order.updated; else what the headers of the file say',
      valueAfter('--topic'),
    )
    .option('--store <id>', 'as which store; may be left out where there is only one', valueAfter('--store'))
    .action((file: string, flags: Flags) =>
      workAt(doors, flags, async (site) => {
        const [only, ...others] = site.config.stores;
        const id = storeOf(flags, site.config.stores) ?? (others.length === 0 ? only?.id : undefined);
        if (id === undefined) throw new UsageError('Say as which store: --store <id>.');
        const { send } = await import('./run/send.ts');
        await send(site, file, { store: id, topic: flags.topic });
      }),
    );
  withExamples(
    withPlaceFlags(command),
    'send delivery.json --local',
    'send order.json --topic order.updated --local',
  );
}
