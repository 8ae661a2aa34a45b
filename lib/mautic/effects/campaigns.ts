import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticCampaigns } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';
import { missingOf } from '../contacts/contact-reading.ts';

const Done = v.object({ success: v.union([v.literal(1), v.literal(true)]) });

/** An empty list is no object. */
const OfContact = v.object({
  campaigns: v.union([v.record(v.string(), v.object({ id: v.number() })), v.array(v.unknown())]),
});

/**
 * Membership in campaigns, by hand (read in Mautic's source, not recorded): `{"success":1}`, or 404 for a campaign or a
 * contact that is not there. Adding somebody again restarts a campaign that allows it, so an answer that never came
 * stays in doubt.
 */
export function createMauticCampaigns(client: MauticClient): MauticCampaigns {
  return {
    add: (campaign, contact) => change(client, { campaign, contact, does: 'add' }),
    remove: async (campaign, contact) =>
      repeatable(await change(client, { campaign, contact, does: 'remove' })),
    has: (campaign, contact) => has(client, campaign, contact),
  };
}

interface Change {
  readonly campaign: number;
  readonly contact: number;
  readonly does: 'add' | 'remove';
}

async function change(client: MauticClient, { campaign, contact, does }: Change): Promise<Outcome<void>> {
  const path = `/api/campaigns/${String(campaign)}/contact/${String(contact)}/${does}`;
  const answer = await client.call({ method: 'POST', path });
  if (answer.ok) return v.is(Done, answer.value.body) ? succeeded(undefined) : failed(unreadable(path));
  if (answer.failure.code !== 'not-found') return answer;
  return failed(await missingOf(client, contact, unknownCampaign(campaign)));
}

function repeatable(outcome: Outcome<void>): Outcome<void> {
  if (outcome.ok || outcome.failure.kind !== 'unknown') return outcome;
  return failed({ ...outcome.failure, kind: 'retry' });
}

async function has(client: MauticClient, campaign: number, contact: number): Promise<Outcome<boolean>> {
  const path = `/api/contacts/${String(contact)}/campaigns`;
  const answer = await client.call({ method: 'GET', path });
  if (!answer.ok) return answer;
  const parsed = v.safeParse(OfContact, answer.value.body);
  if (!parsed.success) return failed({ ...unreadable(path), kind: 'retry' });
  const { campaigns } = parsed.output;
  return succeeded(!Array.isArray(campaigns) && Object.values(campaigns).some(({ id }) => id === campaign));
}

/** It may have been done. */
function unreadable(path: string): Failure {
  const message = `Mautic's answer at ${path} cannot be read. Check the version of Mautic.`;
  return { kind: 'unknown', code: 'unreadable', message };
}

function unknownCampaign(campaign: number): Failure {
  const message = `Mautic has no campaign ${String(campaign)}. Name another one in the policy, or create it.`;
  return { kind: 'park', code: 'campaign-not-found', message };
}
