import type { Command } from 'commander';
import { commandLine } from '../../core/ledger/command.ts';
import type { Doors } from '../place/open-place.ts';

/** `bridge companion`: the plugin for the shop, as text. */
export function addCompanion(program: Command, { terminal, companion }: Doors): void {
  program
    .command('companion')
    .summary('the plugin that tells the bridge of carts')
    .description(
      'Prints the companion for WooCommerce: save it as mcb-companion.php, put it into a folder of that name below wp-content/plugins, and activate it. With `carts` in the policy the bridge makes its webhook within a quarter of an hour.',
    )
    .addHelpText('after', `\nExample:\n  ${commandLine('companion > mcb-companion.php')}`)
    .action(async () => terminal.print((await companion()).trimEnd()));
}
