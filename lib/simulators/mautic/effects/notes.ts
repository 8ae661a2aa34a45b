import { MAX_BATCH } from '../contacts/contact-batches.ts';
import { payloadOf } from '../contacts/contact-form.ts';
import { page } from '../contacts/contact-list.ts';
import { fieldsJson } from '../contacts/contact-view.ts';
import { findContact } from '../contacts/find-contact.ts';
import { parseDate, toAtom } from '../database/dates.ts';
import { asText, entriesOf, listOrObject, mapAt, type PhpMap } from '../database/php-value.ts';
import type { Note } from '../database/rows.ts';
import {
  type Answer,
  contactNotFound,
  created,
  formError,
  formRefusal,
  itemNotFound,
  ok,
  opaqueError,
  type Refusal,
  refusal,
} from '../http/answer.ts';
import type { Call, World } from '../world.ts';

const TYPES = new Set(['general', 'email', 'call', 'meeting']);

/** `POST /api/notes/new`: the answer embeds the whole contact (recordings 377-384). */
export function newNote(world: World, { body }: Call): Answer {
  const payload = payloadOf(body);
  const lead = asText(payload.lead) ?? '';
  if (lead === '') return refusal(400, 'lead ID is mandatory');
  if (findContact(world, Number(lead)) === undefined) return contactNotFound();
  const refusals = refusalsOf(world, payload);
  if (refusals.length > 0) return formRefusal(refusals);
  const note = insertNote(world, payload);
  return created(`/api/notes/${note.id}`, { note: noteWithContact(world, note) });
}

/** `POST /api/notes/batch/new`: an unknown contact ends the request, the notes before it are kept (recording 386). */
export function newNotes(world: World, { body }: Call): Answer {
  const items = entriesOf(body);
  if (items.length > MAX_BATCH)
    return refusal(500, `A max of ${MAX_BATCH} entities are supported at a time.`);
  const results: (readonly [string, Note | readonly Refusal[]])[] = [];
  for (const [key, item] of items) {
    const payload = payloadOf(item);
    if (findContact(world, Number(asText(payload.lead) ?? 0)) === undefined) return opaqueError(500);
    const refusals = refusalsOf(world, payload);
    results.push([key, refusals.length > 0 ? refusals : insertNote(world, payload)]);
  }
  return { status: 201, body: batchJson(world, results) };
}

function batchJson(
  world: World,
  results: readonly (readonly [string, Note | readonly Refusal[]])[],
): Record<string, unknown> {
  const notes = results.flatMap(([key, result]) =>
    'id' in result ? [[key, noteWithContact(world, result)] as const] : [],
  );
  const errors = results.flatMap(([key, result]) =>
    'id' in result ? [] : [[key, { ...formError(result), type: null }] as const],
  );
  const statusCodes = listOrObject(
    results.map(([key, result]) => [key, 'id' in result ? 201 : 400] as const),
  );
  const body = { notes: listOrObject(notes), statusCodes };
  return errors.length === 0 ? body : { ...body, errors: listOrObject(errors) };
}

/** `GET /api/notes`, with `where[0][col]=lead`, by id, with `orderByDir=desc` the newest first (387, 389; 5.2.1: 209). */
export function listNotes(world: World, { query }: Call): Answer {
  const condition = mapAt(query.where, '0');
  const lead = asText(condition.col) === 'lead' ? Number(asText(condition.val)) : undefined;
  const all = lead === undefined ? world.db.notes.all() : world.db.lookups.notesOf(lead);
  const sorted = asText(query.orderByDir)?.toLowerCase() === 'desc' ? all.toReversed() : all;
  return ok({ total: all.length, notes: page(sorted, query).map((note) => noteJson(world, note, [])) });
}

/** `GET /api/contacts/{id}/notes`: newest first, `search` within the text (recording 388). */
export function listNotesOfContact(world: World, { params, query }: Call): Answer {
  const contact = findContact(world, Number(params[0]));
  if (contact === undefined) return itemNotFound();
  const search = (asText(query.search) ?? '').toLowerCase();
  const all = world.db.lookups.notesOf(contact.id).filter((note) => note.text.toLowerCase().includes(search));
  const sorted = all.toSorted((a, b) => b.dateAdded.localeCompare(a.dateAdded) || a.id - b.id);
  const notes = page(sorted, query).map(({ id, text, type, dateTime }) => ({
    id,
    text,
    type,
    ...(dateTime === null ? {} : { dateTime }),
    lead: {},
  }));
  return ok({ total: all.length, notes });
}

/** `GET /api/notes/{id}` */
export function getNote(world: World, { params }: Call): Answer {
  const note = world.db.notes.get(Number(params[0]));
  return note === undefined ? itemNotFound() : ok({ note: noteWithContact(world, note) });
}

/** `DELETE /api/notes/{id}/delete` */
export function deleteNote(world: World, { params }: Call): Answer {
  const note = world.db.notes.get(Number(params[0]));
  if (note === undefined) return itemNotFound();
  const json = noteWithContact(world, note);
  world.db.notes.delete(note.id);
  return ok({ note: { ...json, id: null } });
}

function refusalsOf({ traits }: World, payload: PhpMap): Refusal[] {
  const type = asText(payload.type ?? 'general') ?? '';
  const refusals: Refusal[] = [];
  if ((asText(payload.text) ?? '') === '')
    refusals.push({ field: 'text', message: 'Note text cannot be empty', status: 400 });
  if (!TYPES.has(type)) refusals.push({ field: 'type', message: traits.choiceError, status: 400 });
  return refusals;
}

function insertNote(world: World, payload: PhpMap): Note {
  const contact = findContact(world, Number(payload.lead));
  return world.db.notes.insert((id) => ({
    id,
    contact: contact?.id ?? 0,
    text: asText(payload.text) ?? '',
    type: asText(payload.type ?? 'general') ?? '',
    dateTime: dateTimeOf(asText(payload.dateTime) ?? ''),
    dateAdded: toAtom(world.now()),
  }));
}

/** A note's date loses its seconds (recording 378). */
function dateTimeOf(text: string): string | null {
  const parsed = parseDate(text);
  return typeof parsed === 'string' ? null : `${toAtom(parsed.utc).slice(0, 17)}00+00:00`;
}

function noteWithContact(world: World, note: Note): Record<string, unknown> {
  const contact = world.db.contacts.get(note.contact);
  return noteJson(world, note, contact === undefined ? [] : fieldsJson(world, contact, { numbers: 'note' }));
}

function noteJson(
  world: World,
  { id, text, type, dateTime, contact }: Note,
  fields: unknown,
): Record<string, unknown> {
  const points = world.db.contacts.get(contact)?.points ?? 0;
  return { id, text, type, dateTime, lead: { id: contact, points, color: null, fields } };
}
