import type { Outcome } from '../../core/ledger/failure.ts';
import type { Gauges } from '../../core/ledger/telemetry/metrics.ts';
import type { Claims } from '../../core/ports/ledger.ts';
import type { Clock, Log, Metrics } from '../../core/ports/telemetry.ts';
import type { Http } from '../../http.ts';

/** What proves to Mautic who we are. OAuth2 is cheaper: Basic costs a bcrypt check per call (recordings 002, 018). */
export type Credentials = ClientCredentials | GrantCredentials | UserCredentials;

/** The bridge acts for itself. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly grant?: 'client_credentials';
}

/** The bridge acts for a person who authorised it; what that person granted is kept with the token. */
export interface GrantCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly grant: 'authorization_code';
  /** Exactly as it stands in the API credentials of Mautic (recording 024). */
  readonly redirectUri: string;
}

export interface UserCredentials {
  readonly username: string;
  readonly password: string;
}

/** The secret that a person keeps up to date. */
interface CredentialStore {
  /** `fresh` asks for a copy that no cache answered. */
  read(fresh?: boolean): Promise<Credentials>;
}

/** The secret that the bridge keeps up to date; all its instances share it. */
export interface TokenStore {
  read(): Promise<StoredToken | undefined>;
  write(token: StoredToken): Promise<void>;
}

/** Times are epoch ms. */
export interface StoredToken {
  readonly accessToken: string;
  readonly expiresAt: number;
  readonly obtainedAt: number;
  /** What a person granted: good for one renewal, which brings the next (recordings 028, 029). */
  readonly refreshToken?: string;
  /** Mautic refused us for good: nothing is sent until the credentials change or a renewal succeeds. */
  readonly stopped?: Stopped;
}

interface Stopped {
  readonly reason: string;
  readonly since: number;
  /** Fingerprint of the refused credentials: other ones lift the stop. */
  readonly credentials?: string;
  /** No correction of the credentials helps: a person must authorise the bridge (again). */
  readonly needs?: 'authorisation';
}

/** The value of the Authorization header, and what to call the token when it was found bad. */
export interface Authorised {
  readonly header: string;
  readonly token: string;
}

export type Renewal = 'valid' | 'renewed' | 'not-needed';

/** Authorises calls to Mautic. Nothing here throws. */
export interface Authorization {
  header(): Promise<Outcome<Authorised>>;
  /** Another token than the one a call found bad, asked of Mautic only if nobody else has done so. */
  renew(bad: string): Promise<Outcome<Authorised>>;
  /** A renewed token was refused too. True: Mautic refuses us for good. False: that token was old, renew again. */
  refused(token: string): Promise<boolean>;
  /** For the schedule: renews a token that expires within this time, and tries to lift a stop. */
  renewIfDue(withinMs: number): Promise<Outcome<Renewal>>;
}

export interface AuthorizationOptions {
  readonly http: Http;
  /** Of Mautic; tells a person which address to open when the bridge must be authorised. */
  readonly baseUrl?: string;
  readonly credentials: CredentialStore;
  readonly tokens: TokenStore;
  readonly claims: Claims;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where it is shown how long the token lasts; without gauges nowhere. */
  readonly gauges?: Gauges;
  /** Names this instance in the lease; no two may share it. */
  readonly holder: string;
}

/** Whether these are for Basic authentication. */
export function isUser(credentials: Credentials): credentials is UserCredentials {
  return 'username' in credentials;
}

/** Whether these need a person who authorises the bridge. */
export function isGrant(credentials: Credentials): credentials is GrantCredentials {
  return 'grant' in credentials && credentials.grant === 'authorization_code';
}
