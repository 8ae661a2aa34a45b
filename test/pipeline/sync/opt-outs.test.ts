import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { failed, type Outcome, succeeded } from '../../../lib/core/ledger/failure.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { optOutOf } from '../../../lib/core/stores/opt-out.ts';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { addDoNotContact } from '../../../lib/mautic/contacts/do-not-contact.ts';
import { createMauticEmails } from '../../../lib/mautic/effects/emails.ts';
import { instance, must, simulatedMautic } from '../../mautic/support.ts';
import { keyOf, openWorkshop, type Workshop } from '../../support/workshop.ts';

const ANNA = 'anna@example.test';
const POLICY = v.parse(Policy, {
  emails: { processing: { template: 7 }, completed: { template: 8, transactional: true } },
});

function openShop(answer: () => Outcome<void> = () => succeeded(undefined)) {
  const told: number[] = [];
  const shop = openWorkshop(POLICY);
  shop.current.optOuts = {
    stores: ['demo'],
    add: async (contactId) => {
      told.push(contactId);
      return answer();
    },
  };
  return { shop, told };
}

async function optOut(shop: Workshop): Promise<void> {
  await shop.ledger.write(optOutOf('demo', keyOf(ANNA)), JSON.stringify({ at: 1 }), undefined);
}

describe('somebody who opted out in the shop', () => {
  it('is told to Mautic once, also when there is no contact yet, and is mailed what is transactional alone', async () => {
    const { shop, told } = openShop();
    await optOut(shop);

    await shop.order({ id: 1, email: ANNA, status: 'processing', createdAt: shop.clock.now() });
    await shop.settle();
    await shop.order({ id: 1, email: ANNA, status: 'completed', createdAt: shop.clock.now() });
    await shop.settle();

    expect(told).toEqual([shop.contact(ANNA).id]);
    expect(shop.mautic.sent.map(({ emailId }) => emailId)).toEqual([8]);
    expect(await shop.effects(1)).toMatchObject({ 'email:processing': { state: 'skipped' } });
  });

  it('is told to Mautic when nothing else of the contact changes', async () => {
    const { shop, told } = openShop();
    await shop.order({ id: 1, email: ANNA, status: 'processing', createdAt: shop.clock.now() });
    await shop.settle();
    await optOut(shop);

    await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now());
    await shop.settle();

    expect(told).toEqual([shop.contact(ANNA).id]);
  });

  it('is told again when Mautic did not take it, and mailed nothing meanwhile', async () => {
    const away = { kind: 'retry', code: 'unavailable', message: 'Mautic is away.' } as const;
    let tries = 0;
    const { shop, told } = openShop(() => {
      tries += 1;
      return tries < 3 ? failed(away) : succeeded(undefined);
    });
    await optOut(shop);

    await shop.order({ id: 1, email: ANNA, status: 'processing', createdAt: shop.clock.now() });
    await shop.settle();

    expect(told).toHaveLength(3);
    expect(shop.mautic.sent).toEqual([]);
  });
});

it('nobody is asked where no store has such a plugin', async () => {
  const { shop, told } = openShop();
  delete shop.current.optOuts;
  await optOut(shop);

  await shop.order({ id: 1, email: ANNA, status: 'processing', createdAt: shop.clock.now() });
  await shop.settle();

  expect(told).toEqual([]);
  expect(shop.mautic.sent).toHaveLength(1);
});

it('Mautic mails nobody of whom it was told, however often it is told', async () => {
  const { mautic, http } = await simulatedMautic();
  const { client } = instance({ url: mautic.url, http });
  const [anna] = await createMauticContacts(client).create([
    { email: 'anna@example.com', fields: {}, addTags: [], removeTags: [] },
  ]);
  const { id } = must(anna);

  must(await addDoNotContact(client, id));
  must(await addDoNotContact(client, id));

  expect(must(await createMauticEmails(client, { now: () => 0 }).mayBeMailed(id))).toBe(false);
});
