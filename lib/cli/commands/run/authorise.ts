import { type Credentials, isGrant } from '../../../mautic/auth/authorization.ts';
import { authorizeUrl } from '../../../mautic/auth/authorize-url.ts';
import { openMautic } from '../../mautic.ts';
import { MAUTIC_WAITS, mauticStanding } from '../../mautic-standing.ts';
import type { Site } from '../../place/place.ts';
import { answer } from '../../terminal.ts';

/** Prints the address to open, or takes the code. @throws Error that says what to do when the code is refused. */
export async function authorise(site: Site, code: string | undefined): Promise<void> {
  const mautic = openMautic(site);
  const { credentials, exchangeCode, baseUrl, close } = mautic;
  try {
    if ((await mauticStanding(mautic)) === 'empty') throw new Error(MAUTIC_WAITS.empty);
    if (code === undefined) {
      const url = addressToOpen(await credentials.read(), baseUrl);
      return answer(site, { open: url ?? null }, [url === undefined ? NOTHING : `Open ${url}`]);
    }
    const exchanged = await exchangeCode(code);
    if (!exchanged.ok) throw new Error(exchanged.failure.message);
    answer(site, { authorised: true }, [
      'The bridge is authorised; contacts that waited are written within a few minutes.',
    ]);
  } finally {
    close();
  }
}

const NOTHING = 'Nothing needs to be authorised: the credentials in the secret work without a person.';

function addressToOpen(credentials: Credentials, baseUrl: string): string | undefined {
  return isGrant(credentials) ? authorizeUrl(credentials, baseUrl) : undefined;
}
