import type { SimulatedClient, SimulatedUser } from '../../../lib/simulators/mautic/auth/identity.ts';
import {
  type MauticSimulator,
  type SimulatorOptions,
  startMauticSimulator,
} from '../../../lib/simulators/mautic/simulator.ts';
import type { MauticVersion } from '../../../lib/simulators/mautic/version.ts';
import { differences } from './difference.ts';
import type { Recording } from './recording.ts';
import { type Shift, shiftAnswer, shiftBody, shiftPath } from './shifted-world.ts';

/** Recordings made one after the other on one installation. */
export type Session = {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly options?: SimulatorOptions;
  /** What had happened before a recording (by number or title) that is not recorded itself. */
  readonly before?: Readonly<Record<number | string, (stage: Stage) => Promise<void> | void>>;
};

/** All recordings of one Mautic. */
export type RecordingSet = {
  readonly title: string;
  readonly version: MauticVersion;
  /** In `test/fixtures`. */
  readonly folder: string;
  /** The first one made the recordings. */
  readonly clients: readonly [SimulatedClient, ...SimulatedClient[]];
  readonly admin: SimulatedUser;
  readonly shift: Shift;
  readonly sessions: readonly Session[];
  /** Keys that are left out of the comparison, wherever they stand. */
  readonly uncompared?: readonly string[];
  readonly notReproduced: readonly { readonly reason: string; readonly names: readonly string[] }[];
};

/** The recordings of a session. */
export function recordingsOf({ from, to }: Session, all: readonly Recording[]): Recording[] {
  return all.filter(({ number }) => number >= from && number <= to);
}

/** What a preparation can use. */
export type Stage = {
  readonly simulator: MauticSimulator;
  /** Sends a request as the recorder's client; the payload is in the recordings' world. */
  readonly send: (method: string, path: string, payload?: unknown) => Promise<unknown>;
  /** Uses up contact ids until the next one is this recorded id. */
  readonly skipContactsTo: (id: number) => Promise<void>;
  /** By number or title: sent instead of the default credentials; the recordings hide theirs. */
  readonly authorizations: Map<number | string, string>;
  /** Recorded tokens and codes, and what the simulator calls them. */
  readonly secrets: Map<string, string>;
  readonly basic: (name: string, password: string) => string;
  /** The header of the access token in use. */
  readonly current: () => string;
  /** A fresh access token of the recorder's client. */
  readonly renew: () => Promise<void>;
};

const HEADERS = [
  'content-type',
  'location',
  'mautic-version',
  'www-authenticate',
  'retry-after',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
];
/** The simulator's clock runs with the recordings', so much later. */
const LATER_MS = 200 * 24 * 3_600_000;
const BATCH = 200;

/** Replays a session; the differences by recording name, none where it is reproduced. */
export async function replay(
  set: RecordingSet,
  session: Session,
  recordings: readonly Recording[],
): Promise<Map<string, string[]>> {
  const mine = recordingsOf(session, recordings);
  let clock = new Date((mine[0]?.at.getTime() ?? 0) + LATER_MS);
  const simulator = await startMauticSimulator({
    version: set.version,
    clients: set.clients,
    users: [set.admin],
    ...session.options,
    now: () => clock,
  });
  try {
    const stage = await openStage(simulator, set, session.options?.customObjects !== undefined);
    const results = new Map<string, string[]>();
    for (const recording of mine) {
      clock = new Date(recording.at.getTime() + LATER_MS);
      await session.before?.[recording.number]?.(stage);
      await session.before?.[recording.title]?.(stage);
      results.set(recording.name, await replayOne(stage, recording));
    }
    return results;
  } finally {
    await simulator.close();
  }
}

type OpenStage = Stage & { readonly set: RecordingSet; readonly authorization: string };

async function openStage(
  simulator: MauticSimulator,
  set: RecordingSet,
  hasPlugin: boolean,
): Promise<OpenStage> {
  const {
    clients: [client],
    shift,
  } = set;
  const stage = {
    set,
    simulator,
    authorization: '',
    authorizations: new Map<number | string, string>(),
    secrets: new Map<string, string>(),
    basic: (name: string, password: string) =>
      `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
    current: () => stage.authorization,
    renew: async () => {
      const body = JSON.stringify({
        grant_type: 'client_credentials',
        client_id: client.id,
        client_secret: client.secret,
      });
      const answer = await fetch(`${simulator.url}/oauth/v2/token`, { method: 'POST', body });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      stage.authorization = `Bearer ${token}`;
    },
    send: async (method: string, path: string, payload?: unknown) => {
      const body = payload === undefined ? null : shiftBody(JSON.stringify(payload), shift);
      const headers = { Authorization: stage.authorization, 'Content-Type': 'application/json' };
      const answer = await fetch(simulator.url + shiftPath(path, shift), { method, headers, body });
      if (answer.status >= 300)
        throw new Error(`preparation ${method} ${path} was answered ${answer.status}`);
      return answer.json();
    },
    skipContactsTo: (id: number) => skipContacts(stage, id + shift.contact),
  };
  await stage.renew();
  if (hasPlugin) await shiftCustomIds(stage, shift);
  await shiftIds(stage, shift);
  return stage;
}

/** Makes the ids begin later, by making things and deleting them. */
async function shiftIds(stage: Stage, shift: Shift): Promise<void> {
  const { send, simulator } = stage;
  await skipContacts(stage, shift.contact + 1);
  for (let count = 0; count < shift.field; count += 1) {
    const { field } = (await send('POST', '/api/fields/contact/new', { label: `Extra ${count}` })) as {
      field: { id: number };
    };
    await request(stage, 'DELETE', `/api/fields/contact/${field.id}/delete`);
  }
  for (let count = 0; count < shift.tag; count += 1) {
    const { tag } = (await send('POST', '/api/tags/new', { tag: `extra ${count}` })) as {
      tag: { id: number };
    };
    await request(stage, 'DELETE', `/api/tags/${tag.id}/delete`);
  }
  if (simulator.contacts().length > 0) throw new Error('the shifted world is not empty');
}

/** Only with the plugin; the contacts it needs are made and deleted before their own ids begin. */
async function shiftCustomIds(stage: Stage, { object = 0, item = 0 }: Shift): Promise<void> {
  const { simulator } = stage;
  for (let count = 0; count < object; count += 1) {
    simulator.people.makeCustomObject({ alias: 'extra', fields: [] });
    if (count < object - 1) simulator.people.removeCustomObject('extra');
  }
  if (object === 0) return;
  const data = Array.from({ length: item }, () => ({ name: 'Extra' }));
  const { contact } = (await stage.send('POST', '/api/contacts/new', {
    customObjects: { data: [{ alias: 'extra', data }] },
  })) as { contact: { id: number } };
  await request(stage, 'DELETE', `/api/contacts/${contact.id}/delete`);
  simulator.people.removeCustomObject('extra');
}

async function request(stage: Stage, method: string, path: string): Promise<void> {
  const { authorization } = stage as Stage & { authorization: string };
  await fetch(stage.simulator.url + path, { method, headers: { Authorization: authorization } });
}

async function skipContacts(stage: Stage, next: number): Promise<void> {
  for (;;) {
    const { contact } = (await stage.send('POST', '/api/contacts/new', { firstname: 'Extra' })) as {
      contact: { id: number };
    };
    await request(stage, 'DELETE', `/api/contacts/${contact.id}/delete`);
    const missing = next - contact.id - 1;
    if (missing === 0) return;
    if (missing < 0) throw new Error(`contact id ${next} is used`);
    if (missing === 1) continue;
    const items = Array.from({ length: Math.min(BATCH, missing - 1) }, () => ({ firstname: 'Extra' }));
    const { contacts } = (await stage.send('POST', '/api/contacts/batch/new', items)) as {
      contacts: { id: number }[];
    };
    await request(
      stage,
      'DELETE',
      `/api/contacts/batch/delete?ids=${contacts.map(({ id }) => id).join(',')}`,
    );
  }
}

async function replayOne(stage: OpenStage, recording: Recording): Promise<string[]> {
  const { response } = recording;
  const { shift } = stage.set;
  const answer = await sendRecorded(stage, recording);
  const text = await answer.text();
  const actual = parsed(text);
  noteSecrets(stage, response.body, actual);
  const headers = HEADERS.flatMap((name) =>
    headerDifference(recording, shift, { name, actual: answer.headers.get(name) }),
  );
  const status =
    response.status === answer.status ? [] : [`status: expected ${response.status} got ${answer.status}`];
  const body = differences(normalize(shiftAnswer(unwarned(response.body), shift)), normalize(actual)).filter(
    (line) => !(stage.set.uncompared ?? []).some((key) => line.split(':', 1)[0]?.endsWith(`.${key}`)),
  );
  return [...status, ...headers, ...body];
}

function unwarned(body: unknown): unknown {
  return typeof body === 'string' ? parsed(body) : body;
}

function sendRecorded(stage: OpenStage, { number, title, request: recorded }: Recording): Promise<Response> {
  const { set, authorizations } = stage;
  const { Authorization: given, 'Content-Type': type } = recorded.headers;
  const fallback =
    given === undefined
      ? undefined
      : given.startsWith('Basic')
        ? stage.basic(set.admin.username, set.admin.password)
        : stage.authorization;
  const authorization = authorizations.get(number) ?? authorizations.get(title) ?? fallback;
  const headers = {
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...(type === undefined ? {} : { 'Content-Type': type }),
  };
  const isToken = recorded.path.startsWith('/oauth');
  const path = withSecrets(stage, isToken ? recorded.path : shiftPath(recorded.path, set.shift));
  const shifted = isToken ? recorded.body : shiftBody(recorded.body, set.shift);
  const body = shifted === null ? null : Buffer.from(withSecrets(stage, shifted));
  return fetch(stage.simulator.url + path, { method: recorded.method, headers, body, redirect: 'manual' });
}

function withSecrets(stage: Stage, text: string): string {
  let result = text;
  for (const [recorded, actual] of stage.secrets) result = result.replaceAll(recorded, actual);
  return result;
}

function noteSecrets({ secrets }: Stage, recorded: unknown, actual: unknown): void {
  for (const key of ['access_token', 'refresh_token']) {
    const [from, to] = [textAt(recorded, key), textAt(actual, key)];
    if (from !== undefined && to !== undefined) secrets.set(from, to);
  }
}

function textAt(value: unknown, key: string): string | undefined {
  const found =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

function headerDifference(
  { response, number }: Recording,
  shift: Shift,
  { name, actual }: { readonly name: string; readonly actual: string | null },
): string[] {
  // Recordings 701-709 kept no headers.
  if (Object.keys(response.headers).length === 0) return [];
  const recorded = response.headers[name];
  const expected = recorded !== undefined && name === 'location' ? shiftPath(recorded, shift) : recorded;
  return (expected ?? null) === actual
    ? []
    : [`header ${name} of ${number}: expected ${expected} got ${actual}`];
}

const MOMENT = /^(2026-11-2[12567]|2027-06-\d\d)([T ][\d:]+(\+00:00)?)?$/;

/** Moments of the session and secrets are compared for being there only. */
function normalize(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return inOrder(value).map((item) => normalize(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normalize(item, name)]));
  }
  if (typeof value !== 'string') return value;
  if (key === 'access_token' || key === 'refresh_token') return value.length > 40 ? '<token>' : value;
  return MOMENT.test(value) ? '<moment>' : value;
}

type DatedItem = { readonly id: number; readonly dateAdded: string; readonly attributes: unknown };

/** Custom items, newest first; which of one second comes first is MySQL's choice, and compared by id. */
function inOrder(list: readonly unknown[]): readonly unknown[] {
  if (!list.every(isDatedItem)) return list;
  return list.toSorted((a, b) =>
    a.dateAdded === b.dateAdded ? a.id - b.id : a.dateAdded < b.dateAdded ? 1 : -1,
  );
}

function isDatedItem(value: unknown): value is DatedItem {
  return typeof value === 'object' && value !== null && 'attributes' in value && 'dateAdded' in value;
}

/** What PHP prints before the JSON is compared for being there, and the JSON behind it. */
const WARNED =
  /^<br \/>\n<b>(?:Warning|Deprecated)<\/b>: {2}.* in <b>.*<\/b> on line <b>\d+<\/b><br \/>\n(?=\{)/;

function parsed(text: string): unknown {
  const warning = WARNED.exec(text)?.[0];
  if (warning !== undefined) return { warning: '<warning>', json: parsed(text.slice(warning.length)) };
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
