import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticSegments } from '../../core/ports/mautic.ts';
import type { MauticAnswer } from '../classify.ts';
import type { MauticClient } from '../client.ts';
import { missingOf } from '../contacts/contact-reading.ts';

/** A contact costs about 40 ms (measured), so such a call stays far from any timeout. */
const AT_ONCE = 100;

/** Contact id → whether it is in the segment now. */
const AddAnswer = v.object({ details: v.record(v.string(), v.object({ success: v.boolean() })) });

/** Also for who is not in it (recording 402). */
const RemoveAnswer = v.object({ success: v.union([v.literal(1), v.literal(true)]) });

/**
 * Membership by hand, which outlives the segment's own filters. Adding who is in and removing who is not succeeds
 * (recordings 396, 402), so a call in doubt may simply be repeated. When one is removed that is missing, those after
 * it are served all the same.
 */
export function createMauticSegments(client: MauticClient): MauticSegments {
  return {
    add: (segmentId, contactIds) => add(client, segmentId, contactIds),
    remove: (segmentId, contactIds) => remove(client, segmentId, contactIds),
  };
}

/** With many contacts in one call a 404 can only mean the segment (recordings 397, 399). */
async function add(
  client: MauticClient,
  segmentId: number,
  contactIds: readonly number[],
): Promise<Outcome<ReadonlySet<number>>> {
  const path = `/api/segments/${String(segmentId)}/contacts/add`;
  const members = new Set<number>();
  for (let start = 0; start < contactIds.length; start += AT_ONCE) {
    const ids = contactIds.slice(start, start + AT_ONCE);
    const answer = await client.call({ method: 'POST', path, body: { ids } });
    if (!answer.ok) {
      return failed(isMissing(answer.failure) ? unknownSegment(segmentId) : repeatable(answer.failure));
    }
    const added = membersIn(answer.value);
    if (!added) return failed(unreadable(`POST ${path}`));
    for (const id of added) members.add(id);
  }
  return succeeded(members);
}

/** An id that was merged away answers under the winner's (recording 244 of 5.2.1). */
function membersIn({ body }: MauticAnswer): readonly number[] | undefined {
  const parsed = v.safeParse(AddAnswer, body);
  if (!parsed.success) return undefined;
  return Object.entries(parsed.output.details).flatMap(([id, { success }]) => (success ? [Number(id)] : []));
}

/** There is no call that removes many. */
async function remove(
  client: MauticClient,
  segmentId: number,
  contactIds: readonly number[],
): Promise<Outcome<void>> {
  let missing: Failure | undefined;
  for (const contactId of contactIds) {
    const path = `/api/segments/${String(segmentId)}/contact/${String(contactId)}/remove`;
    const answer = await client.call({ method: 'POST', path });
    if (answer.ok && v.is(RemoveAnswer, answer.value.body)) continue;
    if (answer.ok) return failed(unreadable(`POST ${path}`));
    if (!isMissing(answer.failure)) return failed(repeatable(answer.failure));
    const failure = await missingOf(client, contactId, unknownSegment(segmentId));
    if (!isMissing(failure)) return failed(failure);
    missing ??= failure;
  }
  return missing ? failed(missing) : succeeded(undefined);
}

function isMissing({ code }: Failure): boolean {
  return code === 'not-found';
}

function repeatable(failure: Failure): Failure {
  return failure.kind === 'unknown' ? { ...failure, kind: 'retry' } : failure;
}

/** Both calls may be repeated, so what cannot be read is tried again. */
function unreadable(endpoint: string): Failure {
  const message = `${endpoint} did not say who is in the segment now. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message };
}

function unknownSegment(segmentId: number): Failure {
  const message = `Mautic has no segment ${String(segmentId)}. Name another one in the policy, or create it.`;
  return { kind: 'park', code: 'segment-not-found', message };
}
