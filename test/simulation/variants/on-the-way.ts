import { type Failure, failed, succeeded } from '../../../lib/core/ledger/failure.ts';
import type { Snapshot } from '../../../lib/core/ledger/snapshot.ts';
import type { Version } from '../../../lib/core/ledger/version.ts';
import type { Registers } from '../../../lib/core/ports/ledger.ts';
import type { Source } from '../../../lib/core/stores/source.ts';
import type { StorePage } from '../../../lib/core/stores/store-api.ts';
import type { Received } from '../../../lib/pipeline/record/parts.ts';
import type { Variant } from '../variant.ts';

const HOUR = 3_600_000;

/** Mistakes between the store and the ledger. */
export const ON_THE_WAY: readonly Variant[] = [
  {
    name: 'drops-known-delivery-ids',
    record: (record) => {
      const seen = new Set<string>();
      return async (batch) => {
        const fresh = [...batch.entries()].filter(([, received]) => !isKnown(seen, received));
        const again = await record(fresh.map(([, received]) => received));
        return new Set(fresh.flatMap(([position], index) => (again.has(index) ? [position] : [])));
      };
    },
  },
  { name: 'takes-what-came-last-for-newest', source: (source) => withVersions(source, arrivals()) },
  {
    name: 'acknowledges-before-the-ledger-has-it',
    record: (record) => async (batch) => {
      await record(batch);
      return new Set();
    },
  },
  {
    name: 'ignores-deletions',
    source: (source) => unmarked(source, 'deleted'),
  },
  {
    name: 'ignores-restorations',
    source: (source) => unmarked(source, 'restored'),
  },
  {
    name: 'asks-the-store-in-its-local-time',
    storeApi: (api) => ({
      ...api,
      list: (question) =>
        api.list(
          question.modifiedAfter === undefined
            ? question
            : { ...question, modifiedAfter: question.modifiedAfter + HOUR },
        ),
    }),
  },
  {
    name: 'takes-a-failing-page-for-the-last',
    storeApi: (api) => ({
      ...api,
      list: async (question) => {
        const answer = await api.list(question);
        return answer.ok ? answer : succeeded(NO_PAGE);
      },
    }),
  },
  {
    name: 'stops-at-what-cannot-be-shown',
    storeApi: (api) => ({
      ...api,
      list: async (question) => {
        const answer = await api.list(question);
        return answer.ok || answer.failure.code !== 'server-error' ? answer : failed(AWAY);
      },
    }),
  },
  {
    name: 'never-looks-for-erased-orders',
    storeApi: (api) => ({
      ...api,
      order: async (id) => {
        const answer = await api.order(id);
        return answer.ok && answer.value === undefined
          ? failed({ kind: 'retry', code: 'unavailable', message: 'not today' })
          : answer;
      },
    }),
  },
  {
    name: 'takes-parts-for-orders',
    source: (source) => ({
      ...source,
      translate: (arrival) => {
        const translation = source.translate(arrival);
        if ('dropped' in translation) return translation;
        return { snapshots: translation.snapshots.map(withoutParent) };
      },
      read: (reading) => {
        const item = source.read(reading);
        return { ...item, snapshots: item.snapshots.map(withoutParent) };
      },
    }),
  },
  {
    name: 'reads-nothing-again-that-a-webhook-disputes',
    recordParts: (parts) => ({ ...parts, registers: without(parts.registers, 'REREAD') }),
  },
  {
    name: 'takes-dates-for-versions',
    source: (source) => ({
      ...source,
      read: (reading) => {
        const read = source.read(reading);
        return { ...read, snapshots: read.snapshots.map((snapshot) => timeless(snapshot)) };
      },
    }),
  },
  {
    name: 'forgets-when-a-webhook-came',
    source: (source) => ({
      ...source,
      translate: (arrival) => source.translate({ ...arrival, receivedAt: '' }),
    }),
  },
  { name: 'trusts-that-webhooks-arrive', without: 'reconcile' },
  { name: 'tells-nobody-of-a-new-policy', without: 'policy-change' },
];

const AWAY: Failure = { kind: 'retry', code: 'unavailable', message: 'the store is away' };
function withoutParent(snapshot: Snapshot): Snapshot {
  if (snapshot.type !== 'order') return snapshot;
  const { parentId: _parentId, ...data } = snapshot.data;
  return { ...snapshot, data };
}

const NO_PAGE: StorePage = { items: [], total: 0, now: 0 };

function isKnown(seen: Set<string>, { delivery }: Received): boolean {
  const id = `${delivery.webhookId}/${delivery.deliveryId}`;
  const known = seen.has(id);
  seen.add(id);
  return known;
}

/** Numbers that rise with each snapshot, as a version that knows nothing of the store's clock would. */
function arrivals(): () => Version {
  let last = 0;
  return () => {
    last += 1;
    return String(last).padStart(15, '0') as Version;
  };
}

function withVersions(source: Source, next: () => Version): Source {
  return {
    ...source,
    translate: (arrival) => {
      const translation = source.translate(arrival);
      if ('dropped' in translation) return translation;
      return { snapshots: translation.snapshots.map((snapshot) => versioned(snapshot, next())) };
    },
  };
}

/** A reading that does not say when it was made. */
function timeless(snapshot: Snapshot): Snapshot {
  if (!('version' in snapshot)) return snapshot;
  return versioned(snapshot, snapshot.version.replace(/\.~\d{15}\./, `.~${'0'.repeat(15)}.`) as Version);
}

/** Registers of which nobody ever writes one. */
function without(registers: Registers | undefined, name: string): Registers {
  if (!registers) throw new Error('the world has registers');
  return {
    read: (register) => registers.read(register),
    write: async (register, ...rest) => register.name === name || registers.write(register, ...rest),
  };
}

function versioned(snapshot: Snapshot, version: Version): Snapshot {
  return 'version' in snapshot ? { ...snapshot, version } : snapshot;
}

function unmarked(source: Source, mark: 'deleted' | 'restored'): Source {
  return {
    ...source,
    translate: (arrival) =>
      arrival.topic === `order.${mark}` ? { dropped: 'unknown-topic' } : source.translate(arrival),
  };
}
