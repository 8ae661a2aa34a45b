import type {
  MauticBudget,
  MauticCampaigns,
  MauticContacts,
  MauticEmails,
  MauticFields,
  MauticItems,
  MauticNotes,
  MauticSegments,
  MauticTags,
} from '../core/ports/mautic.ts';
import { createMauticContacts } from './contacts/contacts.ts';
import { createMauticItems } from './custom-objects/items.ts';
import { createMauticCampaigns } from './effects/campaigns.ts';
import { createMauticEmails } from './effects/emails.ts';
import { createMauticNotes } from './effects/notes.ts';
import { createMauticSegments } from './effects/segments.ts';
import { createMauticFields, type MauticFieldsOptions } from './schema/fields.ts';
import { createMauticTags } from './schema/tags.ts';

export interface MauticPorts {
  readonly mautic: MauticContacts;
  readonly fields: MauticFields;
  readonly tags: MauticTags;
  readonly notes: MauticNotes;
  readonly emails: MauticEmails;
  readonly segments: MauticSegments;
  readonly campaigns: MauticCampaigns;
  readonly items: MauticItems;
  readonly budget: MauticBudget;
}

/** Everything `sync` does in Mautic, over one client. */
export function createMauticPorts(options: MauticFieldsOptions): MauticPorts {
  const { client, clock } = options;
  return {
    mautic: createMauticContacts(client),
    fields: createMauticFields(options),
    tags: createMauticTags(options),
    notes: createMauticNotes(client),
    emails: createMauticEmails(client, clock),
    segments: createMauticSegments(client),
    campaigns: createMauticCampaigns(client),
    items: createMauticItems(client),
    budget: { current: () => client.budget() },
  };
}
