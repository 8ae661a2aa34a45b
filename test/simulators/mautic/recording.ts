import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One request to a real Mautic 5.2.0 and its answer. */
export type Recording = {
  readonly number: number;
  /** The file's name without `.json`. */
  readonly name: string;
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

const FOLDER = join(import.meta.dirname, '../../fixtures/mautic');
/** Recordings 701-709 kept no headers; they were made one after the other. */
const WITHOUT_HEADERS = Date.UTC(2026, 10, 22, 0, 28, 41);

/** All recordings, in the order they were made. */
export function readRecordings(): Recording[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return names.toSorted().map(readRecording);
}

function readRecording(file: string): Recording {
  const { request, response } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as RecordingFile;
  const headers = Object.fromEntries(
    (response.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    number: Number(file.slice(0, 3)),
    name: file.slice(0, -'.json'.length),
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
