import { findContact } from '../contacts/find-contact.ts';
import { toAtom } from '../database/dates.ts';
import { keyedById } from '../database/php-value.ts';
import type { Campaign } from '../database/rows.ts';
import { type Answer, accessDenied, contactNotFound, itemNotFound, ok } from '../http/answer.ts';
import { authorshipOf, type Call, type World } from '../world.ts';

/** `GET /api/campaigns`: without any an empty list (recording 479). */
export function listCampaigns(world: World, { identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const all = world.db.campaigns.all().map((one) => [one.id, campaignJson(one)] as const);
  return ok({ total: all.length, campaigns: all.length === 0 ? [] : keyedById(all) });
}

/** `GET /api/campaigns/{id}` */
export function getCampaign(world: World, { params }: Call): Answer {
  const campaign = world.db.campaigns.get(Number(params[0]));
  return campaign === undefined ? itemNotFound() : ok({ campaign: campaignJson(campaign) });
}

/** `POST /api/campaigns/{id}/contact/{id}/add` and `/remove` (read in the source, as facts/mautic-source says). */
export function changeCampaign(isRemoval: boolean): (world: World, call: Call) => Answer {
  return (world, { params }) => {
    const campaign = world.db.campaigns.get(Number(params[0]));
    if (campaign === undefined) return itemNotFound();
    const contact = findContact(world, Number(params[1]));
    if (contact === undefined) return contactNotFound();
    const known = world.db.campaignMembers
      .all()
      .find((one) => one.campaign === campaign.id && one.contact === contact.id);
    const row = known ?? {
      id: world.db.campaignMembers.burnId(),
      campaign: campaign.id,
      contact: contact.id,
      dateAdded: toAtom(world.now()),
      rotation: 0,
      manuallyRemoved: false,
    };
    // Who comes in again goes through it again, where it allows that.
    const rotation = isRemoval || (known && !campaign.allowRestart) ? row.rotation : row.rotation + 1;
    world.db.campaignMembers.put({ ...row, rotation, manuallyRemoved: isRemoval });
    return ok({ success: 1 });
  };
}

/** `GET /api/contacts/{id}/campaigns` */
export function listCampaignsOfContact(world: World, { params }: Call): Answer {
  const contact = findContact(world, Number(params[0]));
  if (contact === undefined) return itemNotFound();
  const mine = world.db.campaignMembers
    .all()
    .filter((one) => one.contact === contact.id && !one.manuallyRemoved);
  const campaigns = mine.flatMap(({ campaign: id, dateAdded }) => {
    const campaign = world.db.campaigns.get(id);
    return campaign === undefined
      ? []
      : [[id, { id, name: campaign.name, dateAdded, manuallyRemoved: false, manuallyAdded: true }] as const];
  });
  return ok({ total: campaigns.length, campaigns: campaigns.length === 0 ? [] : keyedById(campaigns) });
}

function campaignJson(campaign: Campaign): Record<string, unknown> {
  const { id, name, allowRestart, isPublished } = campaign;
  return { ...authorshipOf(campaign), isPublished, id, name, alias: '', description: null, allowRestart };
}
