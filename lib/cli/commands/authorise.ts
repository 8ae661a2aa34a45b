import type { Command } from 'commander';
import { codeOf } from '../consent-code.ts';
import { valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';

interface Flags extends PlaceFlags {
  readonly code?: string;
}

/** `bridge authorise`. */
export function addAuthorise(program: Command, doors: Doors): void {
  const command = program
    .command('authorise')
    .summary("lets the bridge use Mautic in a person's name")
    .description(
      'For credentials with "grant":"authorization_code". Without a code it prints the address to open: log in to Mautic there, allow the access, and Mautic leads to the redirect URI with a code in the address.',
    )
    .option(
      '--code <code>',
      'the code, or the whole address that Mautic led to; it serves once and for 30 seconds',
      valueAfter('--code'),
    )
    .action(async (flags: Flags) => {
      const code = codeOf(flags.code);
      await workAt(doors, flags, async (site) => {
        const { authorise } = await import('./run/authorise.ts');
        await authorise(site, code);
      });
    });
  withExamples(
    withPlaceFlags(command),
    'authorise',
    "authorise --code 'https://example.com/callback?state=&code=…'",
  );
}
