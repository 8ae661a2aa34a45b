import * as v from 'valibot';
import type { Profile } from '../../../core/contact/contact.ts';
import type { Item } from '../table/table.ts';

const ProfileItem = v.object({
  email: v.string(),
  mauticId: v.exactOptional(v.number()),
  wanted: v.number(),
  synced: v.optional(v.number(), 0),
  work: v.exactOptional(v.picklist(['live', 'later'])),
  due: v.exactOptional(v.number()),
  notBefore: v.exactOptional(v.number()),
  endedAt: v.exactOptional(v.number()),
  waiting: v.exactOptional(v.object({ code: v.string(), message: v.string() })),
  attempts: v.optional(v.number(), 0),
  serverErrors: v.exactOptional(v.number()),
  parked: v.exactOptional(v.object({ code: v.string(), message: v.string(), at: v.number() })),
  doubt: v.optional(v.boolean(), false),
  removedAt: v.exactOptional(v.number()),
  mailedAt: v.exactOptional(v.number()),
  erasedAt: v.exactOptional(v.number()),
  forgottenAt: v.exactOptional(v.number()),
});

/** What a PROFILE item says; counters that were never set are 0. */
export function profileOf(item: Item): Profile {
  return v.parse(ProfileItem, item);
}
