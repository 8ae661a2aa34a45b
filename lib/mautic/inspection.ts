import * as v from 'valibot';
import { type Target, targetsOf } from '../core/effects/target.ts';
import type { Failure, Outcome } from '../core/ledger/failure.ts';
import { failed, succeeded } from '../core/ledger/failure.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { MauticClient } from './client.ts';

/** What the bridge uses of Mautic, and a read that needs the right to it (recordings 575-579). */
const READS = {
  contacts: '/api/contacts?limit=1&minimal=1',
  fields: '/api/fields/contact?limit=1',
  tags: '/api/tags?limit=1',
  notes: '/api/notes?limit=1',
  emails: '/api/emails?limit=1&minimal=1',
  segments: '/api/segments?limit=1',
  campaigns: '/api/campaigns?limit=1',
} as const;

export type Used = keyof typeof READS;

/** Tries a read of something that the bridge uses. */
export async function tryRead(client: MauticClient, used: Used): Promise<Outcome<void>> {
  const answer = await client.call({ method: 'GET', path: READS[used] });
  return answer.ok ? succeeded(undefined) : answer;
}

const EmailAnswer = v.object({ email: v.object({ emailType: v.nullish(v.string()) }) });
const SegmentAnswer = v.object({ list: v.object({ isPublished: v.optional(v.boolean(), true) }) });

/** Whether an e-mail is one that can be sent to a single contact: those of segments answer every such call with an error. */
export async function isTemplate(client: MauticClient, emailId: number): Promise<Outcome<boolean>> {
  const answer = await client.call({ method: 'GET', path: `/api/emails/${String(emailId)}` });
  if (!answer.ok) return answer;
  const parsed = v.safeParse(EmailAnswer, answer.value.body);
  return parsed.success ? succeeded(parsed.output.email.emailType !== 'list') : failed(unreadable('e-mail'));
}

/** How a segment stands. */
export async function segmentState(
  client: MauticClient,
  segmentId: number,
): Promise<Outcome<'usable' | 'unpublished' | 'missing'>> {
  const answer = await client.call({ method: 'GET', path: `/api/segments/${String(segmentId)}` });
  if (!answer.ok) return answer.failure.code === 'not-found' ? succeeded('missing') : answer;
  const parsed = v.safeParse(SegmentAnswer, answer.value.body);
  if (!parsed.success) return failed(unreadable('segment'));
  return succeeded(parsed.output.list.isPublished ? 'usable' : 'unpublished');
}

const CampaignAnswer = v.object({ campaign: v.object({ isPublished: v.optional(v.boolean(), true) }) });

/** How a campaign stands. */
export async function campaignState(
  client: MauticClient,
  campaignId: number,
): Promise<Outcome<'usable' | 'unpublished' | 'missing'>> {
  const answer = await client.call({ method: 'GET', path: `/api/campaigns/${String(campaignId)}` });
  if (!answer.ok) return answer.failure.code === 'not-found' ? succeeded('missing') : answer;
  const parsed = v.safeParse(CampaignAnswer, answer.value.body);
  if (!parsed.success) return failed(unreadable('campaign'));
  return succeeded(parsed.output.campaign.isPublished ? 'usable' : 'unpublished');
}

/** Nobody has it: a search for it reads the whole column where there is no index. */
const NOBODY = 'nobody@bridge-looks-for-an-index.example';
const TRIES = 5;

/**
 * How many ms longer it takes to find an address than to answer at all; the least of five tries each. On 107,000
 * contacts it took 70 ms longer without an index on `leads.email` than with one (facts/mautic-observed, "Email index").
 */
export async function searchCostMs(client: MauticClient, now: () => number): Promise<Outcome<number>> {
  const query = new URLSearchParams({
    'where[0][col]': 'email',
    'where[0][expr]': 'eq',
    'where[0][val]': NOBODY,
    minimal: '1',
    limit: '1',
  });
  const paths = ['/api/users/self', `/api/contacts?${query.toString()}`] as const;
  const least = { [paths[0]]: Number.POSITIVE_INFINITY, [paths[1]]: Number.POSITIVE_INFINITY };
  for (let tries = 0; tries < TRIES; tries += 1) {
    for (const path of paths) {
      const begun = now();
      const answer = await client.call({ method: 'GET', path });
      if (!answer.ok) return answer;
      least[path] = Math.min(least[path] ?? Number.POSITIVE_INFINITY, now() - begun);
    }
  }
  return succeeded(Math.max(0, (least[paths[1]] ?? 0) - (least[paths[0]] ?? 0)));
}

/** What the policy makes the bridge use. */
export function usedBy(policy: Parameters<typeof targetsOf>[0] & Pick<Policy, 'notes'>): readonly Used[] {
  const kinds = new Set(targetsOf(policy).map(({ kind }) => kind));
  const hasNotes = policy.notes.length > 0 || policy.followUps?.some(({ note }) => note !== undefined);
  return [
    'contacts',
    'fields',
    'tags',
    ...(hasNotes ? (['notes'] as const) : []),
    ...(kinds.has('email') ? (['emails'] as const) : []),
    ...(kinds.has('segment') ? (['segments'] as const) : []),
    ...(kinds.has('campaign') ? (['campaigns'] as const) : []),
  ];
}

function unreadable(what: Target['kind'] | 'e-mail'): Failure {
  const message = `Mautic did not describe its ${what} as expected. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message };
}
