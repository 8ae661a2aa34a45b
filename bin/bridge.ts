import { parseArgs } from 'node:util';
import { LocalEnvironment, readEnvironment } from '../lib/environment.ts';

const USAGE = `Usage:
  npm start                    the bridge and a simulated Mautic on this machine, with one recorded checkout
  npm start -- --once          the same, ends after the checkout; the last line is the contact as JSON
  npm start -- --no-demo       plays nothing
  npm start -- --fresh         starts with empty data
  npm run mautic               the simulated Mautic alone
  npm run mautic -- --help     its options`;

const COMMANDS = {
  start: async (args: string[]) => {
    const { values } = parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        'no-demo': { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
      },
    });
    const { start } = await import('../lib/local/bridge/start.ts');
    const demo = !values['no-demo'];
    await start({
      environment: readEnvironment(LocalEnvironment),
      once: values.once,
      demo,
      fresh: values.fresh,
    });
  },
  mautic: async (args: string[]) => {
    const { serveMautic } = await import('../lib/local/mautic/serve.ts');
    await serveMautic(args, readEnvironment(LocalEnvironment));
  },
} as const;

async function main([name = 'start', ...args]: readonly string[]): Promise<void> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
  if (!command || (args.includes('--help') && name !== 'mautic')) {
    console.log(USAGE);
    process.exitCode = command ? 0 : 2;
    return;
  }
  await command(args);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
