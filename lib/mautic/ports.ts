import type {
  MauticContacts,
  MauticEmails,
  MauticFields,
  MauticNotes,
  MauticSegments,
  MauticTags,
} from '../core/ports.ts';
import { createMauticContacts } from './contacts.ts';
import { createMauticEmails } from './emails.ts';
import { createMauticFields, type MauticFieldsOptions } from './fields.ts';
import { createMauticNotes } from './notes.ts';
import { createMauticSegments } from './segments.ts';
import { createMauticTags } from './tags.ts';

export interface MauticPorts {
  readonly mautic: MauticContacts;
  readonly fields: MauticFields;
  readonly tags: MauticTags;
  readonly notes: MauticNotes;
  readonly emails: MauticEmails;
  readonly segments: MauticSegments;
}

/** Everything `sync` does in Mautic, over one client. */
export function createMauticPorts(options: MauticFieldsOptions): MauticPorts {
  const { client } = options;
  return {
    mautic: createMauticContacts(client),
    fields: createMauticFields(options),
    tags: createMauticTags(options),
    notes: createMauticNotes(client),
    emails: createMauticEmails(client),
    segments: createMauticSegments(client),
  };
}
