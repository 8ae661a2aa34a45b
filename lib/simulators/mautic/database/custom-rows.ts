import type { Row } from './table.ts';

type ObjectFieldType =
  | 'country'
  | 'date'
  | 'datetime'
  | 'email'
  | 'int'
  | 'multiselect'
  | 'phone'
  | 'select'
  | 'text'
  | 'textarea'
  | 'url';

/** A field of a Custom Object. */
export type ObjectField = {
  readonly alias: string;
  readonly label: string;
  readonly type: ObjectFieldType;
  readonly isRequired: boolean;
  readonly isUnique: boolean;
  /** Of a multiselect. */
  readonly options: readonly string[];
};

export type CustomObject = Row & {
  readonly alias: string;
  readonly dateAdded: string;
  readonly fields: readonly ObjectField[];
};

export type ItemValue = string | number | null | readonly string[];

export type CustomItem = Row & {
  readonly object: number;
  readonly name: string;
  readonly dateAdded: string;
  readonly dateModified: string;
  readonly createdBy: number | null;
  readonly modifiedBy: number | null;
  /** By alias of the field. */
  readonly values: Readonly<Record<string, ItemValue>>;
  /** Of an item with unique identifiers. */
  readonly uniqueHash?: string;
};

/** An item that belongs to a contact. */
export type CustomLink = Row & { readonly item: number; readonly contact: number };
