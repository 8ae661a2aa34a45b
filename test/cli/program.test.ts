import { describe, expect, test } from 'vitest';
import type { Doors, StartSettings } from '../../lib/cli/place/open-place.ts';
import { runProgram } from '../../lib/cli/program.ts';
import { UsageError } from '../../lib/cli/usage-error.ts';
import { keyOf } from '../support/workshop.ts';

/** Doors that open nothing: what a command would do with them is looked at elsewhere. */
function closedDoors() {
  const printed: string[] = [];
  const started: StartSettings[] = [];
  const simulated: (readonly string[])[] = [];
  const doors: Doors = {
    terminal: { print: (line) => void printed.push(line), complain: (line) => void printed.push(line) },
    version: '1.2.3',
    openLocal: async () => {
      throw new Error('the local bridge is opened');
    },
    start: async (settings) => void started.push(settings),
    mautic: async (args) => void simulated.push(args),
    companion: async () => '<?php // of the shop\n',
  };
  return { doors, printed, started, simulated };
}

async function complaintOf(line: string): Promise<string> {
  const ended = runProgram(line.split(' ').filter(Boolean), closedDoors().doors);
  return ended.then(
    () => {
      throw new Error(`nothing is wrong with ${line}`);
    },
    (error: unknown) => {
      if (error instanceof UsageError) return error.message;
      throw error;
    },
  );
}

describe('what is misspelt', () => {
  test.each([
    ['repaly', /^There is no such command\. Did you mean replay\?\n\nUsage: npm run -s bridge -- <command>/],
    ['something-else', /^There is no such command\.\n\nUsage: /],
    ['start --onec', /^Unknown option '--onec'\. Did you mean --once\?$/],
    ['status --jsno', /^Unknown option '--jsno'\. Did you mean --json\?$/],
    ['replay --contacts a', /^Unknown option '--contacts'\. Did you mean --contact\?$/],
    ['replay --everything-there-is', /^Unknown option '--everything-there-is'\.$/],
  ])('"%s" is answered with the nearest right one', async (line, complaint) => {
    expect(await complaintOf(line)).toMatch(complaint);
  });
});

describe('what cannot be understood', () => {
  test.each([
    ['replay --contact', /^--contact needs a value; --help shows an example\.$/],
    ['replay --contact --all', /^--contact needs a value/],
    ['replay --error --all', /^--error needs a value/],
    ['replay --all=yes', /^Option '--all' is unknown, or takes no value\.$/],
    ['authorise code', /^There is an argument without a flag before it\.$/],
    ['backfill --pause --resume', /^--pause stands alone: leave the other flags out\.$/],
    ['backfill --watch --from 2024-01-01', /^--watch stands alone/],
    ['backfill --only orders', /^--only can be customers/],
    ['backfill --from yesterday', /^--from must be a moment/],
    ['backfill --only customers --from 2024-01-01', /exclude each other/],
    ['backfill --from 2024-02-30', /^--from must be a moment/],
    ['backfill --from 9999-01-01', /^--from lies ahead/],
    ['backfill --status --no-segments', /^--status stands alone/],
    ['backfill --watch --detach', /^--watch stands alone/],
    ['backfill --dry-run --yes', /^--dry-run starts nothing: leave --yes and --detach out\.$/],
    ['backfill --dry-run --detach', /^--dry-run starts nothing/],
    ['explain 23 --logs --since 9999-01-01', /^--since lies ahead/],
    ['follow-ups --order 23 --contact anna@example.test', /^--order shows the tokens of one order/],
    ['follow-ups --order 23 --why', /^--order shows the tokens of one order/],
    ['follow-ups --store demo', /^--store says of which store an --order is/],
    ['migrate follow-up-emails --apply --templates', /done one after the other: give one of them\.$/],
    ['migrate follow-up-emails --lists --apply', /done one after the other/],
    ['replay --error=', /^--error needs a value/],
    [
      'replay --order demo/23',
      /^--order must be the id of an order, like 123; its store is named by --store\.$/,
    ],
    ['replay --order --all', /^--order needs a value/],
    [`replay --order ${'9'.repeat(41)}`, /^--order must be the id of an order/],
    ['follow-ups --order demo/23', /^--order must be the id of an order/],
    ['status --region=', /^--region needs a value/],
    ['status --region eu/west', /^--region, or AWS_REGION in your shell, must be the name of a region/],
    ['status --local --config lib', /names no file that ends in \.ts/],
    ['status --local --region eu-central-1', /^--local is this machine/],
    ['status', /^Nothing says in which region the bridge is/],
    ['status --stage elsewhere', /has no stage elsewhere; it has production/],
  ])('"%s" gets one line that says what to do', async (line, complaint) => {
    const said = await complaintOf(line);

    expect(said).toMatch(complaint);
    expect(said.split('\n')).toHaveLength(1);
  });

  test.each([
    'replay anna@example.test',
    'replay --anna@example.test',
    'replay --all=anna@example.test',
    'anna@example.test',
  ])('is never repeated, for it may hold an address: %s', async (line) => {
    expect(await complaintOf(line)).not.toContain('example.test');
  });
});

test('a key that begins like a flag is the value of the flag before it', async () => {
  const hyphened = keyOf('anna@example.test');

  expect(hyphened).toMatch(/^-/);
  await expect(runProgram(['replay', '--contact', hyphened, '--local'], closedDoors().doors)).rejects.toThrow(
    'the local bridge is opened',
  );
});

test('start does what its flags say', async () => {
  const { doors, started } = closedDoors();

  for (const line of [
    'start',
    'start --once --fresh',
    'start --no-demo --verbose',
    'start --demo --same-mautic',
    'start --shop',
  ])
    await runProgram(line.split(' '), doors);

  const plain = { once: false, fresh: false, sameMautic: false, verbose: false, shop: false };
  expect(started).toEqual([
    plain,
    { ...plain, once: true, fresh: true },
    { ...plain, verbose: true, demo: false },
    { ...plain, sameMautic: true, demo: true },
    { ...plain, shop: true },
  ]);
});

test('the flags of the simulated Mautic are its own', async () => {
  const { doors, simulated } = closedDoors();

  await runProgram(['mautic', '--version', '4.4', '--fail', '500:3'], doors);
  await runProgram(['mautic', '--help'], doors);

  expect(simulated).toEqual([['--version', '4.4', '--fail', '500:3'], ['--help']]);
});

test('every command says what it does, with an example', async () => {
  const { doors, printed } = closedDoors();
  await runProgram([], doors);
  const names = [...printed.join('\n').matchAll(/^ {2}([a-z]+) .*/gm)].map(([, name = '']) => name);
  expect(names).toEqual(expect.arrayContaining(['start', 'mautic', 'status', 'replay', 'authorise']));

  for (const name of names.filter((one) => one !== 'mautic')) {
    printed.length = 0;
    await runProgram([name, '--help'], doors);
    const help = printed.join('\n');
    expect(help).toMatch(/^Usage: npm (start|run -s bridge -- )/);
    expect(help).toMatch(new RegExp(`^ {2}npm .*${name}`, 'm'));
  }
});

test('help is what --help is, of all or of one command', async () => {
  const { doors, printed } = closedDoors();
  const said = async (...args: readonly string[]) => {
    printed.length = 0;
    await runProgram(args, doors);
    return printed.join('\n');
  };

  expect(await said('help')).toBe(await said('--help'));
  expect(await said('help', 'backfill')).toBe(await said('backfill', '--help'));
  expect(await complaintOf('help backfil')).toMatch(/^There is no such command\. Did you mean backfill\?/);
});

test('the companion for a shop is printed as it is', async () => {
  const { doors, printed } = closedDoors();

  await runProgram(['companion'], doors);

  expect(printed).toEqual(['<?php // of the shop']);
});
