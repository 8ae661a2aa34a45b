import { afterEach, describe, expect, it } from 'vitest';
import type { ContactKey } from '../../lib/core/ledger/email.ts';
import type { Snapshot } from '../../lib/core/ledger/snapshot.ts';
import type { Version } from '../../lib/core/ledger/version.ts';
import type { Source } from '../../lib/core/stores/source.ts';
import type { Alterations } from './bridge/fuzz-world.ts';
import { fuzz } from './fuzz.ts';
import type { Check } from './oracle/findings.ts';

const INPUTS = 2000;

afterEach(() => {
  Reflect.deleteProperty(Object.prototype, 'polluted');
});

function translating(change: (snapshot: Snapshot) => Snapshot): Alterations {
  return {
    source: (source) => ({
      ...source,
      translate: (arrival) => {
        const translation = source.translate(arrival);
        return 'dropped' in translation ? translation : { snapshots: translation.snapshots.map(change) };
      },
    }),
  };
}

/** Believes whatever comes last. */
function lastOneWins(): Alterations {
  let arrivals = 0;
  return translating((snapshot) => {
    arrivals += 1;
    const version = `9${String(arrivals).padStart(14, '0')}` as Version;
    return 'version' in snapshot ? { ...snapshot, version } : snapshot;
  });
}

/** Takes over every key it finds, as careless merging does. */
function pollute(source: Source): Source {
  return {
    ...source,
    translate: (arrival) => {
      if (Buffer.from(arrival.body).includes('"polluted"')) Reflect.set(Object.prototype, 'polluted', true);
      return source.translate(arrival);
    },
  };
}

const STRANGER = 'somebody-else' as ContactKey;

const BROKEN: readonly (readonly [what: string, check: Check, alterations: Alterations])[] = [
  [
    'a source that throws at what is malformed',
    'retried',
    {
      source: (source) => ({
        ...source,
        translate: (arrival) => {
          const translation = source.translate(arrival);
          if ('dropped' in translation && translation.dropped === 'malformed') throw new Error('no JSON');
          return translation;
        },
      }),
    },
  ],
  [
    'a source that gives every thing the same id',
    'outside',
    translating((snapshot) => ({ ...snapshot, ref: { ...snapshot.ref, id: '7' } })),
  ],
  ['a source that believes whatever comes last', 'changed', lastOneWins()],
  ['a source that pollutes prototypes', 'prototype', { source: pollute }],
  [
    'a feed whose secret nobody checks',
    'answer',
    { feeds: (source) => ({ ...source, isGenuine: () => true }) },
  ],
  [
    'a feed whose orders all have the same id',
    'outside',
    {
      feeds: (source) => ({
        ...source,
        translate: (arrival) => {
          const translation = source.translate(arrival);
          if ('dropped' in translation) return translation;
          return {
            snapshots: translation.snapshots.map((one) => ({ ...one, ref: { ...one.ref, id: '7' } })),
          };
        },
      }),
    },
  ],
  [
    'a reader that throws at what is malformed',
    'crashed',
    {
      feeds: (source) => ({
        ...source,
        read: (reading) => {
          const item = source.read(reading);
          if (item.dropped === 'malformed') throw new Error('no order');
          return item;
        },
      }),
    },
  ],
  [
    'a signature that nobody checks',
    'answer',
    { source: (source) => ({ ...source, isGenuine: () => true }) },
  ],
  [
    'a secret that may be empty',
    'answer',
    {
      source: (source) => ({
        ...source,
        isGenuine: (body, signature, secrets) =>
          source.isGenuine(body, signature, secrets) || signature === source.sign(body, ''),
      }),
    },
  ],
  [
    'a queue that refuses long ids',
    '5xx',
    {
      deliveries: (deliveries) => ({
        send: async (delivery) => {
          if (delivery.deliveryId.length > 100) throw new Error('too long');
          await deliveries.send(delivery);
        },
      }),
    },
  ],
  [
    'a ledger that logs addresses',
    'leaked',
    {
      contacts: (contacts, log) => ({
        ...contacts,
        want: async (contact, email, due) => {
          log.info(`Somebody wants ${email}`);
          return contacts.want(contact, email, due);
        },
      }),
    },
  ],
  [
    'a doorbell that rings another contact',
    'outside',
    {
      doorbell: (doorbell) => ({
        ...doorbell,
        ring: (rings) => doorbell.ring(rings.map((ring) => ({ ...ring, contact: STRANGER }))),
      }),
    },
  ],
  [
    'a ledger that points at another contact',
    'outside',
    { things: (things) => ({ ...things, point: (_contact, ref) => things.point(STRANGER, ref) }) },
  ],
  [
    'a contact that is never in step',
    'unrest',
    { contacts: (contacts) => ({ ...contacts, settle: async () => 'in-step' }) },
  ],
  [
    'effects that nobody writes down',
    'sent',
    {
      things: (things) => ({ ...things, claimEffect: async () => true, markEffect: async () => undefined }),
    },
  ],
];

describe('of broken bridges', () => {
  it.each(BROKEN)('%s is found', async (_what, check, alterations) => {
    const { failures } = await fuzz({ seed: 0, inputs: INPUTS, alterations, stopAfter: 1 });

    expect(failures[0]?.findings.map((finding) => finding.check)).toContain(check);
  });
});

it('what failed fails again from its seed alone', async () => {
  const alterations = lastOneWins();
  const [first] = (await fuzz({ seed: 0, inputs: INPUTS, alterations, stopAfter: 1 })).failures;

  const again = await fuzz({ seed: first?.seed ?? 0, inputs: 1, alterations: lastOneWins() });

  expect(again.failures).toEqual([first]);
});
