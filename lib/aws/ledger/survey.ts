import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { CARRIER_KINDS } from '../../core/ledger/snapshot.ts';
import type { Survey, SurveyedThing, SurveyPage } from '../../core/ports/ledger.ts';
import { profileOf } from './contacts/profile-item.ts';
import { contactOfPartition, PROFILE, refOfPointer, THING_NAMES } from './table/keys.ts';
import type { Item, Table } from './table/table.ts';
import { entryOf } from './things/state-item.ts';

const Next = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

const Times = v.object({ wantedAt: v.exactOptional(v.number()), writtenAt: v.exactOptional(v.number()) });

/** The whole table, a megabyte at a time; a page may hold nothing and still have a next one. */
export function createSurvey(table: Table): Survey {
  return {
    profiles: (after) =>
      pageOf(table, { sortKeys: [PROFILE], after }, (item) => {
        const contact = contactOfPartition(String(item.pk));
        return { contact, profile: profileOf(item), ...v.parse(Times, item) };
      }),
    orders: (after) => pageOf(table, { sortKeys: [THING_NAMES.order], after }, thingOf),
    carriers: (after) =>
      pageOf(table, { sortKeys: CARRIER_KINDS.map((kind) => THING_NAMES[kind]), after }, thingOf),
  };
}

function thingOf(item: Item): SurveyedThing | undefined {
  const ref = refOfPointer(String(item.pk));
  return ref && { ref, entry: entryOf(item) };
}

interface Question {
  readonly sortKeys: readonly string[];
  readonly after: string | undefined;
}

async function pageOf<Found>(
  { client, name }: Table,
  { sortKeys, after }: Question,
  found: (item: Item) => Found | undefined,
): Promise<SurveyPage<Found>> {
  const names = sortKeys.map((_key, index) => `:sk${String(index)}`);
  const { Items: items = [], LastEvaluatedKey: last } = await client.send(
    new ScanCommand({
      TableName: name,
      ConsistentRead: true,
      FilterExpression: `sk IN (${names.join(', ')})`,
      ExpressionAttributeValues: Object.fromEntries(names.map((name, index) => [name, sortKeys[index]])),
      ...(after !== undefined && { ExclusiveStartKey: v.parse(Next, after) }),
    }),
  );
  return {
    items: items.flatMap((item) => found(item) ?? []),
    ...(last && { next: JSON.stringify(last) }),
  };
}
