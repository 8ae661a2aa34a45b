/** What an app asks for (class-wc-auth.php, `make_validation`). */
export interface Handshake {
  readonly appName: string;
  /** The app's own, which comes back with the keys. */
  readonly userId: string;
  readonly returnUrl: string;
  readonly callbackUrl: string;
  readonly scope: 'read' | 'write' | 'read_write';
}

const NAMES = ['app_name', 'user_id', 'return_url', 'callback_url', 'scope'] as const;
const SCOPES = ['read', 'write', 'read_write'] as const;

/** The parameters of a request, or what WooCommerce says is wrong with them, in the order of its checks. */
export function handshakeOf(query: URLSearchParams): Handshake | { readonly wrong: string } {
  // "0" is as empty as nothing.
  const missing = NAMES.find((name) => ['', '0', null].includes(query.get(name)));
  if (missing !== undefined) return { wrong: `Missing parameter ${missing}` };
  const scope = SCOPES.find((one) => one === query.get('scope'));
  if (scope === undefined) return { wrong: `Invalid scope ${query.get('scope') ?? ''}` };
  const [returnUrl, callbackUrl] = [urlIn(query, 'return_url'), urlIn(query, 'callback_url')];
  const noUrl = [returnUrl, callbackUrl].find((url) => !URL.canParse(url));
  if (noUrl !== undefined) return { wrong: `The ${noUrl} is not a valid URL` };
  if (!/^https:\/\//i.test(callbackUrl)) return { wrong: 'The callback_url needs to be over SSL' };
  return {
    appName: query.get('app_name') ?? '',
    userId: query.get('user_id') ?? '',
    returnUrl,
    callbackUrl,
    scope,
  };
}

/** As it asks for itself in the next address. */
export function queryOf({ appName, userId, returnUrl, callbackUrl, scope }: Handshake): URLSearchParams {
  return new URLSearchParams({
    app_name: appName,
    user_id: userId,
    return_url: returnUrl,
    callback_url: callbackUrl,
    scope,
  });
}

/** Decoded once more than it was encoded. */
function urlIn(query: URLSearchParams, name: string): string {
  const text = query.get(name) ?? '';
  const url = canDecode(text) ? decodeURIComponent(text) : text;
  return url.includes('://') ? url : `https://${url}`;
}

function canDecode(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}
