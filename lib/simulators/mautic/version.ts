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
  /** The largest `charLengthLimit` a field can be given (5.2.1 and 7.0.0: 022, 025). */
  readonly maxCharLengthLimit: 255 | 191;
  /** Aliases refused as "restricted" (202; 7.0.0: 038, 039). */
  readonly restrictedAliases: readonly string[];
  /** Aliases refused because segments filter by that word (5.2.1: 037, 038; the others read in the source of 5). */
  readonly segmentFilters: readonly string[];
  /** `charLengthLimit` is part of the field JSON from 6 on. */
  readonly showsCharLengthLimit: boolean;
  /** `isIndex` is part of the field JSON, `projects` of e-mails and segments, from 7 on (057, 213, 233 of 7.0.0). */
  readonly showsIndex: boolean;
  readonly showsProjects: boolean;
  /** What a value outside a closed list is answered with. */
  readonly choiceError: string;
  /** What a number that is none is answered with (243; from 6 derived from Symfony's own words). */
  readonly numberError: string;
  readonly turkey: 'Turkey' | 'Türkiye';
  readonly eswatini: 'Swaziland' | 'Eswatini';
  /** 4 and 5 HTML-escape `where[][val]`, so an apostrophe never matches. */
  readonly escapesWhere: boolean;
  /** The e-mail send call: 4.4 respects do-not-contact, 5 and 6 ignore it, 7 respects it. */
  readonly sendIgnoresDoNotContact: boolean;
  /** A wrong user or password in Basic: the listener's JSON, or from 7 an empty body with `WWW-Authenticate` (013-015 of both). */
  readonly basicRefusal: 'json' | 'challenge';
  /** One id twice in a batch edit: until 6 the second item is written to a copy of the contact, or the call crashes (092-100 of both). */
  readonly repeatedIdInBatch: 'doubles' | 'writes';
  /** From 7 a new row shows its creation as a change too (064 of both). */
  readonly marksNewAsModified: boolean;
  /** The hourly rate limiter was removed in 7. */
  readonly hasRateLimiter: boolean;
};

const RESTRICTED = ['contact_id', 'company_id'] as const;
const SEGMENT_FILTERS = [
  'campaign',
  'device_brand',
  'device_model',
  'device_os',
  'device_type',
  'dnc_bounced',
  'dnc_bounced_sms',
  'dnc_manual_email',
  'dnc_manual_sms',
  'dnc_unsubscribed',
  'dnc_unsubscribed_sms',
  'email_clicked_link_date',
  'email_id',
  'globalcategory',
  'hit_url',
  'hit_url_count',
  'hit_url_date',
  'integration_campaigns',
  'lead_asset_download',
  'lead_email_read_count',
  'lead_email_read_date',
  'lead_email_received',
  'lead_email_sent',
  'lead_email_sent_date',
  'leadlist',
  'notification',
  'page_id',
  'redirect_id',
  'referer',
  'sessions',
  'sms_clicked_link',
  'sms_clicked_link_date',
  'source',
  'source_id',
  'stage',
  'tags',
  'url_title',
  'utm_campaign',
  'utm_content',
  'utm_medium',
  'utm_source',
  'utm_term',
] as const;

const SINCE_5 = {
  takenEmail: 'refuse',
  mergedIdInBatch: 'unknown',
  dropsFractions: true,
  charLengthLimit: 64,
  segmentFilters: SEGMENT_FILTERS,
  turkey: 'Türkiye',
  eswatini: 'Eswatini',
} as const;

const FIVE = {
  ...SINCE_5,
  maxCharLengthLimit: 255,
  restrictedAliases: RESTRICTED,
  basicRefusal: 'json',
  repeatedIdInBatch: 'doubles',
  marksNewAsModified: false,
  showsCharLengthLimit: false,
  showsIndex: false,
  showsProjects: false,
  choiceError: 'This value is not valid.',
  numberError: 'This value is not valid.',
  escapesWhere: true,
  sendIgnoresDoNotContact: true,
  hasRateLimiter: true,
} as const;

/** Read in the source, no recording: where it is like 5 or 7 is not known, it is taken to be like 5. */
const SIX = {
  ...FIVE,
  showsCharLengthLimit: true,
  choiceError: 'The selected choice is invalid.',
  numberError: 'Please enter a number.',
  escapesWhere: false,
} as const;

const SEVEN = {
  ...SIX,
  mergedIdInBatch: 'winner',
  maxCharLengthLimit: 191,
  restrictedAliases: [...RESTRICTED, 'tags', 'owner'],
  basicRefusal: 'challenge',
  repeatedIdInBatch: 'writes',
  marksNewAsModified: true,
  showsIndex: true,
  showsProjects: true,
  hasRateLimiter: false,
} as const;

const TRAITS: Readonly<Record<MauticVersion, VersionTraits>> = {
  '4.4': {
    header: '4.4.13',
    takenEmail: 'merge',
    mergedIdInBatch: 'unknown',
    dropsFractions: true,
    charLengthLimit: 191,
    maxCharLengthLimit: 255,
    restrictedAliases: RESTRICTED,
    segmentFilters: SEGMENT_FILTERS,
    basicRefusal: 'json',
    repeatedIdInBatch: 'doubles',
    marksNewAsModified: false,
    showsCharLengthLimit: false,
    showsIndex: false,
    showsProjects: false,
    choiceError: 'This value is not valid.',
    numberError: 'This value is not valid.',
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
