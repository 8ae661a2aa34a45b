import { Argument, type Command } from 'commander';
import { valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';
import type { WebhookDeed } from '../webhooks/deed.ts';
import { storeOf } from './replay.ts';

interface Flags extends PlaceFlags {
  readonly store?: string;
  readonly url?: string;
  readonly yes?: boolean;
}

/** `bridge webhooks`. */
export function addWebhooks(program: Command, doors: Doors): void {
  const command = program
    .command('webhooks')
    .addArgument(
      new Argument('[what]', 'what is done with them')
        .choices(['list', 'register', 'repair', 'remove'])
        .default('list'),
    )
    .summary("lists, registers, repairs or removes the stores' webhooks")
    .description(
      'The webhooks of the stores (of FluentCart: its feeds). list shows them, and which come here; register makes those that are missing; repair also switches on again what the store switched off, and gives the right secret; remove deletes those that come here.',
    )
    .option('--store <id>', 'of one store', valueAfter('--store'))
    .option(
      '--url <address>',
      'where they go, of a bridge on this machine behind a tunnel',
      valueAfter('--url'),
    )
    .option('-y, --yes', 'does not ask before it removes')
    .action((what: WebhookDeed, flags: Flags) =>
      workAt(doors, flags, async (site) => {
        const store = storeOf(flags, site.config.stores);
        const { webhooks } = await import('./run/webhooks.ts');
        await webhooks(site, what, { store, url: urlOf(flags.url), yes: flags.yes === true });
      }),
    );
  withExamples(withPlaceFlags(command), 'webhooks', 'webhooks repair --store demo');
}

function urlOf(url: string | undefined): string | undefined {
  if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return url;
  throw new UsageError('--url must be an address like https://bridge.example.com.');
}
