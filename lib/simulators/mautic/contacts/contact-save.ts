import type { Identity } from '../auth/identity.ts';
import { parseDate, toAtom } from '../database/dates.ts';
import { asText, entriesOf, isMap, isTruthy, type PhpMap } from '../database/php-value.ts';
import type { Contact } from '../database/rows.ts';
import { formError } from '../http/answer.ts';
import type { VersionTraits } from '../version.ts';
import { createdBy, modifiedBy, type World } from '../world.ts';
import { type Changes, changesOf, type Shown } from './contact-changes.ts';
import { type Binding, bindForm, type FormData } from './contact-form.ts';
import { applyTags, isTooLong, planTags, type TagPlan, tagsByName, unknownTags } from './contact-tags.ts';
import { addDoNotContact, removeDoNotContact } from './do-not-contact.ts';
import { retire } from './merge.ts';

/** A write to a contact, new (`existing` undefined) or known. */
export type Write = {
  readonly payload: PhpMap;
  readonly binding: Binding;
  readonly existing: Contact | undefined;
  readonly identity: Identity;
  /** The contact was written to before in the same call: `doubles` takes what it wrote for a new row (5.2.1: 092-100). */
  readonly repeated?: VersionTraits['repeatedIdInBatch'];
};

/** What came of a write: saved, refused by the form, or an exception that ends the whole request. */
export type Outcome =
  | {
      readonly type: 'saved';
      readonly contact: Contact;
      readonly isNew: boolean;
      readonly shown: ReadonlyMap<string, Shown>;
    }
  | { readonly type: 'refused'; readonly error: ReturnType<typeof formError> }
  | { readonly type: 'crashed' };

const CRASHED: Outcome = { type: 'crashed' };

/**
 * Saves one contact as Mautic's form and model do. It waits only while a race window is open, after it has looked
 * for duplicates and tags and before it writes; otherwise checks and write are one step nobody can come between.
 */
export async function saveContact(world: World, write: Write): Promise<Outcome> {
  // Recording 330; the cause was not looked into.
  if (isMap(write.payload.frequencyRules)) return CRASHED;
  const form = bindForm(world, write);
  if (form.type === 'refused') return { type: 'refused', error: formError(form.refusals) };
  const newTags = unknownTags(world, write.payload.tags);
  const window = write.existing === undefined || newTags.size > 0 ? world.raceWindow() : undefined;
  if (window !== undefined) await window;
  return store(world, mergeTaken(world, latest(world, write), form.data), { ...form, newTags });
}

/** The row as it is now: Mautic writes what changed, not the row it read. */
function latest({ db }: World, write: Write): Write {
  return write.existing === undefined
    ? write
    : { ...write, existing: db.contacts.get(write.existing.id) ?? write.existing };
}

type Bound = { readonly data: FormData; readonly crashes: boolean; readonly newTags: ReadonlySet<string> };

function store(world: World, write: Write, form: Bound): Outcome {
  const { existing, payload } = write;
  const tags = planTags(world, tagsBefore(world, write), payload.tags);
  const changes = changesOf(world, write, form.data);
  if (isTooLong(tags)) return rollBack(world, existing);
  if (write.repeated === 'doubles' && existing !== undefined && existing.tags.length > 0) return CRASHED;
  const draft =
    existing === undefined
      ? newContact(world, write, changes)
      : changedContact(world, existing, { write, changes, tags });
  if (form.crashes) return crashInFields(world, draft);
  const rest = besides(world, draft, payload);
  const contact = world.db.contacts.put({ ...draft, ...rest, tags: applyTags(world, tags, form.newTags) });
  return { type: 'saved', contact, isNew: existing === undefined, shown: changes.shown };
}

/** Loaded by name; a contact that was written to before in the same call is not loaded again (096 of 7.0.0). */
function tagsBefore(world: World, { existing, repeated }: Write): readonly number[] {
  const tags = existing?.tags ?? [];
  return repeated === undefined ? tagsByName(world, tags) : tags;
}

/** The insert is rolled back, its id stays used (recordings 146-148). */
function rollBack(world: World, existing: Contact | undefined): Outcome {
  if (existing === undefined) world.db.contacts.burnId();
  return CRASHED;
}

/**
 * The row with its fixed fields is written before the created fields are, so it stays without them. Derived: recording
 * 248 shows that the id is used, and Mautic maps fixed fields with the row.
 */
function crashInFields({ db }: World, draft: Contact): Outcome {
  const before = db.contacts.get(draft.id)?.values ?? {};
  const isFixed = (alias: string) => db.lookups.field(alias)?.isFixed === true;
  const fixed = Object.entries(draft.values).filter(([alias]) => isFixed(alias));
  const created = Object.entries(before).filter(([alias]) => !isFixed(alias));
  db.contacts.put({ ...draft, values: Object.fromEntries([...created, ...fixed]) });
  return CRASHED;
}

function newContact(world: World, { identity }: Write, { values, points }: Changes): Contact {
  const isIdentified = IDENTIFYING.some((alias) => values[alias] !== undefined);
  return {
    id: world.db.contacts.burnId(),
    ...createdBy(world, identity),
    points,
    values,
    owner: null,
    ips: [],
    tags: [],
    lastActive: null,
    dateIdentified: isIdentified ? toAtom(world.now()) : null,
    doNotContact: [],
  };
}

/** What makes a contact more than anonymous (recordings 054, 055). */
const IDENTIFYING = ['firstname', 'lastname', 'company', 'email', 'city', 'state', 'country'] as const;

type Edit = { readonly write: Write; readonly changes: Changes; readonly tags: TagPlan };

/** The date of change moves only when something did (recordings 149, 314, 315). */
function changedContact(world: World, existing: Contact, { write, changes, tags }: Edit): Contact {
  const { values, points } = changes;
  const isReal = changes.areReal || tags.isReal;
  const marks = isReal ? modifiedBy(write.identity, world.now()) : {};
  const id = write.repeated === 'doubles' ? world.db.contacts.burnId() : existing.id;
  return { ...existing, ...marks, id, values, points };
}

/** What a payload sets beside fields and tags: owner, last activity, address, do-not-contact (recordings 072, 323-329). */
function besides(world: World, contact: Contact, payload: PhpMap): Partial<Contact> {
  const { owner, lastActive, ipAddress } = payload;
  return {
    ...(owner === undefined ? {} : { owner: isTruthy(owner) ? Number(owner) : null }),
    ...(lastActive === undefined ? {} : { lastActive: readActivity(asText(lastActive) ?? '') }),
    ...(ipAddress === undefined ? {} : { ips: withIp(world, contact.ips, asText(ipAddress) ?? '') }),
    ...(payload.doNotContact === undefined ? {} : { doNotContact: doNotContactOf(world, contact, payload) }),
  };
}

/** An unreadable time becomes 1970 (recording 072). */
function readActivity(text: string): string {
  const parsed = parseDate(text);
  return typeof parsed === 'string' ? toAtom(new Date(0)) : toAtom(parsed.utc);
}

/** Junk is taken for the server's own address (recording 326). */
function withIp({ db }: World, ips: readonly number[], text: string): number[] {
  const address = /^[\d.]+$|^[\da-f:]+$/i.test(text) ? text : '127.0.0.1';
  const ip = db.ips.all().find((one) => one.address === address) ?? db.ips.insert((id) => ({ id, address }));
  return [...new Set([...ips, ip.id])];
}

function doNotContactOf(world: World, contact: Contact, payload: PhpMap) {
  let current = contact;
  for (const [, entry] of entriesOf(payload.doNotContact ?? null)) {
    if (!isMap(entry)) continue;
    const channel = asText(entry.channel) ?? 'email';
    const reason = Number(entry.reason ?? 0);
    const comments = asText(entry.comments) ?? '';
    current =
      reason === 0
        ? removeDoNotContact(current, channel).contact
        : addDoNotContact(world, current, { channel, reason, comments, channelId: null });
  }
  return current.doNotContact;
}

/** 4.4: an edit to an e-mail another contact holds merges that contact into this one, whose old id then leads here. */
function mergeTaken(world: World, write: Write, data: FormData): Write {
  const { existing } = write;
  if (existing === undefined || world.traits.takenEmail !== 'merge') return write;
  let merged = existing;
  for (const [field, value] of data) {
    if (!field.isUniqueIdentifier || value === null) continue;
    const holders = [...world.db.uniques.holders(field.alias, String(value))];
    for (const id of holders) merged = mergeInto(world, merged, id);
  }
  return { ...write, existing: merged };
}

function mergeInto(world: World, winner: Contact, loserId: number): Contact {
  const loser = loserId === winner.id ? undefined : world.db.contacts.get(loserId);
  if (loser === undefined) return winner;
  retire(world, { winner, loser });
  const tags = [...new Set([...winner.tags, ...loser.tags])];
  return {
    ...winner,
    values: { ...loser.values, ...winner.values },
    points: winner.points + loser.points,
    tags,
  };
}
