import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger } from '../../../../lib/aws/ledger/ledger.ts';
import { startDynalite } from '../../../../lib/local/aws/dynalite-server.ts';
import type { Ledger } from '../../../contracts/make-ledger.ts';
import { cartRef, cartState, contact, emailOf } from '../../../contracts/samples.ts';
import { createTable, dynamoDBAt } from '../../support/table.ts';

const ADA = contact('ada');
const CART = cartRef('c1');
const AT = 1_790_000_000_500;
const EXPIRY = { at: AT, wanted: 1, pointers: [CART], carts: [CART] };

let server: Awaited<ReturnType<typeof startDynalite>>;
let client: DynamoDBClient;
let tableName: string;
let ledger: Ledger;

beforeAll(async () => {
  server = await startDynalite();
  client = dynamoDBAt(server.url);
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

beforeEach(async () => {
  tableName = await createTable(client);
  ledger = createLedger({ client, tableName });
  await ledger.save(CART, cartState(), undefined);
  await ledger.point(ADA, { ...CART, touchedAt: 1000 });
  await ledger.want(ADA, emailOf('ada'), 1000);
});

/** When DynamoDB deletes which items: sort keys and epoch seconds. */
async function deletions(): Promise<Readonly<Record<string, unknown>>> {
  const answer = await DynamoDBDocumentClient.from(client).send(new ScanCommand({ TableName: tableName }));
  const items = (answer.Items ?? []).filter((item) => item['expiresAt'] !== undefined);
  return Object.fromEntries(items.map((item) => [String(item['sk']), item['expiresAt']]));
}

describe('a contact that is to be forgotten', () => {
  it('goes with its pointers and carts, in whole seconds and not before', async () => {
    await ledger.expire(ADA, EXPIRY);

    expect(await deletions()).toEqual({
      PROFILE: 1_790_000_001,
      CART: 1_790_000_001,
      'CART#demo#c1': 1_790_000_001,
    });
    expect(await ledger.profile(ADA)).toMatchObject({ email: emailOf('ada'), wanted: 1 });
  });

  it('stays when it was wanted since somebody looked', async () => {
    await ledger.want(ADA, emailOf('ada'), 2000);

    await ledger.expire(ADA, EXPIRY);

    expect(await deletions()).toEqual({});
  });

  it('stays when it is wanted afterwards, in whatever way', async () => {
    const ways = [
      () => ledger.want(ADA, emailOf('ada'), 2000),
      () => ledger.wantAgain(ADA, 2000),
      () => ledger.wantLater(ADA, 2000),
      () => ledger.erase(ADA, 2000),
      () => ledger.settle(ADA, 1, { mauticId: 7 }),
    ];
    const left: unknown[] = [];
    for (const want of ways) {
      const { wanted = 1 } = (await ledger.profile(ADA)) ?? {};
      await ledger.expire(ADA, { ...EXPIRY, wanted });
      await (want === ways[4] ? ledger.settle(ADA, wanted, { mauticId: 7 }) : want());
      left.push((await deletions())['PROFILE']);
    }

    expect(left).toEqual(ways.map(() => undefined));
  });

  it('goes all the same when it is settled as one that is to be forgotten', async () => {
    await ledger.expire(ADA, EXPIRY);

    await ledger.settle(ADA, 1, { keepsExpiry: true });

    expect((await deletions())['PROFILE']).toBe(1_790_000_001);
    expect(await ledger.profile(ADA)).toMatchObject({ synced: 1 });
  });

  it('keeps a cart that is touched again', async () => {
    await ledger.expire(ADA, EXPIRY);

    await ledger.save(CART, cartState({ updatedAt: 2000 }), 1);
    await ledger.point(ADA, { ...CART, touchedAt: 2000 });

    expect(await deletions()).toEqual({ PROFILE: 1_790_000_001 });
  });

  it('leaves nothing behind of a cart that is not there', async () => {
    await ledger.expire(ADA, { ...EXPIRY, carts: [cartRef('c9')], pointers: [cartRef('c9')] });

    expect((await ledger.load([cartRef('c9')])).size).toBe(0);
    expect((await ledger.dossier(ADA)).refs).toHaveLength(1);
  });
});
