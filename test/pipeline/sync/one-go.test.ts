import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { optOutOf } from '../../../lib/core/stores/opt-out.ts';
import { SHOP_OBJECTS } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import { OBJECTS } from '../../support/shop-objects.ts';
import type { Call, Reply } from './front.ts';
import {
  ANNA,
  type Bench,
  type BenchOptions,
  CREATE,
  EDIT,
  keyOf,
  LOOK,
  MINUTE,
  startBench,
} from './support.ts';

const SINCE = new Map([['demo', 0]]);
const BEN = 'ben@example.test';
const OTHER = 'somebody.else@example.test';
const SECOND = 1_000;

/** Mautic has the e-mail 1 and the segment 1. */
async function open(policy: object, options: BenchOptions = {}): Promise<Bench> {
  const bench = await startBench({ since: SINCE, ...options, policy: v.parse(Policy, policy) });
  await bench.person('POST', '/emails/new', { name: 'One', subject: 'One', customHtml: '{order_id}' });
  await bench.person('POST', '/segments/new', { name: 'One' });
  return bench;
}

/**
 * The call that fits uses up the rate limit, so that whatever comes next waits for the next window, a minute later; a
 * person acts meanwhile. Says how long was waited, ms.
 */
function waitAfter(bench: Bench, fits: (call: Call) => boolean, act: () => unknown): () => number {
  let resetAt = 0;
  bench.front.headers = (call) => {
    if (resetAt === 0 && fits(call)) resetAt = Math.ceil(bench.clock.now() / SECOND) * SECOND + MINUTE;
    if (resetAt <= bench.clock.now()) return {};
    const reset = String(resetAt / SECOND);
    return { 'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  };
  return onWait(bench, () => resetAt > bench.clock.now(), act);
}

/** A person acts as soon as the bridge waits for something while this holds. */
function onWait(bench: Bench, holds: () => boolean, act: () => unknown): () => number {
  const sleep = bench.clock.sleep.bind(bench.clock);
  let waited = 0;
  bench.clock.sleep = async (ms) => {
    if (waited === 0 && holds()) {
      waited = ms;
      await act();
    }
    return sleep(ms);
  };
  return () => waited;
}

/** Every call takes a minute, so that one is made at a time, half a minute after the one before. */
async function slow(bench: Bench): Promise<void> {
  bench.front.before = () => {
    bench.forward(MINUTE);
    return undefined;
  };
  for (let id = 90; id < 94; id += 1) await bench.shop({ id, email: `n${String(id)}@example.test` });
}

const endpoint = (one: string) => (call: Call) => `${call.method} ${call.path}` === one;

function idOf(bench: Bench, email = ANNA): number {
  return bench.contact(email).id;
}

function rename(bench: Bench): void {
  bench.mautic.people.rename(idOf(bench), OTHER);
}

/** Ids of the lists of this kind that a contact is in. */
async function listsOf(bench: Bench, kind: 'lists' | 'campaigns', id: number): Promise<readonly number[]> {
  const path = kind === 'lists' ? 'segments' : 'campaigns';
  const { [kind]: lists = {} } = await bench.person('GET', `/contacts/${String(id)}/${path}`);
  return Object.values(lists as Record<string, { id: number }>).map((list) => list.id);
}

async function refusals(bench: Bench, id: number): Promise<number> {
  const { contact } = await bench.person('GET', `/contacts/${String(id)}`);
  return (contact as { doNotContact: readonly unknown[] }).doNotContact.length;
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

function mailed(bench: Bench): readonly string[] {
  return bench.mautic.sentEmails().map(({ address }) => address);
}

describe('what has to wait for its turn after somebody looked', () => {
  const MAILING = { emails: { completed: { template: 1, transactional: true } } };

  it('is mailed to nobody who was given the id meanwhile', async () => {
    const bench = await open(MAILING);
    await bench.shop({});
    const waited = waitAfter(bench, endpoint(EDIT), () => rename(bench));

    await bench.shop({ status: 'completed' });

    expect(waited()).toBeGreaterThan(40 * SECOND);
    expect(mailed(bench)).toEqual([]);
    await letPass(bench, 10);
    expect(mailed(bench)).toEqual([ANNA]);
  });

  it('is mailed to nobody who asked for no e-mails meanwhile', async () => {
    const bench = await open({ emails: { completed: { template: 1 } } });
    await bench.shop({});
    waitAfter(bench, endpoint(EDIT), () =>
      bench.person('POST', `/contacts/${String(idOf(bench))}/dnc/email/add`, { reason: 3 }),
    );

    await bench.shop({ status: 'completed' });
    await letPass(bench, 10);

    expect(mailed(bench)).toEqual([]);
    expect(await bench.effects()).toMatchObject({
      'email:completed': { state: 'skipped', reason: 'do-not-contact' },
    });
  });

  it('is looked at again where the call itself met the limit, and then sent once', async () => {
    const bench = await open(MAILING);
    await bench.shop({});
    const refused: number[] = [];
    bench.front.before = ({ path }) => {
      if (!path.endsWith('/send') || refused.length > 0) return undefined;
      refused.push(bench.clock.now());
      const headers = {
        'x-ratelimit-limit': '1000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '60',
      };
      return { status: 429, headers, body: { errors: [{ code: 429, message: 'Too many', details: [] }] } };
    };

    await bench.shop({ status: 'completed' });

    expect(bench.clock.now() - (refused[0] ?? 0)).toBeGreaterThanOrEqual(MINUTE);
    const made = bench.calls().map(({ method, path }) => `${method} ${path}`);
    expect(made.slice(-2)).toEqual([LOOK, `POST /api/emails/1/contact/${String(idOf(bench))}/send`]);
    expect(mailed(bench)).toEqual([ANNA]);
  });

  it('looks at nobody again who was seen a moment before', async () => {
    const bench = await open({ ...MAILING, notes: ['completed'] });
    await bench.shop({});
    bench.calls();

    await bench.shop({ status: 'completed' });

    const made = bench.calls().map(({ method, path }) => `${method} ${path}`);
    expect(made).toEqual([
      'GET /api/emails/1',
      'GET /api/contacts',
      'POST /api/tags/new',
      EDIT,
      'POST /api/notes/batch/new',
      `POST /api/emails/1/contact/${String(idOf(bench))}/send`,
    ]);
  });

  it('is noted for nobody else', async () => {
    const bench = await open({ notes: ['completed'] });
    await bench.shop({});
    const id = idOf(bench);
    waitAfter(bench, endpoint(EDIT), () => rename(bench));

    await bench.shop({ status: 'completed' });
    await letPass(bench, 10);

    const notes = bench.mautic.notes().map(({ contact }) => contact);
    expect(notes).toEqual([idOf(bench)]);
    expect(notes).not.toContain(id);
  });

  it('takes nobody else out of a segment', async () => {
    const bench = await open({ segments: [{ segment: 1, statuses: ['on-hold'] }] });
    await bench.shop({ status: 'on-hold' });
    await bench.shop({ id: 2, email: BEN, status: 'on-hold' });
    const remove = `POST /api/segments/1/contact/${String(idOf(bench))}/remove`;
    waitAfter(bench, endpoint(EDIT), () => {
      bench.mautic.people.merge({ loser: idOf(bench), winner: idOf(bench, BEN) });
      if (bench.contacts(BEN).length === 0) bench.mautic.people.rename(idOf(bench), BEN);
    });

    await bench.shop({ status: 'completed' });
    await letPass(bench, 10);

    expect(bench.calls().filter(endpoint(remove))).toEqual([]);
    expect(await listsOf(bench, 'lists', idOf(bench, BEN))).toEqual([1]);
  });

  it('deletes nobody into whom the contact of an erased person was merged', async () => {
    const bench = await open({});
    await bench.shop({});
    await bench.shop({ id: 2, email: BEN });
    waitAfter(
      bench,
      ({ method, query }) => method === 'GET' && query.includes('anna'),
      () => bench.mautic.people.merge({ loser: idOf(bench), winner: idOf(bench, BEN) }),
    );
    bench.forward(MINUTE);

    await bench.survey.erase(keyOf(ANNA), bench.clock.now());
    await letPass(bench, 10);

    expect(bench.contact(BEN).email).toBe(BEN);
    expect(bench.contacts(ANNA)).toEqual([]);
    expect(bench.profile().forgottenAt).toBe(bench.profile().erasedAt);
  });

  it('silences nobody else', async () => {
    const bench = await open({}, { optOutStores: ['demo'] });
    await bench.shop({});
    await bench.register(optOutOf('demo', keyOf(ANNA)), JSON.stringify({ at: 1 }));
    const id = idOf(bench);
    waitAfter(bench, endpoint(EDIT), () => rename(bench));

    await bench.shop({ status: 'completed' });
    await letPass(bench, 10);

    expect(await refusals(bench, id)).toBe(0);
    expect(await refusals(bench, idOf(bench))).toBe(1);
  });

  it('links items to nobody else', async () => {
    const simulator = { customObjects: SHOP_OBJECTS };
    const bench = await open({ tags: [], notes: ['completed'], customObjects: OBJECTS }, { simulator });
    await bench.shop({});
    const id = idOf(bench);
    await slow(bench);
    bench.calls();
    const hasNoted = () => bench.front.calls.some(endpoint('POST /api/notes/batch/new'));
    const waited = onWait(bench, hasNoted, () => rename(bench));

    await bench.shop({ id: 2, status: 'completed' });
    await letPass(bench, 20);

    expect(waited()).toBeGreaterThan(0);
    const linked = bench.mautic
      .customItems()
      .filter(({ attributes: { orderkey } }) => String(orderkey).startsWith('demo/2/'));
    expect(linked.map(({ contacts }) => contacts)).toEqual([[idOf(bench)]]);
    expect(idOf(bench)).not.toBe(id);
  });

  it('comes into no campaign in the place of somebody else', async () => {
    const bench = await open({ followUps: [{ id: 'r', on: { status: 'completed' }, campaign: { add: 1 } }] });
    bench.mautic.people.makeCampaign({ name: 'One' });
    await bench.shop({});
    const id = idOf(bench);
    waitAfter(bench, endpoint(EDIT), () => rename(bench));

    await bench.shop({ status: 'completed' });
    await letPass(bench, 10);

    expect(await listsOf(bench, 'campaigns', id)).toEqual([]);
    expect(await listsOf(bench, 'campaigns', idOf(bench))).toEqual([1]);
  });
});

it('an order that creates its contact is mailed in the same run', async () => {
  const bench = await open({ emails: { completed: { template: 1, transactional: true } } });
  const waited = waitAfter(bench, endpoint(CREATE), () => undefined);

  await bench.shop({ status: 'completed' });

  expect(waited()).toBeGreaterThan(0);
  expect(mailed(bench)).toEqual([ANNA]);
});

describe('what was looked at in vain', () => {
  const SILENT_LOOKS: Readonly<Record<string, 'silence' | Reply>> = {
    'with no answer': 'silence',
    'with an error': { status: 500, body: { errors: [{ code: 500, message: 'Broken', details: [] }] } },
  };

  it.each(Object.keys(SILENT_LOOKS))('is mailed later, once, after a look that ended %s', async (how) => {
    const bench = await open({ emails: { completed: { template: 1, transactional: true } } });
    await bench.shop({});
    let isAway = true;
    waitAfter(bench, endpoint(EDIT), () => {
      bench.front.before = (call) => (isAway && endpoint(LOOK)(call) ? SILENT_LOOKS[how] : undefined);
    });

    await bench.shop({ status: 'completed' });
    isAway = false;

    expect(await bench.effects()).toMatchObject({ 'email:completed': { state: 'refused' } });
    await letPass(bench, 20);
    expect(mailed(bench)).toEqual([ANNA]);
  });

  it('parks no item, however often', async () => {
    const simulator = { customObjects: SHOP_OBJECTS };
    const bench = await open({ tags: [], notes: ['completed'], customObjects: OBJECTS }, { simulator });
    await bench.shop({});
    await slow(bench);
    const before = bench.front.before;
    let looks = 0;
    bench.front.before = async (call) => {
      await before(call);
      const hasNoted = bench.front.calls.some(endpoint('POST /api/notes/batch/new'));
      if (!hasNoted || !endpoint(LOOK)(call) || looks > 12) return undefined;
      looks += 1;
      return { status: 500, body: { errors: [{ code: 500, message: 'Broken', details: [] }] } };
    };
    bench.calls();

    await bench.shop({ id: 2, status: 'completed' });
    await letPass(bench, 120);

    expect(looks).toBeGreaterThan(0);
    expect(bench.counts.get('EffectParked')).toBeUndefined();
    const keys = bench.mautic.customItems().map(({ attributes: { orderkey } }) => String(orderkey));
    expect(keys.some((key) => key.startsWith('demo/2/'))).toBe(true);
  });
});

describe('whoever asked for no e-mails and is in step', () => {
  it.each(['renamed', 'deleted'] as const)(
    'is told of no more once Mautic has %s the contact',
    async (what) => {
      const bench = await open({}, { optOutStores: ['demo'] });
      await bench.shop({});
      const id = idOf(bench);
      if (what === 'renamed') rename(bench);
      else await bench.person('DELETE', `/contacts/${String(id)}/delete`);
      await bench.register(optOutOf('demo', keyOf(ANNA)), JSON.stringify({ at: 1 }));
      await bench.ledger.wantLater(keyOf(ANNA), bench.clock.now(), false);

      await letPass(bench, 120);

      expect(bench.profile().work).toBeUndefined();
      expect(bench.profile().attempts).toBe(0);
      expect(bench.calls().filter(endpoint(`POST /api/contacts/${String(id)}/dnc/email/add`))).toEqual([]);
    },
  );
});

it('no note is added twice where a limit is met behind the first fifty', async () => {
  const bench = await open({ notes: ['completed'] });
  const NOTES = 'POST /api/notes/batch/new';
  const people = Array.from({ length: 60 }, (_one, index) => `p${String(index)}@example.test`);
  for (const [index, email] of people.entries())
    await bench.order({ id: 100 + index, email, status: 'completed' });
  let calls = 0;
  bench.front.before = (call) => {
    if (!endpoint(NOTES)(call)) return undefined;
    calls += 1;
    if (calls !== 2) return undefined;
    const headers = { 'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' };
    return { status: 429, headers, body: { errors: [{ code: 429, message: 'Too many', details: [] }] } };
  };

  await bench.sync();
  await letPass(bench, 10);

  expect(calls).toBeGreaterThan(2);
  const noted = bench.mautic.notes().map(({ contact }) => contact);
  expect(noted).toHaveLength(60);
  expect(new Set(noted).size).toBe(60);
});

describe('what is taken back by an id that has to wait for its turn', () => {
  it('is taken from nobody into whom that contact was merged meanwhile', async () => {
    const bench = await open({}, { simulator: { version: '7.0' } });
    await bench.shop({});
    await bench.shop({ id: 2, email: BEN, total: '30.00', billing: { city: 'Ulm' } });
    const before = bench.contact(BEN).fields;
    rename(bench);
    bench.forward(MINUTE);
    const loser = idOf(bench, OTHER);
    const waited = waitAfter(bench, endpoint(LOOK), () =>
      bench.mautic.people.merge({ loser, winner: idOf(bench, BEN) }),
    );

    await bench.shop({ status: 'completed' });
    expect(bench.contact(BEN).fields).toEqual(before);
    await letPass(bench, 20);

    expect(waited()).toBeGreaterThan(40 * SECOND);
    expect(bench.contact(BEN).fields).toMatchObject({ city: 'Ulm', mautic_woo_total_spent: 30 });
    expect(bench.profile().work).toBeUndefined();
  });
});

it('a look that uses up the rate limit costs no call that is sure to be refused', async () => {
  const bench = await open({ emails: { completed: { template: 1, transactional: true } } });
  await bench.shop({});
  let resetAt = 0;
  let refused = 0;
  bench.front.before = (call) => {
    if (bench.clock.now() >= resetAt || !call.path.endsWith('/send')) return undefined;
    refused += 1;
    return { status: 429, body: { errors: [{ code: 429, message: 'Too many', details: [] }] } };
  };
  waitAfter(bench, endpoint(EDIT), () => undefined);
  const { headers } = bench.front;
  bench.front.headers = (call) => {
    if (resetAt === 0 && endpoint(LOOK)(call) && bench.front.calls.some(endpoint(EDIT)))
      resetAt = Math.ceil(bench.clock.now() / SECOND) * SECOND + MINUTE;
    if (resetAt <= bench.clock.now()) return headers(call);
    const reset = String(resetAt / SECOND);
    return { 'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  };

  await bench.shop({ status: 'completed' });

  expect(resetAt).toBeGreaterThan(0);
  expect(refused).toBe(0);
  expect(mailed(bench)).toEqual([ANNA]);
});
