import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { failed, type Outcome, succeeded } from '../../../lib/core/ledger/failure.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { optOutOf, silencedOf } from '../../../lib/core/stores/opt-out.ts';
import { createMauticContacts } from '../../../lib/mautic/contacts/contacts.ts';
import { addDoNotContact } from '../../../lib/mautic/contacts/do-not-contact.ts';
import { createMauticEmails } from '../../../lib/mautic/effects/emails.ts';
import { createErase } from '../../../lib/pipeline/people/erase.ts';
import { instance, must, simulatedMautic } from '../../mautic/support.ts';
import { keyOf, openWorkshop, type Workshop } from '../../support/workshop.ts';
import { type Bench, MINUTE, startBench } from './support.ts';

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

describe('somebody who asked Mautic for no more e-mails and was erased', () => {
  const POLICY_OF_BENCH = { emails: { processing: { template: 1, transactional: false } } };

  /** Anna bought once, unsubscribed or not, and was forgotten; nothing of her is in Mautic. */
  async function forgotten({ unsubscribed }: { readonly unsubscribed: boolean }): Promise<Bench> {
    const bench = await startBench({ policy: POLICY_OF_BENCH, since: new Map([['demo', 0]]) });
    await bench.person('POST', '/emails/new', { name: 'Hi', subject: 'Hi', customHtml: '<p>Hi</p>' });
    await bench.shop({});
    if (unsubscribed)
      await bench.person('POST', `/contacts/${String(bench.contact().id)}/dnc/email/add`, { reason: 1 });
    bench.forward(MINUTE);
    await createErase({ ...bench.sweepParts, contacts: bench.survey }).mark(keyOf(ANNA));
    await bench.sync();
    await pass(bench, 10);
    expect(bench.contacts(ANNA)).toEqual([]);
    return bench;
  }

  async function pass(bench: Bench, minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }
  }

  async function consentOf(bench: Bench): Promise<unknown> {
    const { contact } = await bench.person('GET', `/contacts/${String(bench.contact().id)}`);
    return (contact as { doNotContact: unknown }).doNotContact;
  }

  const mailed = (bench: Bench) => bench.mautic.sentEmails().length;

  it('is told of when an order brings them back, before anything is sent', async () => {
    const bench = await forgotten({ unsubscribed: true });

    await bench.shop({ id: 2, createdAt: bench.clock.now() });

    expect(await consentOf(bench)).toMatchObject([{ channel: 'email', reason: 1 }]);
    expect(mailed(bench)).toBe(1);
  });

  it('is mailed nothing while Mautic does not take it, and told of once it does', async () => {
    const bench = await forgotten({ unsubscribed: true });
    bench.front.before = ({ path }) =>
      path.includes('/dnc/')
        ? { status: 503, body: { errors: [{ code: 503, message: 'busy' }] } }
        : undefined;
    await bench.shop({ id: 2, createdAt: bench.clock.now() });
    expect([await consentOf(bench), mailed(bench)]).toEqual([[], 1]);

    bench.front.before = () => undefined;
    await pass(bench, 10);

    expect(await consentOf(bench)).toHaveLength(1);
    expect(mailed(bench)).toBe(1);
  });

  it('is Mautic’s again once it was told: who takes it away there decides it', async () => {
    const bench = await forgotten({ unsubscribed: true });
    await bench.shop({ id: 2, createdAt: bench.clock.now() });
    await bench.person('POST', `/contacts/${String(bench.contact().id)}/dnc/email/remove`);

    await bench.shop({ id: 3, createdAt: bench.clock.now() });

    expect(await consentOf(bench)).toEqual([]);
    expect(mailed(bench)).toBe(2);
  });

  it('is nothing that is made up: who had not asked is mailed when they come back', async () => {
    const bench = await forgotten({ unsubscribed: false });

    await bench.shop({ id: 2, createdAt: bench.clock.now() });

    expect([await consentOf(bench), mailed(bench)]).toEqual([[], 2]);
  });

  it('costs no read for anybody who was not erased', async () => {
    const bench = await startBench();
    await bench.shop({});
    const before = bench.ledgerCalls.get('read') ?? 0;

    await bench.shop({ status: 'completed' });
    const ofOne = (bench.ledgerCalls.get('read') ?? 0) - before;
    await bench.shop({ id: 2, status: 'completed' });

    expect((bench.ledgerCalls.get('read') ?? 0) - before).toBe(2 * ofOne);
    expect(await bench.stored(silencedOf(keyOf(ANNA)))).toBeUndefined();
  });
});
