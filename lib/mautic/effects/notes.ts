import * as v from 'valibot';
import { NOTES_A_CALL } from '../../core/effects/effect-kinds.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticNotes } from '../../core/ports/mautic.ts';
import { resultsOf } from '../batch-answer.ts';
import type { MauticClient } from '../client.ts';
import { keyed } from '../keyed.ts';

type NewNote = Parameters<MauticNotes['add']>[0][number];
type Results = readonly Outcome<void>[];

const PATH = '/api/notes/batch/new';
const PAGE = 100;
const MAX_PAGES = 50;

/**
 * What Mautic's search takes literally: spaces, quotes, colons, brackets of groups and leading signs are commands to
 * it. `_` is a wildcard, which finds too much and is sorted out by comparing.
 */
const SEARCHABLE = /^[\w[\]/#.-]+$/;

const NoteList = v.object({
  total: v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
  notes: v.unknown(),
});
const ListedNote = v.object({ text: v.nullable(v.string()) });

/**
 * Notes over Mautic's REST API. Mautic shows a note's text as HTML and keeps every tag of it (recording 377), so
 * texts must hold none that a customer wrote. No call is repeated here: the same note twice makes two.
 */
export function createMauticNotes(client: MauticClient): MauticNotes {
  return {
    add: (items) => addAll(client, items),
    has: (contactId, marker) => has(client, contactId, marker),
  };
}

async function addAll(client: MauticClient, items: readonly NewNote[]): Promise<Results> {
  const results: Outcome<void>[] = [];
  for (let start = 0; start < items.length; start += NOTES_A_CALL) {
    const batch = await addBatch(client, items.slice(start, start + NOTES_A_CALL));
    results.push(...batch.results);
    if (batch.down) {
      const left = items.slice(results.length);
      return [...results, ...left.map(() => failed(notSent(batch.down)))];
    }
  }
  return results;
}

interface Added {
  readonly results: Results;
  /** Why the next batch would fare no better. */
  readonly down?: Failure;
}

/**
 * An opaque 500 leaves the notes before the bad one written and says nothing of them (recordings 386, 388), so all of
 * them are `unknown`. The bad one, as a rule of a contact that was deleted, is found when it is looked up.
 */
async function addBatch(client: MauticClient, items: readonly NewNote[]): Promise<Added> {
  // The key is `lead`; `contact` is ignored (recordings 380, 381).
  const body = items.map(({ contactId, text }) => ({ lead: contactId, text, type: 'general' }));
  const answer = await client.call({ method: 'POST', path: PATH, body });
  if (answer.ok) {
    const results = resultsOf(answer.value.body, {
      items: body,
      endpoint: `POST ${PATH}`,
      key: 'notes',
      // The code has said that it was written; nothing in it is needed.
      read: () => true,
    });
    return { results: results.map((result) => (result.ok ? succeeded(undefined) : result)) };
  }
  const { failure } = answer;
  if (items.length > 1 && isVerdict(failure)) return { results: items.map(() => failed(doubtful(failure))) };
  const results = items.map(() => failed(failure));
  return failure.code === 'server-error' ? { results } : { results, down: failure };
}

function isVerdict({ kind }: Failure): boolean {
  return kind === 'park' || kind === 'repair';
}

/** A refusal of many says nothing about each: what is in doubt is looked up and added alone. */
function doubtful({ message }: Failure): Failure {
  return { kind: 'unknown', code: 'batch-refused', message };
}

/** Later batches never left, whatever became of the one before them. */
function notSent(failure: Failure | undefined): Failure {
  if (failure && failure.kind !== 'unknown') return failure;
  const message = `POST ${PATH} was not called again after a call without an answer. The next attempt adds the note.`;
  return { kind: 'retry', code: 'not-sent', message };
}

/** Mautic narrows down as far as it can; whether the marker is there is decided here, exactly. */
async function has(client: MauticClient, contactId: number, marker: string): Promise<Outcome<boolean>> {
  const path = `/api/contacts/${String(contactId)}/notes`;
  const search = SEARCHABLE.test(marker) ? { search: marker } : {};
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({ ...search, limit: String(PAGE), start: String(page * PAGE) });
    const answer = await client.call({ method: 'GET', path: `${path}?${query.toString()}` });
    if (!answer.ok) return answer;
    const list = v.safeParse(NoteList, answer.value.body);
    if (!list.success) return failed(unreadable(path));
    const notes = [...keyed(list.output.notes).values()];
    if (notes.some((note) => holds(note, marker))) return succeeded(true);
    if (notes.length === 0 || (page + 1) * PAGE >= list.output.total) return succeeded(false);
  }
  return failed(tooMany(path));
}

function holds(note: unknown, marker: string): boolean {
  const parsed = v.safeParse(ListedNote, note);
  return parsed.success && (parsed.output.text ?? '').includes(marker);
}

function unreadable(path: string): Failure {
  const message = `GET ${path} answered no list of notes. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message };
}

/** "No" would add a note that may be there. */
function tooMany(path: string): Failure {
  const message = `GET ${path} lists more than ${String(MAX_PAGES * PAGE)} notes. Look for the note in Mautic.`;
  return { kind: 'park', code: 'too-many-notes', message };
}
