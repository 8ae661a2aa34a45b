import { describe, expect, test } from 'vitest';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { createMauticCampaigns } from '../../../lib/mautic/effects/campaigns.ts';
import { campaignState } from '../../../lib/mautic/inspection.ts';
import { failureOf, instance, must, plainClient, type Reply, serve, simulatedMautic } from '../support.ts';

async function simulated(allowRestart = false) {
  const { mautic, http } = await simulatedMautic();
  const { client } = instance({ url: mautic.url, http });
  const campaign = mautic.people.makeCampaign({ name: 'Win back', allowRestart });
  const person = { email: 'person@example.com', fields: {}, addTags: [], removeTags: [] };
  const [contact] = await createMauticContacts(client).create([person]);
  if (contact === undefined) throw new Error('nobody was made');
  return { client, campaign, contact: must(contact).id, campaigns: createMauticCampaigns(client) };
}

async function answering(...replies: Reply[]) {
  const left = [...replies];
  const server = await serve(() => left.shift() ?? { status: 503 });
  return createMauticCampaigns(plainClient(server.url));
}

describe('a campaign', () => {
  test('has whom it was told to take, until they are taken out', async () => {
    const { campaigns, campaign, contact } = await simulated();
    expect(must(await campaigns.has(campaign, contact))).toBe(false);

    must(await campaigns.add(campaign, contact));
    expect(must(await campaigns.has(campaign, contact))).toBe(true);
    must(await campaigns.remove(campaign, contact));

    expect(must(await campaigns.has(campaign, contact))).toBe(false);
  });

  test('that is not there, and a contact that is not, are told apart', async () => {
    const { campaigns, campaign, contact } = await simulated();

    expect(failureOf(await campaigns.add(99, contact))).toMatchObject({
      kind: 'park',
      code: 'campaign-not-found',
    });
    expect(failureOf(await campaigns.add(campaign, 999))).toMatchObject({ code: 'not-found' });
  });

  test('is looked at by the doctor', async () => {
    const { client, campaign } = await simulated();

    expect(must(await campaignState(client, campaign))).toBe('usable');
    expect(must(await campaignState(client, 99))).toBe('missing');
  });

  test('that did not say whether it took somebody may have; taking out is tried again', async () => {
    const odd = { status: 200, body: {} };
    const campaigns = await answering(odd, odd, odd);

    expect(failureOf(await campaigns.add(1, 2)).kind).toBe('unknown');
    expect(failureOf(await campaigns.remove(1, 2)).kind).toBe('retry');
    expect(failureOf(await campaigns.has(1, 2)).kind).toBe('retry');
  });

  test('of nobody is an empty list, which is no object', async () => {
    const campaigns = await answering({ status: 200, body: { total: 0, campaigns: [] } });

    expect(must(await campaigns.has(1, 2))).toBe(false);
  });
});
