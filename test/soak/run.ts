import { parseArgs } from 'node:util';
import { numberOf, runWithUsage } from '../support/run-usage.ts';
import type { SoakOptions } from './soak.ts';

const USAGE = `Usage: npm run soak [-- <flags>]

The local stack with its data on disk, killed again and again; as it is, about four minutes.
  --deliveries <n>   how many; 10000 if not said
  --kills <n>        SIGKILLs at random moments; 20 if not said
  --seed <n>         of the shop's year and the moments; 1 if not said`;

function optionsOf(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      deliveries: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
    },
  });
  return {
    count: numberOf('deliveries', values.deliveries, 0),
    kills: numberOf('kills', values.kills, 0),
    seed: numberOf('seed', values.seed, 0),
  };
}

async function main(args: readonly string[]): Promise<void> {
  const options = optionsOf(args);
  const { soak } = await import('./soak.ts');
  await soak(options);
}

await runWithUsage(USAGE, main);
