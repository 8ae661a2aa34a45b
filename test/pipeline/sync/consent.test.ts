import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { ANNA, type Bench, type BenchOptions, endpoints, HOUR, MINUTE, startBench } from './support.ts';

const OPT_IN = 'lab/marketing-opt-in';
const CONSENT = { fields: [OPT_IN], require: true, segment: 1, alias: 'marketing_opt_in' };
const CONNECTED = Date.parse('2026-12-01T00:00:00Z');
const YES = { [OPT_IN]: '1' } as const;
const NO = { [OPT_IN]: '0' } as const;

/** Mautic has the e-mails 1 and 2, of which the second is transactional, and segment 1. */
async function asking(options: BenchOptions = {}): Promise<Bench> {
  const emails = {
    completed: { template: 1, transactional: false },
    refunded: { template: 2, transactional: true },
  };
  const policy = { emails, consent: CONSENT, ...options.policy };
  const bench = await startBench({ since: new Map([['demo', CONNECTED]]), ...options, policy });
  for (const name of ['Thanks', 'Refunded'])
    await bench.person('POST', '/emails/new', { name, subject: name, customHtml: '<p>Hello</p>' });
  await bench.person('POST', '/segments/new', { name: 'Said yes' });
  bench.calls();
  return bench;
}

function sent(bench: Bench): readonly number[] {
  return bench.mautic.sentEmails().map(({ email }) => email);
}

async function answer(bench: Bench): Promise<unknown> {
  const { contact } = (await bench.person('GET', `/contacts/${String(bench.contact().id)}`)) as {
    contact: { fields: { all: Record<string, unknown> } };
  };
  return contact.fields.all['marketing_opt_in'];
}

async function segmentsOf(bench: Bench): Promise<readonly string[]> {
  const { lists } = await bench.person('GET', `/contacts/${String(bench.contact().id)}/segments`);
  return Object.keys(lists as object);
}

function recordedCart(file: string): { readonly topic: string; readonly body: string } {
  const path = new URL(`../../fixtures/woocommerce/carts/${file}.json`, import.meta.url);
  const { headers, body } = JSON.parse(readFileSync(path, 'utf8')) as {
    headers: Record<string, string>;
    body: string;
  };
  return { topic: headers['x-wc-webhook-topic'] ?? '', body };
}

describe('a yes at the checkout', () => {
  it('is taken from the order as a running WooCommerce sent it', async () => {
    const bench = await asking();
    const { topic, body } = recordedCart('0009-order.created');

    await bench.deliver(topic, body);
    await bench.sync();

    const [gabi] = bench.contacts('gabi@example.test');
    const { contact } = await bench.person('GET', `/contacts/${String(gabi?.id)}`);
    expect(contact).toMatchObject({ fields: { all: { marketing_opt_in: 1 } } });
    expect(
      Object.keys((await bench.person('GET', `/contacts/${String(gabi?.id)}/segments`)).lists as object),
    ).toEqual(['1']);
  });

  it('puts the contact into the segment, and a later no takes it out', async () => {
    const bench = await asking();
    await bench.shop({ answers: YES });
    expect([await answer(bench), await segmentsOf(bench)]).toEqual([1, ['1']]);

    await bench.shop({ id: 2, answers: NO });

    expect([await answer(bench), await segmentsOf(bench)]).toEqual([0, []]);
  });

  it('is outweighed by a no of a later order, though that one is heard of first', async () => {
    const bench = await asking();
    await bench.shop({ id: 2, answers: NO });

    await bench.shop({ id: 1, answers: YES });

    expect([await answer(bench), await segmentsOf(bench)]).toEqual([0, []]);
  });

  it('is nothing that a purchase says', async () => {
    const bench = await asking();

    await bench.shop({ status: 'completed' });

    expect([await answer(bench), await segmentsOf(bench)]).toEqual([null, []]);
  });

  it('does not put back who left the segment in Mautic, even when everything is written once more', async () => {
    const bench = await asking();
    await bench.shop({ answers: YES });
    await bench.person('POST', `/segments/1/contact/${String(bench.contact().id)}/remove`);

    await bench.wantLater(ANNA);
    await bench.sweep();
    await bench.shop({ status: 'completed', answers: YES });

    expect(await segmentsOf(bench)).toEqual([]);
  });

  const withCarts = v.parse(Policy, { carts: { tag: 'cart:abandoned' }, consent: CONSENT });

  it('does not put them back either when the cart in which they said yes is touched again', async () => {
    const bench = await asking({ policy: withCarts });
    await bench.shop({ answers: NO });
    const { topic, body } = recordedCart('0004-cart.updated');
    const told = { ...(JSON.parse(body) as object), email: ANNA, created_at: '2026-12-02T00:00:00Z' };
    const touched = (updated_at: string) => bench.deliver(topic, JSON.stringify({ ...told, updated_at }));
    await touched('2026-12-02T00:10:00Z');
    await bench.sync();
    expect(await segmentsOf(bench)).toEqual(['1']);
    await bench.person('POST', `/segments/1/contact/${String(bench.contact().id)}/remove`);

    await touched('2026-12-02T08:00:00Z');
    await bench.sync();

    expect(await segmentsOf(bench)).toEqual([]);
  });

  it('puts back who left the segment and says yes again with a newer order', async () => {
    const bench = await asking();
    await bench.shop({ answers: YES });
    await bench.person('POST', `/segments/1/contact/${String(bench.contact().id)}/remove`);

    await bench.shop({ id: 2, answers: YES });

    expect(await segmentsOf(bench)).toEqual(['1']);
  });

  it('counts for a segment only once it is in there: a call that fails is made again', async () => {
    const bench = await asking();
    let fails = 1;
    bench.front.before = ({ path }) => {
      if (!path.includes('/segments/1/contacts/add') || fails === 0) return undefined;
      fails -= 1;
      return { status: 503, body: { errors: [{ code: 503, message: 'busy' }] } };
    };
    await bench.shop({ answers: YES });
    expect(await segmentsOf(bench)).toEqual([]);

    for (let minute = 0; minute < 10; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }

    expect(await segmentsOf(bench)).toEqual(['1']);
    expect((await bench.written()).consentedAt).toBe(Date.parse('2026-12-01T10:00:01Z'));
  });

  it('puts back who was taken out by a call of which nobody knows the end, when the yes is the newest again', async () => {
    const bench = await asking();
    await bench.shop({ answers: YES });
    let lost = 0;
    bench.front.before = async ({ path }) => {
      if (!path.endsWith('/remove') || lost > 0) return undefined;
      lost += 1;
      await bench.person('POST', path.replace(/^\/api/, ''));
      return { status: 500, body: {} };
    };
    await bench.shop({ id: 2, answers: NO });
    // The no was another buyer's, as it turns out before the next try.
    await bench.order({ id: 2, email: 'ben@example.test', answers: NO });
    for (let minute = 0; minute < 20; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }

    expect(lost).toBe(1);
    expect([await answer(bench), await segmentsOf(bench)]).toEqual([1, ['1']]);
  });

  it('is written again where a person deleted the contact and a newer order brings it back', async () => {
    const bench = await asking();
    await bench.shop({ answers: YES });
    await bench.person('DELETE', `/contacts/${String(bench.contact().id)}/delete`);
    bench.forward(HOUR);

    await bench.shop({ id: 2, createdAt: bench.clock.now() });
    bench.forward(MINUTE);
    await bench.sweep();

    expect([await answer(bench), await segmentsOf(bench)]).toEqual([1, ['1']]);
  });
});

describe('whoever was away', () => {
  it('is among those who said yes again when an order brings the contact back', async () => {
    const bench = await asking();
    await bench.shop({ answers: YES });
    await bench.person('DELETE', `/contacts/${String(bench.contact().id)}/delete`);
    bench.forward(HOUR);
    await bench.shop({ answers: YES, status: 'completed' });
    expect(bench.profile().removedAt).toBeDefined();

    bench.forward(HOUR);
    await bench.shop({ id: 2, createdAt: bench.clock.now() });

    expect([await answer(bench), await segmentsOf(bench)]).toEqual([1, ['1']]);
  });
});

describe('an e-mail that needs a yes', () => {
  it('goes to who said yes, and is passed over for good for who did not', async () => {
    const bench = await asking();
    await bench.shop({ status: 'completed' });
    expect(sent(bench)).toEqual([]);
    expect(await bench.effects()).toEqual({
      'email:completed': { state: 'skipped', at: bench.clock.now(), reason: 'no-consent' },
    });

    await bench.shop({ id: 2, status: 'completed', answers: YES });
    await bench.shop({ id: 1, status: 'completed', total: '13.00' });

    expect(sent(bench)).toEqual([1]);
    expect(await bench.effects(2)).toMatchObject({ 'email:completed': { state: 'done' } });
  });

  it('goes to nobody who said no last, and asks Mautic nothing for it', async () => {
    const bench = await asking();
    await bench.shop({ answers: YES });
    await bench.shop({ id: 2, answers: NO });
    bench.calls();

    await bench.shop({ id: 1, status: 'completed', answers: YES });

    expect(sent(bench)).toEqual([]);
    expect(endpoints(bench.calls()).filter((call) => call.includes('emails'))).toEqual([]);
  });

  it('is none that is transactional: that goes to everybody', async () => {
    const bench = await asking();

    await bench.shop({ status: 'refunded', answers: NO });

    expect(sent(bench)).toEqual([2]);
  });

  it('never goes to who asked Mautic not to be contacted, whatever was answered in the shop', async () => {
    const bench = await asking();
    await bench.shop({ answers: YES });
    await bench.person('POST', `/contacts/${String(bench.contact().id)}/dnc/email/add`, { reason: 1 });

    await bench.shop({ status: 'completed', answers: YES });

    expect(sent(bench)).toEqual([]);
    expect(await bench.effects()).toMatchObject({ 'email:completed': { reason: 'do-not-contact' } });
    const { contact } = await bench.person('GET', `/contacts/${String(bench.contact().id)}`);
    expect(contact).toMatchObject({
      doNotContact: [expect.objectContaining({ reason: 1, channel: 'email' })],
    });
  });

  it('goes to everybody who may be mailed where consent is not required', async () => {
    const bench = await asking({ policy: { consent: { ...CONSENT, require: false } } });

    await bench.shop({ status: 'completed' });

    expect(sent(bench)).toEqual([1]);
  });
});

describe('a ledger of the version before', () => {
  it('has its yes counted, and nobody is mailed because of the upgrade', async () => {
    const bench = await asking();
    await bench.shop({ status: 'completed', answers: YES });
    await bench.shop({ id: 2, status: 'completed', answers: NO });
    expect(sent(bench)).toEqual([1]);

    bench.coldStart();
    await bench.wantLater(ANNA);
    await bench.sweep();

    expect(sent(bench)).toEqual([1]);
  });
});
