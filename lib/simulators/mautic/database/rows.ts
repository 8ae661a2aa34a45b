import type { PhpValue } from './php-value.ts';
import type { Row } from './table.ts';

/** The types a contact field can have. */
export const FIELD_TYPES = [
  'boolean',
  'country',
  'date',
  'datetime',
  'email',
  'html',
  'locale',
  'lookup',
  'multiselect',
  'number',
  'region',
  'select',
  'tel',
  'text',
  'textarea',
  'time',
  'timezone',
  'url',
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

/** Who created and changed a row, as every Mautic entity shows it. */
export type Authorship = {
  readonly isPublished: boolean;
  readonly dateAdded: string | null;
  readonly dateModified: string | null;
  readonly createdBy: number | null;
  readonly createdByUser: string | null;
  readonly modifiedBy: number | null;
  readonly modifiedByUser: string | null;
};

export type FieldGroup = 'core' | 'social' | 'personal' | 'professional';

/** A contact field. */
export type Field = Row &
  Authorship & {
    readonly label: string;
    readonly alias: string;
    readonly type: FieldType;
    readonly group: FieldGroup;
    /** For core fields, the order before any field was created; see `orderOf`. */
    readonly order: number;
    readonly defaultValue: string | null;
    readonly isRequired: boolean;
    readonly isFixed: boolean;
    readonly isListable: boolean;
    readonly isVisible: boolean;
    readonly isShortVisible: boolean;
    readonly isUniqueIdentifier: boolean;
    /** Has an index of its own; a unique identifier gets one and keeps it (057, 062 of 7.0.0). Absent: as it is unique. */
    readonly isIndex?: boolean;
    readonly isPubliclyUpdatable: boolean;
    readonly properties: PhpValue;
    readonly charLengthLimit: number;
  };

/** What a field of a contact can hold; null is never stored. */
export type Stored = string | number | boolean;

export type DoNotContact = {
  readonly id: number;
  readonly dateAdded: string;
  readonly reason: number;
  readonly comments: string;
  readonly channel: string;
  readonly channelId: number | null;
};

export type Contact = Row &
  Authorship & {
    readonly points: number;
    /** By alias, without `points`; a field without a value is absent. */
    readonly values: Readonly<Record<string, Stored>>;
    readonly owner: number | null;
    readonly ips: readonly number[];
    readonly tags: readonly number[];
    readonly lastActive: string | null;
    readonly dateIdentified: string | null;
    readonly doNotContact: readonly DoNotContact[];
  };

export type Tag = Row & { readonly tag: string };

/** A company as contacts know it: the name it was first written with. */
export type Company = Row & { readonly name: string };

export type Ip = Row & { readonly address: string };

export type Note = Row & {
  readonly contact: number;
  readonly text: string;
  readonly type: string;
  readonly dateTime: string | null;
  readonly dateAdded: string;
};

export type Segment = Row &
  Authorship & {
    readonly name: string;
    readonly alias: string;
    readonly description: string | null;
    readonly filters: PhpValue;
  };

/** One contact in one segment. */
export type Membership = Row & {
  readonly segment: number;
  readonly contact: number;
  readonly dateAdded: string;
  readonly manuallyRemoved: boolean;
};

export type Campaign = Row &
  Authorship & {
    readonly name: string;
    /** Who is put in again goes through it again. */
    readonly allowRestart: boolean;
  };

/** One contact in one campaign. */
export type CampaignMember = Row & {
  readonly campaign: number;
  readonly contact: number;
  readonly dateAdded: string;
  /** How often it has gone through it. */
  readonly rotation: number;
  readonly manuallyRemoved: boolean;
};

export type Category = Row &
  Authorship & {
    readonly title: string;
    /** What it sorts: `email`. */
    readonly bundle: string;
  };

export type Email = Row &
  Authorship & {
    readonly name: string;
    readonly subject: string;
    readonly customHtml: string | null;
    readonly emailType: string;
    readonly fromAddress?: string | null;
    readonly fromName?: string | null;
    readonly template?: string | null;
    readonly category?: number;
    readonly revision: number;
    readonly sentCount: number;
    readonly sendToDnc: boolean;
  };

/** An e-mail the simulator would have sent; nothing leaves the machine. */
export type SentEmail = Row & {
  readonly email: number;
  readonly contact: number;
  readonly address: string;
  readonly subject: string;
  readonly html: string;
  readonly tokens: Readonly<Record<string, string>>;
  readonly at: string;
};

/** An access token, a refresh token or an authorisation code; times in milliseconds since 1970. */
export type Token = Row & {
  readonly value: string;
  readonly use: 'access' | 'refresh' | 'code';
  readonly client: string;
  /** The user who authorised the client; null for client_credentials. */
  readonly user: string | null;
  readonly redirectUri: string | null;
  readonly expiresAt: number;
};

/** A merged contact's old id and the contact it resolves to. */
export type Redirect = Row & { readonly to: number };
