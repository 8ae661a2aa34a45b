import * as v from 'valibot';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  AuthoriseEnvironment,
  BackfillEnvironment,
  IngestEnvironment,
  provideEnvironment,
  ReconcileEnvironment,
  RecordEnvironment,
  ReplayEnvironment,
  readEnvironment,
  SweepEnvironment,
  SyncEnvironment,
  storesVariable,
} from '../lib/environment.ts';
import { LocalEnvironment } from '../lib/local-environment.ts';

const STORE = { id: 'demo', kind: 'woocommerce', currency: 'EUR' };
const NAMES = [
  'STORES',
  'STORE_SECRETS_ID',
  'STORE_KEYS_ID',
  'DELIVERIES_QUEUE_URL',
  'CONTACTS_QUEUE_URL',
  'DELIVERIES_DEAD_LETTERS_URL',
  'CONTACTS_DEAD_LETTERS_URL',
  'BODIES_BUCKET',
  'TABLE_NAME',
  'MAUTIC_BASE_URL',
  'MAUTIC_SECRET_ID',
  'MAUTIC_TOKEN_SECRET_ID',
  'WEBHOOK_BASE_URL',
];

/** Only these variables are there until the end of the test. */
function provide(variables: Readonly<Record<string, string>>): void {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const name of NAMES) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

/** @throws Error when it can be read. */
function complaintOf(schema: v.GenericSchema): string {
  try {
    readEnvironment(schema);
  } catch (error) {
    return String(error);
  }
  throw new Error('it was read without a complaint');
}

describe("a function's environment", () => {
  test('is read as the schema says, and no more of it', () => {
    const url = 'http://127.0.0.1/contacts.fifo';
    provide({
      STORES: JSON.stringify([{ ...STORE, url: 'https://shop.example' }]),
      TABLE_NAME: 'ledger',
      DELIVERIES_QUEUE_URL: url,
      CONTACTS_QUEUE_URL: url,
      BODIES_BUCKET: 'bodies',
      STORE_SECRETS_ID: 'not asked for',
    });

    expect(readEnvironment(RecordEnvironment)).toEqual({
      BRIDGE_STAGE: 'production',
      STORES: [{ ...STORE, url: 'https://shop.example' }],
      TABLE_NAME: 'ledger',
      DELIVERIES_QUEUE_URL: url,
      CONTACTS_QUEUE_URL: url,
      BODIES_BUCKET: 'bodies',
    });
  });

  test.each([
    ['ingest', IngestEnvironment, ['STORES', 'STORE_SECRETS_ID', 'DELIVERIES_QUEUE_URL', 'BODIES_BUCKET']],
    [
      'record',
      RecordEnvironment,
      ['STORES', 'TABLE_NAME', 'DELIVERIES_QUEUE_URL', 'CONTACTS_QUEUE_URL', 'BODIES_BUCKET'],
    ],
    ['sweep', SweepEnvironment, ['TABLE_NAME', 'CONTACTS_QUEUE_URL']],
    [
      'reconcile',
      ReconcileEnvironment,
      ['STORES', 'STORE_SECRETS_ID', 'STORE_KEYS_ID', 'TABLE_NAME', 'CONTACTS_QUEUE_URL'],
    ],
    ['backfill', BackfillEnvironment, ['STORES', 'STORE_SECRETS_ID', 'STORE_KEYS_ID', 'TABLE_NAME']],
    [
      'replay',
      ReplayEnvironment,
      [
        'TABLE_NAME',
        'CONTACTS_QUEUE_URL',
        'DELIVERIES_DEAD_LETTERS_URL',
        'CONTACTS_DEAD_LETTERS_URL',
        'BODIES_BUCKET',
      ],
    ],
    ['authorise', AuthoriseEnvironment, ['MAUTIC_SECRET_ID', 'MAUTIC_TOKEN_SECRET_ID', 'TABLE_NAME']],
    [
      'sync',
      SyncEnvironment,
      [
        'STORES',
        'MAUTIC_BASE_URL',
        'MAUTIC_SECRET_ID',
        'MAUTIC_TOKEN_SECRET_ID',
        'TABLE_NAME',
        'CONTACTS_QUEUE_URL',
      ],
    ],
  ])('of %s names all variables it misses at once', (_function, schema, names) => {
    provide({});

    const complaint = complaintOf(schema);

    expect(names.filter((name) => !complaint.includes(`${name}: is missing`))).toEqual([]);
    expect(complaint.split('; ')).toHaveLength(names.length);
  });

  test('complains of an empty variable as of a missing one', () => {
    provide({ TABLE_NAME: '', CONTACTS_QUEUE_URL: '' });

    expect(complaintOf(SweepEnvironment)).toMatch(
      /TABLE_NAME: must not be empty; CONTACTS_QUEUE_URL: must not be empty/,
    );
  });

  test('names the place of every problem within the stores, without their values', () => {
    provide({
      STORES: JSON.stringify([
        { id: 'SeCrEt', kind: 'SeCrEt', currency: 5, url: 'SeCrEt', SeCrEt: 'SeCrEt' },
        'SeCrEt',
      ]),
    });

    const complaint = complaintOf(v.pick(IngestEnvironment, ['STORES']));

    for (const place of ['0.id', '0.kind', '0.currency', '0.url', '1'])
      expect(complaint).toContain(`STORES.${place}: `);
    expect(complaint.replace('STORES.0.SeCrEt', '')).not.toContain('SeCrEt');
  });

  // Two messages quote what they got: the parser's, and the one of an address.
  test.each([
    ['STORES that are no JSON', IngestEnvironment, { STORES: 'SeCrEt' }],
    ['an address that is none', SyncEnvironment, { MAUTIC_BASE_URL: 'mautic SeCrEt' }],
    ['an address of webhooks that is none', ReconcileEnvironment, { WEBHOOK_BASE_URL: 'SeCrEt' }],
  ])('keeps the value of %s to itself', (_what, schema, variables) => {
    provide(variables);

    expect(complaintOf(schema)).not.toContain('SeCrEt');
  });

  test('is there for functions that are loaded after it was provided', () => {
    provide({});
    provideEnvironment({ TABLE_NAME: 'ledger', CONTACTS_QUEUE_URL: 'url' });

    expect(readEnvironment(SweepEnvironment)).toEqual({ TABLE_NAME: 'ledger', CONTACTS_QUEUE_URL: 'url' });
  });
});

describe('the stores of a bridge', () => {
  const shops = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      id: `shop-${String(n)}-of-${String((n * 7919) % 1000)}`,
      kind: 'woocommerce' as const,
      currency: 'EUR',
      url: `https://www.shop-${String((n * 104_729) % 10_007)}.example.com`,
    }));
  const IngestStores = v.pick(IngestEnvironment, ['STORES']);

  test.each([1, 25])('stand in the variable as they are while they are few: %i', (count) => {
    const list = shops(count);

    expect(storesVariable(list)).toBe(JSON.stringify(list));
  });

  test.each([1, 25, 40, 150])('come out of the variable as they went in: %i', (count) => {
    const list = shops(count);
    provide({ STORES: storesVariable(list) });

    expect(readEnvironment(IngestStores).STORES).toEqual(list);
    expect(storesVariable(list).length).toBeLessThanOrEqual(3000);
  });

  test('that are too many are refused with the limit and the way out', () => {
    const list = shops(2000);

    expect(() => storesVariable(list)).toThrow(/The 2000 stores .* and 3000 fit .*Put some of them into/);
  });

  test('that were cut off on the way are refused without showing them', () => {
    provide({ STORES: storesVariable(shops(100)).slice(0, 100) });

    expect(complaintOf(IngestStores)).toMatch(/STORES: must be JSON$/);
  });
});

describe("a laptop's environment", () => {
  test('needs nothing', () => {
    expect(v.parse(LocalEnvironment, {})).toEqual({
      BRIDGE_STAGE: 'production',
      PORT: 3000,
      MAUTIC_PORT: 3001,
      SHOP_PORT: 3002,
      BRIDGE_DATA_DIR: '.bridge',
      WEBHOOK_SECRET: 'local-development-secret',
    });
  });

  test.each([
    { PORT: '80a' },
    { MAUTIC_PORT: '' },
    { STORE_URL: 'shop' },
    { STORE_URL: 'https://shop.berg.test/wp-json' },
    { MAUTIC_BASE_URL: 'https://mautic.berg.test/api/' },
    { LOG_LEVEL: 'LOUD' },
    { WEBHOOK_SECRET: '' },
  ])('refuses %j', (variables) => {
    expect(v.is(LocalEnvironment, variables)).toBe(false);
  });
});
