/** An OAuth2 client of the simulated Mautic. */
export type SimulatedClient = {
  readonly id: string;
  readonly secret: string;
  /** Shown as `createdByUser`, with the client's number in brackets. */
  readonly name?: string;
};

/** A user who signs in by Basic authentication. */
export type SimulatedUser = {
  readonly username: string;
  readonly password: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  /** May look at contacts only (recordings 573-583); absent: administrator. */
  readonly isLimited?: boolean;
  /** Was never in Mautic's own pages, so it has no last login (5.2.1: 012). */
  readonly isNew?: boolean;
};

/** Who makes a request: a user, or an OAuth2 client acting for itself (recording 019). */
export type Identity = {
  /** The user's number; null for a client acting for itself, so `createdBy` is null. */
  readonly userId: number | null;
  /** Shown as `createdByUser`. */
  readonly name: string;
  readonly isLimited: boolean;
  /** The quota of the rate limit: one per token, one for all Basic users. */
  readonly quota: string;
  readonly profile: unknown;
};

const ADMINISTRATOR = {
  isPublished: true,
  id: 1,
  name: 'Administrator',
  description: 'Full system access',
  isAdmin: true,
};
const LIMITED = {
  isPublished: true,
  id: 2,
  name: 'Limited',
  isAdmin: false,
  rawPermissions: { 'lead:leads': ['viewown', 'viewother'] },
};

/** A client acting for itself, number `index + 1`. */
export function clientIdentity(client: SimulatedClient, index: number, quota: string): Identity {
  const firstName = client.name ?? client.id;
  const lastName = `[${index + 1}]`;
  const username = `${firstName} ${lastName}`;
  const profile = {
    isPublished: true,
    username,
    firstName,
    lastName,
    role: ADMINISTRATOR,
    timezone: '',
    locale: '',
  };
  return { userId: null, name: username, isLimited: false, quota, profile };
}

/** How a user signed in: the quota that pays, and when. */
export type Session = { readonly quota: string; readonly at: string };

/** A user, number `index + 1`, by Basic authentication or by a token the user gave (recordings 020, 027, 573). */
export function userIdentity(user: SimulatedUser, index: number, session: Session): Identity {
  const {
    username,
    firstName = 'Admin',
    lastName = 'User',
    email = `${username}@example.com`,
    isLimited = false,
  } = user;
  const person = { isPublished: true, id: index + 1, username, firstName, lastName, email };
  const profile = isLimited
    ? { ...person, role: LIMITED }
    : {
        ...person,
        role: ADMINISTRATOR,
        timezone: '',
        locale: '',
        ...(user.isNew === true ? {} : { lastLogin: session.at, lastActive: session.at }),
      };
  return { userId: index + 1, name: `${firstName} ${lastName}`, isLimited, quota: session.quota, profile };
}
