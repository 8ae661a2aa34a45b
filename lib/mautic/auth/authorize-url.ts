import { type Credentials, isGrant } from './authorization.ts';

const PATH = '/oauth/v2/authorize';

/**
 * The address a person opens to authorise the bridge: Mautic asks for a login and for consent, then leads to the
 * redirect URI with a `code`. Nothing in it is secret; without `baseUrl` its beginning is left out.
 */
export function authorizeUrl(credentials: Credentials, baseUrl: string | undefined): string {
  const at = baseUrl === undefined ? `<Mautic>${PATH}` : `${withoutUser(baseUrl)}${PATH}`;
  if (!isGrant(credentials)) return at;
  const query = new URLSearchParams({
    client_id: credentials.clientId,
    grant_type: 'authorization_code',
    redirect_uri: credentials.redirectUri,
    response_type: 'code',
  });
  return `${at}?${query.toString()}`;
}

/** Whoever wrote a user name and password into the base URL does not want them in a log. */
function withoutUser(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return origin + pathname.replace(/\/+$/, '');
}
