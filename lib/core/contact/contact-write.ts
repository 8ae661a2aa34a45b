/** What to write: `null` blanks a field; tags to add, and tags to take away. */
export interface ContactWrite {
  readonly fields: Readonly<Record<string, string | null>>;
  readonly addTags: readonly string[];
  readonly removeTags: readonly string[];
}

/** What Mautic's field of an alias takes. */
export interface FieldInfo {
  readonly type: string;
  /** Most characters it takes, where known. */
  readonly limit?: number;
  /** It is not to be written: Mautic drops what it is sent, or takes people with one value for one. */
  readonly leftOut?: true;
}

export interface NeededField {
  readonly alias: string;
  readonly label: string;
  readonly type: 'textarea' | 'number' | 'text' | 'url' | 'boolean' | 'date';
  /** Decimals of a number. */
  readonly scale?: number;
  /** Characters it should take, where Mautic lets it. */
  readonly limit?: number;
}
