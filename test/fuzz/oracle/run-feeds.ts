import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { Http } from '../../../lib/http.ts';
import { createFluentCartApi } from '../../../lib/stores/fluentcart/rest/index.ts';
import type { FuzzWorld } from '../bridge/fuzz-world.ts';
import type { Input } from '../inputs/input.ts';

/** Four views, a scan of 25 pages, a question of a hundred, and single ones. */
const MOST_CALLS = 150;
const BEFORE_ALL = Date.parse('2026-01-01T00:00:00Z');
const NOW = Date.parse('2026-11-27T12:00:00Z');

/** The reader alone: it never throws, says the same every time, and of one thing only. */
export function readThing(
  { findings, feeds }: FuzzWorld,
  { thing, text }: Extract<Input, { type: 'reading' }>,
): void {
  const item = parsed(text);
  const reading = { kind: thing, store: 'fluent', item, now: NOW } as const;
  const once = feeds.read(reading);
  if (JSON.stringify(feeds.read(reading)) !== JSON.stringify(once))
    findings.add('changed', 'the same object was read in two ways');
  for (const { ref } of once.snapshots)
    if (ref.store !== 'fluent' || ref.kind !== thing || ref.id !== once.id)
      findings.add('outside', `${ref.kind}/${ref.store}/${ref.id} was made of ${thing} ${String(once.id)}`);
}

/** A store that always answers the same: every question ends, without an end to its calls, and nothing is repeated. */
export async function answerClient(
  { findings, feeds, telemetry }: FuzzWorld,
  { thing, status, text }: Extract<Input, { type: 'answers' }>,
): Promise<void> {
  let calls = 0;
  const body = parsed(text);
  const http: Http = {
    request: async () => {
      calls += 1;
      const headers = { 'content-type': 'application/json', date: new Date(NOW).toUTCString() };
      return succeeded({ status, headers, body: isObject(body) ? body : undefined, text });
    },
    close: () => undefined,
  };
  const keys = { consumerKey: 'user', consumerSecret: 'password' };
  const api = createFluentCartApi({
    baseUrl: 'https://fluent.example.test',
    keys,
    clock: { now: () => NOW },
    http,
  });
  const answers = [
    await api.list({ kind: thing, page: 1 }),
    await api.list({ kind: thing, page: 1, ids: ['1', '7'] }),
    await api.list({ kind: thing, page: 1, modifiedAfter: BEFORE_ALL }),
    await api.list({ kind: thing, page: 1, beforeId: '7' }),
    await api.list({ kind: 'order', page: 2, view: 'failed' }),
    await api.order('7'),
    await api.webhooks(),
  ];
  for (const answer of answers) if (!answer.ok) telemetry.inspect(answer.failure.message);
  if (calls > MOST_CALLS) findings.add('retried', `${String(calls)} calls for one question`);
  for (const answer of answers)
    if (answer.ok && answer.value && 'items' in answer.value)
      for (const item of answer.value.items) feeds.read({ kind: thing, store: 'fluent', item, now: NOW });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
