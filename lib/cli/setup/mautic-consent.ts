import { commandLine } from '../../core/ledger/command.ts';
import { isGrant } from '../../mautic/auth/authorization.ts';
import { authorizeUrl } from '../../mautic/auth/authorize-url.ts';
import { codeOf } from '../consent-code.ts';
import type { openMautic } from '../mautic.ts';
import type { MauticStanding } from '../mautic-standing.ts';
import type { SetupStep } from './step.ts';

/** Has somebody let the bridge into Mautic in their name: now, or later by `authorise`. */
export async function getAllowed(
  { ask, say }: SetupStep,
  { credentials, exchangeCode, baseUrl }: ReturnType<typeof openMautic>,
): Promise<MauticStanding> {
  const read = await credentials.read(true);
  if (!isGrant(read)) return 'ready';
  say(`Mautic: somebody has to let the bridge in. Open ${authorizeUrl(read, baseUrl)} and allow the access.`);
  say('Mautic leads to the redirect URI then, with a code in the address that serves for 30 seconds.');
  while (ask && (await ask.choose('Is it allowed?', WAYS)) === 'now') {
    const exchanged = await exchangeCode(await addressFrom(ask));
    if (exchanged.ok) {
      say('Mautic: the bridge is let in.');
      return 'ready';
    }
    say(exchanged.failure.message);
  }
  say(`Give it that address later: ${commandLine("authorise --code '<the address Mautic led to>'")}`);
  return 'not-allowed';
}

const WAYS = [
  { value: 'now', label: 'yes, and I paste the address that Mautic led to' },
  { value: 'later', label: 'later' },
] as const;

/** The code in what is pasted. */
async function addressFrom(ask: NonNullable<SetupStep['ask']>): Promise<string> {
  const pasted = await ask.text('That address', { check: complaintAbout });
  return codeOf(pasted) ?? pasted;
}

function complaintAbout(answer: string): string | undefined {
  try {
    codeOf(answer);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'There is no code in it.';
  }
}
