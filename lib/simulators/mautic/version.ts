/** The Mautic versions the simulator can play; the recordings are of 5.2.0. */
export const MAUTIC_VERSIONS = ['4.4', '5', '6', '7.2'] as const;

export type MauticVersion = (typeof MAUTIC_VERSIONS)[number];

/** What differs between versions in the endpoints the simulator has. */
export type VersionTraits = {
  /** Value of the `Mautic-Version` header. */
  readonly header: string;
  /** A PATCH or PUT to another contact's e-mail: 4.4 merges the two contacts, 5 and later answer 422. */
  readonly takenEmail: 'merge' | 'refuse';
  /** What a PATCH drops as "zero": until 7.1 everything whose integer part is 0, so 0.99 too (#16590). */
  readonly dropsFractions: boolean;
  /** Characters a text-like field takes by default; 4.4 has no limit field. */
  readonly charLengthLimit: 64 | 191;
  /** `charLengthLimit` is part of the field JSON from 6 on. */
  readonly showsCharLengthLimit: boolean;
  /** What a value outside a closed list is answered with. */
  readonly choiceError: string;
  readonly turkey: 'Turkey' | 'Türkiye';
  readonly eswatini: 'Swaziland' | 'Eswatini';
  /** 4 and 5 HTML-escape `where[][val]`, so an apostrophe never matches. */
  readonly escapesWhere: boolean;
  /** The e-mail send call: 4.4 respects do-not-contact, 5 and 6 ignore it, 7 respects it. */
  readonly sendIgnoresDoNotContact: boolean;
  /** The hourly rate limiter was removed in 7. */
  readonly hasRateLimiter: boolean;
};

const CURRENT = {
  takenEmail: 'refuse',
  dropsFractions: true,
  charLengthLimit: 64,
  turkey: 'Türkiye',
  eswatini: 'Eswatini',
} as const;

const TRAITS: Readonly<Record<MauticVersion, VersionTraits>> = {
  '4.4': {
    header: '4.4.13',
    takenEmail: 'merge',
    dropsFractions: true,
    charLengthLimit: 191,
    showsCharLengthLimit: false,
    choiceError: 'This value is not valid.',
    turkey: 'Turkey',
    eswatini: 'Swaziland',
    escapesWhere: true,
    sendIgnoresDoNotContact: false,
    hasRateLimiter: true,
  },
  '5': {
    ...CURRENT,
    header: '5.2.0',
    showsCharLengthLimit: false,
    choiceError: 'This value is not valid.',
    escapesWhere: true,
    sendIgnoresDoNotContact: true,
    hasRateLimiter: true,
  },
  '6': {
    ...CURRENT,
    header: '6.0.3',
    showsCharLengthLimit: true,
    choiceError: 'The selected choice is invalid.',
    escapesWhere: false,
    sendIgnoresDoNotContact: true,
    hasRateLimiter: true,
  },
  '7.2': {
    ...CURRENT,
    header: '7.2.0',
    dropsFractions: false,
    showsCharLengthLimit: true,
    choiceError: 'The selected choice is invalid.',
    escapesWhere: false,
    sendIgnoresDoNotContact: false,
    hasRateLimiter: false,
  },
};

/** The traits of one version. */
export function traitsOf(version: MauticVersion): VersionTraits {
  return TRAITS[version];
}
