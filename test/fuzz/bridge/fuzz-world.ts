import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { webhookDoor } from '../../../lib/aws/doors/http-door.ts';
import { queueDoor } from '../../../lib/aws/doors/queue-door.ts';
import { readDelivery, readReceivedRing } from '../../../lib/aws/queues/messages.ts';
import type { Ring } from '../../../lib/core/contact/contact.ts';
import type { Store } from '../../../lib/core/policy/configuration/store.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import type { Contacts, Things } from '../../../lib/core/ports/ledger.ts';
import type { Deliveries, Doorbell } from '../../../lib/core/ports/queues.ts';
import type { SigningSecrets } from '../../../lib/core/ports/secrets.ts';
import type { Source } from '../../../lib/core/stores/source.ts';
import { createContext } from '../../../lib/local/gateway/lambda-context.ts';
import { createSqsEvent } from '../../../lib/local/gateway/sqs-event.ts';
import { emptyContactShelf } from '../../../lib/local/memory/contact-shelf.ts';
import { createMemoryContacts } from '../../../lib/local/memory/contacts.ts';
import { createMemoryBodies, createMemoryDoorbell } from '../../../lib/local/memory/queue.ts';
import { createMemoryRegisters } from '../../../lib/local/memory/registers.ts';
import { createMemoryThings, emptyThingShelf } from '../../../lib/local/memory/things.ts';
import { createIngest } from '../../../lib/pipeline/ingest.ts';
import { createRecord } from '../../../lib/pipeline/record.ts';
import { createSweep } from '../../../lib/pipeline/sweep.ts';
import { createSync } from '../../../lib/pipeline/sync.ts';
import { sourcesFor } from '../../../lib/stores/webhooks.ts';
import { MemoryMautic } from '../../support/memory-mautic.ts';
import { NO_ITEMS } from '../../support/no-items.ts';
import { KNOWN_PAST } from '../../support/past.ts';
import type { Request } from '../inputs/input.ts';
import { SECRETS } from '../inputs/secrets.ts';
import { MARKERS } from '../inputs/shop.ts';
import { Findings } from '../oracle/findings.ts';
import { watchedMautic } from '../oracle/watched-mautic.ts';
import { gatewayEvent } from './gateway-event.ts';
import { RecordingLog } from './recording-log.ts';

/** Changes one part on its way into the pipelines, to see whether the oracle notices. */
export interface Alterations {
  readonly source?: (source: Source) => Source;
  /** Of FluentCart. */
  readonly feeds?: (source: Source) => Source;
  readonly secrets?: (secrets: SigningSecrets) => SigningSecrets;
  readonly deliveries?: (deliveries: Deliveries) => Deliveries;
  readonly things?: (things: Things) => Things;
  readonly doorbell?: (doorbell: Doorbell) => Doorbell;
  readonly contacts?: (contacts: Contacts, log: RecordingLog['log']) => Contacts;
}

export const STORES: readonly Store[] = [
  { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
  { id: 'shop', kind: 'woocommerce', currency: 'EUR', url: 'https://shop.example.test' },
  { id: 'fluent', kind: 'fluentcart', currency: 'CHF' },
];

const POLICY: Policy = {
  ...DEFAULT_POLICY,
  map: {
    'meta.vat_number': 'vat_number',
    'meta.user_tz': 'time_zone',
    'customerMeta.user_id': 'account',
    'shipping.city': 'goes_to',
    refundedTotal: 'refunded',
  },
  company: true,
  address2: true,
  tags: ['status:{status}', 'sku:{sku}', 'category:{slug}', '{sku}', '{slug}', 'buyer'],
  notes: ['pending', 'processing', 'completed', 'constructor', '__proto__'],
  emails: {
    processing: { template: 7, transactional: true },
    completed: { template: 8, transactional: false },
    constructor: { template: 9, transactional: true },
  },
  segments: [
    { segment: 3, minOrders: 2 },
    { segment: 4, minSpent: '100.00' },
    { segment: 5, statuses: ['completed', 'constructor'] },
  ],
};

const MOST_MESSAGE_BYTES = 1024 * 1024;
/** An hour of sweeps: whoever is not in step then never will be. */
const MOST_ROUNDS = 60;
const SWEEP_MS = 61_000;
const TIMEOUT_MS = 100_000;
const ARN = 'arn:aws:sqs:eu-central-1:000000000000:queue';

/** The real doors and pipelines in one process, around a ledger, queues and Mautic in memory. */
export class FuzzWorld {
  readonly things = emptyThingShelf();
  readonly contacts = emptyContactShelf();
  readonly mautic = new MemoryMautic();
  /** Contacts that were rung for since the last look. */
  rung: string[] = [];
  findings = new Findings();
  readonly telemetry = new RecordingLog({ findings: () => this.findings, forbidden: FORBIDDEN });
  readonly source: Source;
  readonly feeds: Source;
  #now = Date.parse('2026-12-01T00:00:00Z');
  #messages: string[] = [];
  readonly #clock = {
    now: () => this.#now,
    sleep: async (ms: number) => {
      this.#now += ms;
    },
  };
  readonly #sourceOf = (kind: Store['kind']) => (kind === 'fluentcart' ? this.feeds : this.source);
  readonly #doorbell = createMemoryDoorbell(this.#clock);
  readonly #ingest: ReturnType<typeof webhookDoor>;
  readonly #record: ReturnType<typeof queueDoor>;
  readonly #sync: ReturnType<typeof queueDoor>;
  readonly #sweep: () => Promise<number>;

  constructor({ isShort = false, ...alterations }: Alterations & { readonly isShort?: boolean } = {}) {
    const { telemetry } = this;
    const { log, metrics } = telemetry;
    const sourceOf = sourcesFor(POLICY);
    this.source = altered(sourceOf('woocommerce'), alterations.source);
    this.feeds = altered(sourceOf('fluentcart'), alterations.feeds);
    const things = altered(createMemoryThings(this.things, Date), alterations.things);
    const memory = createMemoryContacts(
      this.contacts,
      (contact) => [...(this.things.pointers.get(contact)?.values() ?? [])],
      Date,
    );
    const contacts = alterations.contacts?.(memory, log) ?? memory;
    const bodies = createMemoryBodies();
    const ring = async (rings: readonly Ring[]) => {
      this.rung.push(...rings.map(({ contact }) => contact));
      await this.#doorbell.ring(rings);
    };
    const doorbell = altered({ ...this.#doorbell, ring }, alterations.doorbell);
    const shared = {
      stores: STORES,
      sourceOf: this.#sourceOf,
      registers: createMemoryRegisters(),
      bodies,
      clock: this.#clock,
      log,
      metrics,
    };
    const secrets = { of: async (store: string) => SECRETS[store] ?? [] };
    const deliveries = { send: async (delivery: unknown) => this.#enqueue(JSON.stringify(delivery)) };
    const ingest = createIngest({
      ...shared,
      senderOf: this.#sourceOf,
      secrets: altered(secrets, alterations.secrets),
      deliveries: altered(deliveries, alterations.deliveries),
    });
    this.#ingest = webhookDoor(ingest, telemetry);
    const record = createRecord({ ...shared, things, contacts, doorbell });
    this.#record = queueDoor(
      {
        read: (body, receives) => {
          const delivery = readDelivery(body);
          return delivery && { delivery, redelivered: receives > 1 };
        },
        work: record,
        counter: 'DeliveryFailed',
        comeback: async () => undefined,
      },
      telemetry,
    );
    const sync = createSync({
      ...shared,
      ...watchedMautic(this.mautic, { findings: () => this.findings, isShort }),
      items: NO_ITEMS,
      things,
      contacts,
      policy: POLICY,
      currencies: new Map(STORES.map(({ id, currency }) => [id, currency])),
      since: async () => new Map(STORES.map(({ id }) => [id, 0])),
      history: KNOWN_PAST,
    });
    this.#sync = queueDoor(
      { read: readReceivedRing, work: sync, counter: 'ContactFailed', comeback: async () => undefined },
      telemetry,
    );
    const sweep = createSweep({ ...shared, contacts, doorbell });
    this.#sweep = () => sweep(() => 0);
  }

  /** What the store is told; its message, if it led to one, waits in the queue. */
  async send(request: Request): Promise<number> {
    const event = gatewayEvent(request);
    const answer = await this.#ingest(event, createContext('ingest', TIMEOUT_MS));
    const { statusCode, body } = answer as APIGatewayProxyStructuredResultV2;
    this.telemetry.inspect(body ?? '');
    return statusCode ?? 0;
  }

  /** Takes what waits in the queue of deliveries. */
  takeMessages(): readonly string[] {
    return this.#messages.splice(0);
  }

  /** Hands messages to `record` as one batch. */
  async record(texts: readonly string[]): Promise<void> {
    await this.#handle(this.#record, texts, 'record');
  }

  /** Hands messages to `sync` as one batch. */
  async sync(texts: readonly string[]): Promise<void> {
    await this.#handle(this.#sync, texts, 'sync');
  }

  /** Works off all rings, lets time pass and sweeps until nothing is left to do. */
  async rest(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      for (let rings = this.#doorbell.take(); rings.length > 0; rings = this.#doorbell.take()) {
        for (let from = 0; from < rings.length; from += 10)
          await this.sync(rings.slice(from, from + 10).map((ring) => JSON.stringify(ring)));
      }
      if (this.findings.all.length > 0 || !this.#isBehind()) return;
      this.#now += SWEEP_MS;
      await this.#sweep();
    }
    this.findings.add('unrest', `contacts are behind after ${String(MOST_ROUNDS)} sweeps`);
  }

  #isBehind(): boolean {
    for (const { work } of this.contacts.profiles.values()) if (work !== undefined) return true;
    return false;
  }

  /** As the queue's adapter writes it. */
  #enqueue(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST_MESSAGE_BYTES) this.findings.add('size', `a message of ${String(bytes)} bytes`);
    this.#messages.push(text);
  }

  /** What has no known shape is kept for the dead-letter queue; anything else is done with at once. */
  #judge(name: 'record' | 'sync', comesAgain: boolean, isReadable: boolean): void {
    if (comesAgain && isReadable) this.findings.add('retried', `${name} asks for a message again`);
    if (!comesAgain && !isReadable) this.findings.add('dropped', `${name} deleted what it could not read`);
  }

  async #handle(
    door: ReturnType<typeof queueDoor>,
    texts: readonly string[],
    name: 'record' | 'sync',
  ): Promise<void> {
    const messages = texts.map((Body, index) => ({
      MessageId: `message-${String(index)}`,
      ReceiptHandle: String(index),
      Body,
    }));
    try {
      const event = createSqsEvent(messages, ARN);
      const { batchItemFailures } = await door(event, createContext(name, TIMEOUT_MS));
      const again = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { MessageId, Body } of messages)
        this.#judge(name, again.has(MessageId), isKnown(name, Body));
    } catch (error) {
      this.findings.add('crashed', `${name} threw: ${String(error)}`);
    }
  }
}

function isKnown(name: 'record' | 'sync', text: string): boolean {
  return (name === 'record' ? readDelivery(text) : readReceivedRing(text, 1)) !== undefined;
}

const FORBIDDEN = new RegExp(
  [
    MARKERS.source,
    ...Object.values(SECRETS)
      .flat()
      .map((secret) => secret.replace(/[^\w-]/g, '.')),
  ].join('|'),
  'i',
);

function altered<Part>(part: Part, alter: ((part: Part) => Part) | undefined): Part {
  return alter ? alter(part) : part;
}
