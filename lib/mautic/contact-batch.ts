import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../core/failure.ts';
import type { MauticContact } from '../core/ports.ts';
import { refusal, serverError } from './classify.ts';
import type { MauticClient } from './client.ts';
import { contactOf } from './contact-answer.ts';
import { itemError } from './error-body.ts';
import { keyed } from './keyed.ts';

export interface BatchCall {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
}

type Item = Readonly<Record<string, unknown>>;
type Results = readonly Outcome<MauticContact>[];

/** Measured: 57 ms a call and 21 ms a contact, so nothing is gained beyond 50 (Mautic takes 200, recording 168). */
const BATCH_SIZE = 50;

/**
 * A single poison item is found within seven failed calls (50 → 25 → 13 → … → 1). More failures in a row mean that
 * Mautic itself is broken, and asking on would only add to its load.
 */
const MAX_FAILURES_IN_A_ROW = 10;

const BatchAnswer = v.object({
  statusCodes: v.unknown(),
  contacts: v.unknown(),
  errors: v.optional(v.unknown()),
});

/** Sends any number of items; results stand in their order. */
export async function sendAll(
  client: MauticClient,
  call: BatchCall,
  items: readonly Item[],
): Promise<Results> {
  const results: Outcome<MauticContact>[] = [];
  for (let start = 0; start < items.length; start += BATCH_SIZE) {
    results.push(...(await sendBatch(client, call, items.slice(start, start + BATCH_SIZE))));
  }
  return results;
}

/**
 * One bad item can make the whole answer an opaque 500, after earlier items were committed and before later ones
 * (recording 180). Items are safe to repeat, so such a batch is halved until the bad ones stand alone.
 */
async function sendBatch(client: MauticClient, call: BatchCall, batch: readonly Item[]): Promise<Results> {
  let failuresInARow = 0;

  async function send(items: readonly Item[]): Promise<Results> {
    const answer = await client.call({ ...call, body: items });
    if (answer.ok) {
      failuresInARow = 0;
      return resultsOf(answer.value.body, items, `${call.method} ${call.path}`);
    }
    failuresInARow += 1;
    if (items.length === 1 || !isHalvable(answer.failure)) return items.map(() => failed(answer.failure));
    const middle = Math.ceil(items.length / 2);
    const first = await send(items.slice(0, middle));
    const rest = items.slice(middle);
    return [
      ...first,
      ...(isHalvable(answer.failure) ? await send(rest) : rest.map(() => failed(answer.failure))),
    ];
  }

  function isHalvable(failure: Failure): boolean {
    return failure.code === 'server-error' && failuresInARow < MAX_FAILURES_IN_A_ROW;
  }

  return send(batch);
}

/** Status 201 of a batch says nothing: each item has its own code (recordings 157, 160, 170). */
function resultsOf(body: unknown, items: readonly Item[], endpoint: string): Results {
  const parsed = v.safeParse(BatchAnswer, body);
  if (!parsed.success) return items.map(() => failed(unreadable(endpoint)));
  const codes = keyed(parsed.output.statusCodes);
  const contacts = keyed(parsed.output.contacts);
  const errors = keyed(parsed.output.errors);
  return items.map((sent, index) => {
    const key = String(index);
    const code = codes.get(key);
    if (typeof code !== 'number') return failed(unreadable(endpoint));
    // The entity of a failed item may still be among the contacts (recording 171): the code decides.
    if (code >= 200 && code < 300) return writtenOf(contacts.get(key), endpoint);
    return failed(itemFailure({ code, error: errors.get(key), sent, endpoint }));
  });
}

function writtenOf(value: unknown, endpoint: string): Outcome<MauticContact> {
  const contact = contactOf(value);
  return contact ? succeeded(contact) : failed(unreadable(endpoint));
}

/** Code 0 is what an exception within one item becomes (recordings 557-559). */
function itemFailure(item: { code: number; error: unknown; sent: Item; endpoint: string }): Failure {
  const error = itemError(item.error);
  if (!error || item.code === 0 || item.code >= 500) return serverError(item.code, item.endpoint);
  return refusal(item.code, error, { endpoint: item.endpoint, sent: item.sent, now: 0 });
}

function unreadable(endpoint: string): Failure {
  const message = `${endpoint} answered a batch without results for its contacts. Check the version of Mautic.`;
  return { kind: 'unknown', code: 'unreadable', message };
}
