/** The Mautic versions the simulator can play; `5` is 5.2.0. It is held to recordings of 5.2.0, 5.2.1 and 7.0.0. */
export const MAUTIC_VERSIONS = ['4.4', '5', '5.2.1', '6', '7.0', '7.2'] as const;

export type MauticVersion = (typeof MAUTIC_VERSIONS)[number];

/** What differs between versions in the endpoints the simulator has. */
export type VersionTraits = {
  /** Value of the `Mautic-Version` header. */
  readonly header: string;
  /** A PATCH or PUT to another contact's e-mail: 4.4 merges the two contacts, 5 and later answer 422. */
  readonly takenEmail: 'merge' | 'refuse';
  /** An id that was merged away, in a batch edit or delete: unknown, or the winner's (5.2.1: 154; 7.0.0: 151); single calls always mean the winner. */
  readonly mergedIdInBatch: 'unknown' | 'winner';
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

const SINCE_5 = {
  takenEmail: 'refuse',
  mergedIdInBatch: 'unknown',
  dropsFractions: true,
  charLengthLimit: 64,
  turkey: 'Türkiye',
  eswatini: 'Eswatini',
} as const;

const FIVE = {
  ...SINCE_5,
  showsCharLengthLimit: false,
  choiceError: 'This value is not valid.',
  escapesWhere: true,
  sendIgnoresDoNotContact: true,
  hasRateLimiter: true,
} as const;

const SIX = {
  ...SINCE_5,
  showsCharLengthLimit: true,
  choiceError: 'The selected choice is invalid.',
  escapesWhere: false,
  sendIgnoresDoNotContact: true,
  hasRateLimiter: true,
} as const;

const SEVEN = { ...SIX, mergedIdInBatch: 'winner', hasRateLimiter: false } as const;

const TRAITS: Readonly<Record<MauticVersion, VersionTraits>> = {
  '4.4': {
    header: '4.4.13',
    takenEmail: 'merge',
    mergedIdInBatch: 'unknown',
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
  '5': { ...FIVE, header: '5.2.0' },
  '5.2.1': { ...FIVE, header: '5.2.1' },
  '6': { ...SIX, header: '6.0.3' },
  '7.0': { ...SEVEN, header: '7.0.0' },
  '7.2': { ...SEVEN, header: '7.2.0', dropsFractions: false, sendIgnoresDoNotContact: false },
};

/** The traits of one version. */
export function traitsOf(version: MauticVersion): VersionTraits {
  return TRAITS[version];
}
