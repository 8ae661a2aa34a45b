import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One request to a real Mautic and its answer. */
export type Recording = {
  readonly number: number;
  /** The file's name without `.json`. */
  readonly name: string;
  /** The name without its number, which differs between versions. */
  readonly title: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  readonly response: {
    readonly status: number;
    /** By lower-case name. */
    readonly headers: Readonly<Record<string, string>>;
    /** Parsed when it is JSON, else the text. */
    readonly body: unknown;
  };
  /** When it was answered. */
  readonly at: Date;
};

type RecordingFile = {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: [string, string][];
    readonly body: unknown;
  };
};

const FIXTURES = join(import.meta.dirname, '../../fixtures');
/** Recordings 701-709 kept no headers; they were made one after the other. */
const WITHOUT_HEADERS = Date.UTC(2026, 10, 22, 0, 28, 41);

/** All recordings of a folder in `test/fixtures`, in the order they were made. */
export function readRecordings(folder: string): Recording[] {
  const names = readdirSync(join(FIXTURES, folder)).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => readRecording(folder, name));
}

function readRecording(folder: string, file: string): Recording {
  const text = readFileSync(join(FIXTURES, folder, file), 'utf8');
  const { request, response } = JSON.parse(text) as RecordingFile;
  const headers = Object.fromEntries(
    (response.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    number: Number(file.slice(0, 3)),
    name: file.slice(0, -'.json'.length),
    title: file.slice('001-'.length, -'.json'.length),
    request: {
      method: request.method,
      path: request.path,
      headers: request.headers ?? { 'Content-Type': 'application/json', Authorization: 'Bearer …' },
      body: bodyText(request.body),
    },
    response: { status: response.status, headers, body: parsed(response.body) },
    at: new Date(headers.date ?? WITHOUT_HEADERS),
  };
}

function bodyText(body: unknown): string | null {
  if (body === null || body === undefined) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
