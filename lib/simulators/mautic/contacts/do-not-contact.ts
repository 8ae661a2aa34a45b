import { toAtom } from '../database/dates.ts';
import { asText } from '../database/php-value.ts';
import type { Contact, DoNotContact } from '../database/rows.ts';
import { type Answer, itemNotFound, ok, refusal } from '../http/answer.ts';
import type { Call, World } from '../world.ts';
import { payloadOf } from './contact-form.ts';
import { tagsByName } from './contact-tags.ts';
import { fieldsJson } from './contact-view.ts';
import { findContact } from './find-contact.ts';

/** Mautic's reason of somebody who unsubscribed; an API call does not overwrite it. */
const UNSUBSCRIBED = 1;
const MANUAL = 3;

type NewEntry = Pick<DoNotContact, 'channel' | 'reason' | 'comments' | 'channelId'>;

/** The contact with an entry for the channel; an entry of the same reason, or the contact's own unsubscription, stays (407-412). */
export function addDoNotContact(world: World, contact: Contact, entry: NewEntry): Contact {
  const known = contact.doNotContact.find((one) => one.channel === entry.channel);
  if (known !== undefined && (known.reason === entry.reason || known.reason === UNSUBSCRIBED)) return contact;
  const id = known?.id ?? world.db.doNotContactIds.burnId();
  const added = { id, dateAdded: toAtom(world.now()), ...entry };
  const others = contact.doNotContact.filter((one) => one !== known);
  return { ...contact, doNotContact: [...others, added] };
}

/** The contact without an entry for the channel, and whether there was one (recordings 421, 422). */
export function removeDoNotContact(
  contact: Contact,
  channel: string,
): { contact: Contact; wasFound: boolean } {
  const doNotContact = contact.doNotContact.filter((one) => one.channel !== channel);
  return {
    contact: { ...contact, doNotContact },
    wasFound: doNotContact.length < contact.doNotContact.length,
  };
}

/** `POST /api/contacts/{id}/dnc/{channel}/add` */
export function addChannel(world: World, { params, body }: Call): Answer {
  const contact = findContact(world, Number(params[0]));
  if (contact === undefined) return itemNotFound();
  const payload = payloadOf(body);
  const reason = payload.reason === undefined ? MANUAL : Number(payload.reason);
  if (reason === 0) return refusal(400, 'Invalid reason code given');
  const entry = {
    channel: params[1] ?? '',
    reason,
    comments: asText(payload.comments) ?? '',
    channelId: null,
  };
  return ok({ contact: nestedContact(world, world.db.contacts.put(addDoNotContact(world, contact, entry))) });
}

/** `POST /api/contacts/{id}/dnc/{channel}/remove` */
export function removeChannel(world: World, { params }: Call): Answer {
  const found = findContact(world, Number(params[0]));
  if (found === undefined) return itemNotFound();
  const { contact, wasFound } = removeDoNotContact(found, params[1] ?? '');
  if (wasFound) world.db.contacts.put(contact);
  return ok({ recordFound: wasFound, contact: nestedContact(world, contact) });
}

/** A contact serialised without nulls, as the do-not-contact calls answer it (recording 407). */
function nestedContact(world: World, contact: Contact): Record<string, unknown> {
  const { id, isPublished, dateAdded, dateModified, createdByUser, modifiedByUser, points, dateIdentified } =
    contact;
  const json: Record<string, unknown> = {
    isPublished,
    dateAdded,
    dateModified,
    createdByUser,
    modifiedByUser,
    id,
    points,
    ...contact.values,
    fields: fieldsJson(world, contact, { numbers: 'nested' }),
    lastActive: contact.lastActive,
    ipAddresses: [],
    tags: tagsByName(world, contact.tags).map((tag) => ({ id: tag, tag: world.db.tags.get(tag)?.tag ?? '' })),
    utmtags: [],
    dateIdentified,
    doNotContact: contact.doNotContact.map(
      ({ id: entryId, dateAdded: added, reason, comments, channel }) => ({
        id: entryId,
        dateAdded: added,
        reason,
        comments,
        channel,
      }),
    ),
    frequencyRules: [],
  };
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}
