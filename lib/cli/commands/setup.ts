import type { Command } from 'commander';
import { valueAfter } from '../flags.ts';
import type { Doors } from '../place/open-place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { CALLBACK_PORT } from '../setup/callback-port.ts';
import type { SetupFlags } from '../setup/setup-flags.ts';
import { UsageError } from '../usage-error.ts';

/** `bridge setup`. */
export function addSetup(program: Command, doors: Doors): void {
  const command = program
    .command('setup')
    .summary('asks for what is missing, checks it at once, and puts it where it belongs')
    .description(
      'Writes bridge.config.ts, then, once the stack is deployed, fills the secrets: it invents the webhook secret, asks for the keys of the shop and for the credentials of Mautic, and tries each of them at once. Then it offers to make fields and webhooks, and asks the doctor. What is there already is tried and kept; what is given takes its place once it was tried.\nSecrets are asked for without an echo. A script hands them over in the environment (WEBHOOK_SECRET, STORE_CONSUMER_KEY, STORE_CONSUMER_SECRET, MAUTIC_CLIENT_ID, MAUTIC_CLIENT_SECRET or MAUTIC_USERNAME, MAUTIC_PASSWORD) or on the standard input, never as a flag; of a FluentCart store the consumer key is the user’s name, the consumer secret an application password of theirs.',
    )
    .option('-y, --yes', 'asks nothing: takes what is given, makes what is missing')
    .option('--store-url <address>', 'of the shop', valueAfter('--store-url'))
    .option(
      '--store-id <name>',
      'a part of the webhook URL, demo if not given; of several stores the one whose secrets are given',
      valueAfter('--store-id'),
    )
    .option('--store-kind <kind>', 'woocommerce or fluentcart', valueAfter('--store-kind'))
    .option('--currency <code>', "the shop's base currency, like EUR", valueAfter('--currency'))
    .option('--mautic-url <address>', 'of Mautic, without /api', valueAfter('--mautic-url'))
    .option(
      '--alarm-email <address>',
      'who is told when something needs a person',
      valueAfter('--alarm-email'),
    )
    .option('--renew', 'asks for keys and credentials again, though there are some')
    .option('--secrets-stdin', 'reads the secrets as one JSON object: {"clientId":…,"consumerKey":…}')
    .option(
      '--callback-url <address>',
      "lets the shop's own page give the keys: the https address of a tunnel that leads to this machine",
      valueAfter('--callback-url'),
    )
    .option(
      '--callback-port <number>',
      `the port of this machine that it leads to; ${String(CALLBACK_PORT)} if not given`,
      portOf,
    )
    .action(async (flags: SetupFlags) => {
      const { setup } = await import('./run/setup.ts');
      await setup(doors, flags);
    });
  withExamples(
    withPlaceFlags(command),
    'setup',
    'setup --yes --region eu-central-1 --store-url https://shop.example.com --currency EUR --mautic-url https://mautic.example.com',
    'setup --callback-url https://my-tunnel.example.com',
    'setup --config ../my-shop/bridge.config.ts',
  );
}

/** @throws UsageError */
function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new UsageError('--callback-port must be a port number.');
}
