import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import database from 'dynalite/db/index.js';
import * as v from 'valibot';
import { TABLE } from '../../../lib/environment.ts';
import type { Exchange, Sent } from '../support/proxy.ts';

/** Counts capacity units as DynamoDB bills them. */
export interface LedgerMeter {
  reads: number;
  writes: number;
  /** Of the writes, those of the index. */
  indexWrites: number;
}

/** A meter of everything that a client asks from now on; of the index, `watchIndex` tells. */
export function meterOf(client: DynamoDBClient): LedgerMeter & { calls: number } {
  const meter = { reads: 0, writes: 0, indexWrites: 0, calls: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      meter.calls += 1;
      const isRead = READING.test(String(context.commandName));
      const sent = { ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } };
      try {
        const answer = await next(sent as typeof args);
        const { ConsumedCapacity: consumed = [] } = v.parse(Answer, answer.output);
        const units = [consumed].flat().reduce((total, { CapacityUnits }) => total + CapacityUnits, 0);
        if (isRead) meter.reads += units;
        else meter.writes += units;
        return answer;
      } catch (error) {
        // A write whose condition fails costs a unit too.
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException') meter.writes += 1;
        throw error;
      }
    },
    { step: 'initialize' },
  );
  return meter;
}

type Item = Readonly<Record<string, unknown>>;

const Units = v.object({ CapacityUnits: v.number() });
const Answer = v.object({ ConsumedCapacity: v.optional(v.union([Units, v.array(Units)])) });
const READING = /^(Get|BatchGet|Query|Scan)/;
const READS = /\.(GetItem|BatchGetItem|Query)$/;

/** Makes every call say what it consumed. */
export function askForUnits({ body }: Sent): string {
  return JSON.stringify({ ...JSON.parse(body), ReturnConsumedCapacity: 'TOTAL' });
}

/** Adds what a call consumed; a write whose condition fails costs a unit too, and says nothing. */
export function countUnits(meter: LedgerMeter, { headers, status, answer }: Exchange): void {
  if (status !== 200) {
    if (answer.includes('ConditionalCheckFailed')) meter.writes += 1;
    return;
  }
  const { ConsumedCapacity: consumed = [] } = v.parse(Answer, JSON.parse(answer));
  const units = [consumed].flat().reduce((total, { CapacityUnits }) => total + CapacityUnits, 0);
  if (READS.test(String(headers['x-amz-target']))) meter.reads += units;
  else meter.writes += units;
}

/**
 * The emulator does not bill its index, so the index's writes are told from each item before and after: one to put
 * or to take away an entry, two when its key changes. Answers how to stop.
 */
export function watchIndex(meter: LedgerMeter): () => void {
  const original = database.updateIndexes;
  database.updateIndexes = (store, table, ...change) => {
    const [existing, item] = change;
    const units = indexUnits(entryOf(existing), entryOf(item));
    meter.writes += units;
    meter.indexWrites += units;
    original(store, table, ...change);
  };
  return () => {
    database.updateIndexes = original;
  };
}

interface IndexEntry {
  readonly key: string;
  readonly rest: string;
}

function entryOf(item: Item | null | undefined): IndexEntry | undefined {
  const { partitionKey, sortKey, attributes } = TABLE.workIndex;
  const keys = [item?.[partitionKey], item?.[sortKey]];
  if (keys.includes(undefined)) return undefined;
  return { key: JSON.stringify(keys), rest: JSON.stringify(attributes.map((name) => item?.[name])) };
}

function indexUnits(before: IndexEntry | undefined, after: IndexEntry | undefined): number {
  if (!before || !after) return before || after ? 1 : 0;
  if (before.key !== after.key) return 2;
  return before.rest === after.rest ? 0 : 1;
}
